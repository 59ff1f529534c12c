import type { ProblemCode } from '../contracts/problem.ts';
import { DomainError } from './errors.ts';

interface Answered {
  $metadata: { httpStatusCode?: number };
}

interface Meaning {
  codes: RegExp;
  code: ProblemCode;
  /** In one clause, of whatever was asked about. */
  reason: string;
  detail: (what: string) => string;
}

/** What an error of any of the services means, by its code. Their texts may name accounts, roles and addresses: they are not told on. */
const meanings: readonly Meaning[] = [
  {
    codes: /^(AccessDenied|UnauthorizedOperation|NotAuthorized|AuthorizationError)/,
    code: 'forbidden',
    reason: "Headroom's role may not do that",
    detail: (what) => `Headroom's role may not do that to ${what}.`,
  },
  {
    codes: /Throttl|TooManyRequests|RequestLimitExceeded|ConcurrentUpdate|LimitExceeded(Exception)?$/,
    code: 'unavailable',
    reason: 'AWS takes no more requests at the moment',
    detail: (what) => `AWS takes no more requests for ${what} at the moment.`,
  },
  {
    codes: /NotFound|NonExistent|DoesNotExist/,
    code: 'not-found',
    reason: 'AWS does not know it',
    detail: (what) => `AWS does not know ${what}.`,
  },
  {
    // Of what stands in AWS's place on one machine, and of what nothing stands for there. AWS itself refuses no connection.
    codes: /^(UnknownOperation|ECONNREFUSED$)/,
    code: 'invalid-request',
    reason: 'no AWS answers here that could be asked',
    detail: (what) => `No AWS answers here that could be asked about ${what}.`,
  },
  {
    codes: /PreconditionFailed|Conflict|ResourceInUse|InvalidServerlessCacheState/,
    code: 'conflict',
    reason: 'somebody else is changing it, or has changed it',
    detail: (what) => `Somebody else is changing ${what}, or has changed it.`,
  },
  {
    codes: /Validation|Invalid|BadRequest|MissingParameter/,
    code: 'invalid-request',
    reason: 'AWS does not take that value',
    detail: (what) => `AWS does not take that value for ${what}.`,
  },
];

const meaningOf = (error: unknown): Meaning | undefined => {
  const isRefused = error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED';
  const name = isRefused ? 'ECONNREFUSED' : codeOf(error);
  return meanings.find(({ codes }) => codes.test(name));
};

/** Of an answer that we know no meaning of, its kind is told, without its ending: `ServiceQuotaExceeded`. */
const outcomeOf = (error: unknown): string => {
  const isAnswer = (error as Partial<Answered> | undefined)?.$metadata?.httpStatusCode !== undefined;
  const kind = codeOf(error).replace(/(Exception|Error|Fault)+$/, '');
  return isAnswer && kind !== '' ? `AWS answered ${kind}` : 'AWS did not answer';
};

/** Why AWS did not do what it was asked, in one clause for people. */
export const reasonOf = (error: unknown): string => meaningOf(error)?.reason ?? outcomeOf(error);

const retryAfterSeconds = 15;

/** Refused for what was asked, and so each time. 408, 429 and what is said of credentials that have run out pass. */
const isFinal = (error: unknown): boolean => {
  const status = (error as Partial<Answered> | undefined)?.$metadata?.httpStatusCode ?? 0;
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
  const meaning = meaningOf(error);
  if (meaning === undefined) {
    const isRefused = isFinal(error);
    return new DomainError(
      isRefused ? 'invalid-request' : 'unavailable',
      `AWS was asked about ${what}, and did not do it: ${outcomeOf(error)}.`,
      { cause: error, ...(isRefused ? {} : { retryAfterSeconds }) },
    );
  }
  return new DomainError(meaning.code, meaning.detail(what), {
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
