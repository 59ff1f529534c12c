import { isoTime } from '../../platform/clock.ts';
import type { Observation } from '../lifecycle/observation.ts';

const minuteMs = 60_000;
/** A service that is silent for so long is taken to be down. */
const silentMinutes = 5;
/** It must have been told of in so many of the minutes before: what reports now and then is silent now and then. */
const beforeMinutes = 15;
const steadyMinutes = 12;

/**
 * What the minutes that a service told of say of whether it is there. Processes report every ten seconds, asked for something or
 * not; functions on Lambda only when they are, so that nothing follows from their silence.
 *
 * @param told in order
 * @param to when the minute after the last begins, epoch milliseconds
 * @param awakeSince since when Headroom was there to hear of it, epoch milliseconds: its own silence is nobody else's
 */
export function judgeSilence(
  told: readonly { start: number; isLambda?: boolean | undefined }[],
  to: number,
  awakeSince: number,
): Observation {
  const at = to - minuteMs;
  const silentFrom = to - silentMinutes * minuteMs;
  if (told.some(({ start }) => start >= silentFrom)) return { at, finds: 'gone', why: 'The service reports again.' };
  const before = told.filter(({ start }) => start >= silentFrom - beforeMinutes * minuteMs);
  if (silentFrom < awakeSince) return { at, finds: 'between' };
  if (before.length < steadyMinutes || before.some(({ isLambda }) => isLambda === true))
    return { at, finds: 'between' };
  const last = (told.at(-1)?.start ?? silentFrom) + minuteMs;
  const shownFrom = silentFrom - beforeMinutes * minuteMs;
  const starts = new Set(told.map(({ start }) => start));
  return {
    at,
    finds: 'firing',
    severity: 'critical',
    reason: `The service reported steadily, and has not been heard of since ${isoTime(last)}.`,
    shown: {
      window: {
        from: isoTime(shownFrom),
        stepSeconds: 60,
        values: Array.from({ length: beforeMinutes + silentMinutes }, (_, minute) =>
          starts.has(shownFrom + minute * minuteMs) ? 1 : 0,
        ),
      },
      evidence: [
        {
          metric: 'reportedMinutes',
          subject: 'service',
          from: isoTime(shownFrom),
          to: isoTime(to),
          values: { reportedMinutes: before.length, ofMinutes: beforeMinutes, silentMinutes: (to - last) / minuteMs },
        },
      ],
    },
  };
}
