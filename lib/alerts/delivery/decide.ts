import type { ChannelTrouble } from '../../contracts/channels.ts';
import { isoTime } from '../../platform/clock.ts';
import { backoffSeconds } from '../../platform/queue/backoff.ts';
import type { StoredDelivery } from './model.ts';
import type { Outcome } from './outcome.ts';

/** With the queue's backoff, about an hour of trying. */
const maxAttempts = 30;
/** Also of what could not even be tried, since its channel rested. */
const longestMs = 24 * 60 * 60_000;
/** An attempt is over by then, or its process is. */
export const attemptMs = 45_000;

/** A delivery of which nothing was done. @param now epoch milliseconds */
export const newDelivery = (channelId: string, now: number): StoredDelivery => ({
  channelId,
  status: 'pending',
  attempts: 0,
  since: isoTime(now),
  taken: 0,
});

/** Whoever claims an attempt makes it; others who come meanwhile come again when it must be over. */
export const claimed = (delivery: StoredDelivery, now: number): StoredDelivery => ({
  ...delivery,
  attempts: delivery.attempts + 1,
  lastAttemptAt: isoTime(now),
  nextAttemptAt: isoTime(now + attemptMs),
});

export const isWorn = ({ attempts, since }: StoredDelivery, now: number): boolean =>
  attempts >= maxAttempts || now - Date.parse(since) > longestMs;

/**
 * What becomes of a delivery by an attempt.
 *
 * @param taken how many of its parts the receiver has taken
 * @param random from 0 up to 1
 */
export function afterAttempt(
  delivery: StoredDelivery,
  { outcome, taken }: { outcome: Outcome; taken: number },
  { now, random }: { now: number; random: number },
): StoredDelivery {
  const { nextAttemptAt: _, lastStatus: __, detail: ___, ...kept } = delivery;
  const next = { ...kept, taken, ...(outcome.status === undefined ? {} : { lastStatus: outcome.status }) };
  if (outcome.delivered) return { ...next, status: 'delivered' };
  const { detail } = outcome;
  if (outcome.final) return { ...next, status: 'dead', detail };
  if (isWorn(delivery, now)) return givenUp({ ...next, detail });
  return { ...next, detail, nextAttemptAt: isoTime(now + waitMs(delivery.attempts, outcome, random)) };
}

export const givenUp = (delivery: StoredDelivery): StoredDelivery => {
  const { nextAttemptAt: _, ...kept } = delivery;
  const { detail = 'It could not be tried.', attempts } = kept;
  return { ...kept, status: 'dead', detail: `Given up after ${attempts} attempts: ${detail}` };
};

type Failure = Extract<Outcome, { delivered: false }>;

/** A receiver that says how long is waited for that long, and up to the backoff longer: not all are to come at the same moment. */
const waitMs = (attempts: number, { retryAfterMs = 0 }: Failure, random: number): number =>
  retryAfterMs + backoffSeconds(attempts, random) * 1000;

/** While a channel fails it rests, for all that is to go through it: what stalls must not be waited for again and again. */
export const troubledBy = (
  known: ChannelTrouble | undefined,
  failure: Failure,
  { now, random }: { now: number; random: number },
): ChannelTrouble => {
  const failures = (known?.failures ?? 0) + 1;
  return {
    failures,
    since: known?.since ?? isoTime(now),
    ...(failure.status === undefined ? {} : { lastStatus: failure.status }),
    restsUntil: isoTime(now + waitMs(failures, failure, random)),
  };
};
