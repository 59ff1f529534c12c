import { GetAccountSettingsCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Parts } from '../platform/parts.ts';

/** A quota that was raised is seen after it. */
const rememberMs = 5 * 60_000;
/** Whoever asks goes on without an answer then: a test does not depend on it. */
const patienceMs = 3_000;

/** Undefined where it is not known: nothing is refused then. */
export type AskConcurrency = () => Promise<number | undefined>;

/**
 * How many invocations the account runs at once, of all functions in the region together. The answer is remembered for
 * five minutes; undefined, and a line in the log, when Lambda does not give one.
 */
export function accountConcurrency(lambda: LambdaClient, { clock, log }: Pick<Parts, 'clock' | 'log'>): AskConcurrency {
  let known: { readonly concurrency: number; readonly untilMs: number } | undefined;
  return async () => {
    if (known !== undefined && clock() < known.untilMs) return known.concurrency;
    try {
      const abortSignal = AbortSignal.timeout(patienceMs);
      const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}), { abortSignal });
      const concurrency = AccountLimit?.ConcurrentExecutions;
      if (concurrency === undefined) throw new Error('The answer holds no limit.');
      known = { concurrency, untilMs: clock() + rememberMs };
      return concurrency;
    } catch (error) {
      log.warn('Could not ask how many functions the account runs at once', { error });
      return undefined;
    }
  };
}
