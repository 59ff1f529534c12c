import { DomainError } from '../platform/errors.ts';
import { PreconditionError } from './library/cache.ts';
import { type CacheInputCode, CacheInputError } from './library/input-error.ts';
import { LivePatternsError, TierUnavailableError } from './library/shared-tier.ts';

/** Where in a request the fault is, if the request has such a place. */
const places: Record<CacheInputCode, string> = {
  'invalid-key': 'key',
  'invalid-tags': 'tags',
  'invalid-ttl': 'ttlSeconds',
  'invalid-pattern': 'body.pattern',
  'invalid-policy': 'policy',
  'invalid-namespace': 'path.namespace',
  'invalid-value': 'body',
  'value-too-large': 'body',
};

const unavailableSeconds = 1;

/** What the library throws, in the words of the platform; anything else stays what it is. */
export function cacheProblem(error: unknown): unknown {
  if (error instanceof CacheInputError) {
    if (error.code === 'value-too-large') return new DomainError('payload-too-large', error.message, { cause: error });
    const fieldErrors = [{ path: places[error.code], message: error.message }];
    return new DomainError('invalid-request', error.message, { fieldErrors, cause: error });
  }
  if (error instanceof PreconditionError)
    return new DomainError('precondition-failed', error.message, { cause: error });
  if (error instanceof LivePatternsError) {
    const { retryAfterSeconds } = error;
    return new DomainError('too-many-patterns', error.message, { retryAfterSeconds, cause: error });
  }
  if (error instanceof TierUnavailableError) {
    // Why is for the log: it may name what only the deployment's owner should know.
    const detail = `The tier that has to acknowledge this (${error.tier}) does not answer now. Try again shortly.`;
    return new DomainError('unavailable', detail, { retryAfterSeconds: unavailableSeconds, cause: error });
  }
  return error;
}
