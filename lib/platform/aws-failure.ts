import type { ProblemCode } from '../../contracts/problem.ts';
import { DomainError } from '../../platform/errors.ts';

/** What an error of any of the services means, by its code. Their texts may name accounts, roles and addresses: they are not told on. */
const meanings: readonly { codes: RegExp; code: ProblemCode; detail: (what: string) => string }[] = [
  {
    codes: /^(AccessDenied|UnauthorizedOperation|NotAuthorized)/,
    code: 'forbidden',
    detail: (what) => `Headroom's role may not do that to ${what}.`,
  },
  {
    codes: /Throttl|TooManyRequests|RequestLimitExceeded|ConcurrentUpdate|LimitExceeded(Exception)?$/,
    code: 'unavailable',
    detail: (what) => `AWS takes no more requests for ${what} at the moment.`,
  },
  {
    codes: /NotFound|NonExistent|DoesNotExist/,
    code: 'not-found',
    detail: (what) => `AWS does not know ${what}.`,
  },
  {
    // Of what stands in AWS's place on one machine.
    codes: /^UnknownOperation/,
    code: 'invalid-request',
    detail: (what) => `No AWS answers here that could be asked about ${what}.`,
  },
  {
    codes: /PreconditionFailed|Conflict|ResourceInUse|InvalidServerlessCacheState/,
    code: 'conflict',
    detail: (what) => `Somebody else is changing ${what}, or has changed it.`,
  },
  {
    codes: /Validation|Invalid|BadRequest|MissingParameter/,
    code: 'invalid-request',
    detail: (what) => `AWS does not take that value for ${what}.`,
  },
];

const retryAfterSeconds = 15;

/** Refused for what was asked, and so each time. 408, 429 and what is said of credentials that have run out pass. */
const isFinal = (error: unknown): boolean => {
  const status = (error as { $metadata?: { httpStatusCode?: number } } | undefined)?.$metadata?.httpStatusCode ?? 0;
  return status >= 400 && status < 500 && status !== 408 && status !== 429 && !codeOf(error).includes('Expired');
};

/** The error's code: letters, digits and dots, whatever the service answered. */
export const codeOf = (error: unknown): string => {
  const name = error instanceof Error ? error.name : 'unknown';
  return /^[\w.]{1,80}$/.test(name) ? name : 'unknown';
};

/**
 * An error of an AWS service in the domain's words.
 *
 * @param what it was asked about, in words for people
 */
export function awsFailure(error: unknown, what: string): DomainError {
  if (error instanceof DomainError) return error;
  const name = codeOf(error);
  const meaning = meanings.find(({ codes }) => codes.test(name));
  if (meaning === undefined) {
    const isRefused = isFinal(error);
    return new DomainError(
      isRefused ? 'invalid-request' : 'unavailable',
      `AWS did not do what it was asked about ${what} (${name}).`,
      { cause: error, ...(isRefused ? {} : { retryAfterSeconds }) },
    );
  }
  return new DomainError(meaning.code, `${meaning.detail(what)} (${name})`, {
    cause: error,
    ...(meaning.code === 'unavailable' ? { retryAfterSeconds } : {}),
  });
}

/** Does one thing with AWS, whose errors are told in the domain's words. */
export async function asking<Answer>(what: string, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    throw awsFailure(error, what);
  }
}
