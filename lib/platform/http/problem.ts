import { DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type Problem, problemCodes, problemTitles } from '../../contracts/problem.ts';
import { DomainError } from '../errors.ts';
import type { Content } from './answer.ts';

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
  'ETIMEDOUT',
  'EAI_AGAIN',
  'EPIPE',
]);

const isPassing = (error: unknown): boolean =>
  error instanceof Error &&
  (passing.has(error.name) ||
    ('code' in error && passing.has(String(error.code))) ||
    (error instanceof DynamoDBServiceException && error.$fault === 'server'));

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

/** How some callers, who speak another protocol over HTTP, are told of an error, by what others are told. */
export type RenderProblem = (
  error: DomainError,
  content: Content,
  event: Pick<APIGatewayProxyEventV2, 'rawPath' | 'headers'>,
) => Content;

/** A problem with headers of its own. */
export class HttpProblem extends DomainError {
  readonly headers: Readonly<Record<string, string>>;

  constructor(error: DomainError, headers: Readonly<Record<string, string>>) {
    super(error.code, error.message, {
      ...(error.fieldErrors === undefined ? {} : { fieldErrors: error.fieldErrors }),
      ...(error.retryAfterSeconds === undefined ? {} : { retryAfterSeconds: error.retryAfterSeconds }),
      cause: error.cause,
    });
    this.headers = headers;
  }
}

/** RFC 9457. Never carries a stack, a table's name or an upstream message. */
export function problemContent(error: DomainError, correlationId: string): Content {
  const status = problemCodes[error.code];
  const body: Problem = {
    type: `urn:headroom:problem:${error.code}`,
    title: problemTitles[error.code],
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
      ...(error instanceof HttpProblem ? error.headers : {}),
      ...(error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) }),
      ...(error.code === 'unauthenticated' ? { 'www-authenticate': 'Bearer' } : {}),
    },
    body,
  };
}
