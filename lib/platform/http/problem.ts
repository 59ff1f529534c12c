import { type Problem, type ProblemCode, problemCodes } from '../../contracts/problem.ts';
import { DomainError } from '../errors.ts';
import type { Content } from './answer.ts';

const titles: Record<ProblemCode, string> = {
  'invalid-request': 'The request is not valid',
  unauthenticated: 'Not authenticated',
  forbidden: 'Not allowed',
  'not-found': 'Not found',
  'method-not-allowed': 'Method not allowed',
  conflict: 'In conflict with the present state',
  'precondition-failed': 'Precondition failed',
  'payload-too-large': 'Payload too large',
  'unsupported-media-type': 'Unsupported media type',
  'target-not-verified': 'The target is not verified',
  'target-not-allowed': 'The target is not allowed',
  'too-many-requests': 'Too many requests',
  internal: 'Something went wrong inside Headroom',
  unavailable: 'A part of Headroom is unavailable',
};

/** Faults of the parts below, by the names that the AWS SDK and Node give them, after which trying again can help. */
const passing = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
  'InternalServerError',
  'ServiceUnavailable',
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
]);

const isPassing = (error: unknown): boolean =>
  error instanceof Error && (passing.has(error.name) || ('code' in error && passing.has(String(error.code))));

/** Makes a domain error of anything that was thrown. What we did not foresee is told to the log, not to the caller. */
export function domainErrorOf(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (isPassing(error)) {
    return new DomainError('unavailable', 'A part that this needs does not answer. Try again shortly.', {
      retryAfterSeconds: 2,
      cause: error,
    });
  }
  return new DomainError('internal', 'The fault is on our side and was logged under the correlation id.', {
    cause: error,
  });
}

/** RFC 9457. Never carries a stack, a table's name or an upstream message. */
export function problemContent(error: DomainError, correlationId: string): Content {
  const status = problemCodes[error.code];
  const body: Problem = {
    type: `urn:headroom:problem:${error.code}`,
    title: titles[error.code],
    status,
    code: error.code,
    detail: error.message,
    correlationId,
    ...(error.fieldErrors === undefined ? {} : { errors: [...error.fieldErrors] }),
  };
  return {
    status,
    contentType: 'application/problem+json',
    headers: {
      ...(error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) }),
      ...(error.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body,
  };
}
