import type { Clock } from '../../platform/clock.ts';
import { DomainError } from '../../platform/errors.ts';
import { fetchTarget } from '../../projects/fetch-target.ts';
import { whyNoAnswer } from '../../projects/no-answer.ts';
import { type Resolve, requireAllowed, resolveTarget, type Target } from '../../projects/target.ts';
import { type Outcome, outcomeOf } from '../delivery/outcome.ts';

export interface PostOptions {
  clock: Clock;
  resolve: Resolve;
  privateTargets: boolean;
  /** From the connection to the end of the answer. */
  timeoutMs: number;
}

/** Of an answer nothing is read but that it comes to its end. */
const maxBytes = 64 * 1024;

/**
 * Whether requests may go there: as with the targets of load tests, never to metadata services and the like, and to private
 * addresses only where the deployment allows them. Unencrypted to private addresses only: what is sent holds secrets.
 *
 * @throws DomainError target-not-allowed
 */
function requireReceiver(target: Target, privateTargets: boolean): void {
  const kind = requireAllowed(target, privateTargets);
  if (kind === 'public' && target.protocol === 'http:') {
    throw new DomainError('target-not-allowed', `${target.hostname} has a public address: use https.`);
  }
}

/**
 * A name without an address may get one; an address that is never a receiver may not even be kept.
 *
 * @throws DomainError target-not-allowed
 */
export async function requireReceiverUrl(
  url: string,
  { resolve, privateTargets }: Pick<PostOptions, 'resolve' | 'privateTargets'>,
): Promise<void> {
  const target = await resolveTarget(url, resolve).catch(() => undefined);
  if (target !== undefined) requireReceiver(target, privateTargets);
}

/** Sends JSON once, to an address that was looked up and checked for this very request. */
export async function postJson(
  url: string,
  { body, headers = {} }: { body: string; headers?: Readonly<Record<string, string>> },
  { clock, resolve, privateTargets, timeoutMs }: PostOptions,
): Promise<Outcome> {
  let target: Target;
  try {
    target = await resolveTarget(url, resolve);
  } catch {
    return { delivered: false, final: false, detail: 'The name of the receiver has no address now.' };
  }
  try {
    requireReceiver(target, privateTargets);
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    return { delivered: false, final: true, detail: error.message };
  }
  const { pathname, search } = new URL(url);
  const sent = { ...headers, 'content-type': 'application/json', 'user-agent': 'Headroom' };
  try {
    const { status, retryAfter } = await fetchTarget(target, {
      path: pathname + search,
      accept: '*/*',
      post: { body, headers: sent },
      timeoutMs,
      maxBytes,
    });
    return outcomeOf(status, retryAfter, clock());
  } catch (error) {
    return { delivered: false, final: false, detail: `There was no whole answer: ${whyNoAnswer(error)}.` };
  }
}
