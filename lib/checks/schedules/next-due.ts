import { Cron } from 'croner';
import type { FieldError } from '../../contracts/problem.ts';
import { localTime, offsetMs } from './local-time.ts';

/** When something runs: by the clock on the wall of a place. */
export interface Timing {
  cron: string;
  timeZone: string;
}

const hourMs = 3_600_000;
/** So many missed runs are counted; beyond, only the newest is sought. */
export const mostMissed = 1000;

const cronOf = ({ cron, timeZone }: Timing): Cron =>
  new Cron(cron, { timezone: timeZone, mode: '5-part', paused: true });

/** What is wrong with it, said of the field that is. Undefined: nothing. */
export function timingFault({ cron, timeZone }: Timing, now: number): FieldError | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
  } catch {
    return { path: 'timeZone', message: 'must be a name of the IANA time zone database, such as Europe/Berlin' };
  }
  try {
    if (nextDue({ cron, timeZone }, now) !== undefined) return undefined;
    return { path: 'cron', message: 'names no time that ever comes' };
  } catch (error) {
    const why = error instanceof Error ? error.message.replace(/^\w+: /, '') : String(error);
    return { path: 'cron', message: `is no cron expression of five fields: ${why}` };
  }
}

/**
 * The first time after another. A local time that daylight saving skips comes at the first moment after the gap, one that comes
 * twice comes the first time only; what runs every hour runs in both hours.
 *
 * @param after and the answer: epoch milliseconds. Undefined: it never comes
 */
export function nextDue(timing: Timing, after: number): number | undefined {
  return cronOf(timing).nextRun(new Date(after))?.getTime();
}

/**
 * Of all that is due from a time on until now, the newest, and how many came before it: nobody is served by a run for each of a
 * hundred days in which the platform was down.
 */
export function newestDue(timing: Timing, first: number, now: number): { at: number; missed: number } {
  const cron = cronOf(timing);
  const next = (after: number) => cron.nextRun(new Date(after))?.getTime() ?? Number.POSITIVE_INFINITY;
  let at = first;
  for (let missed = 0; missed < mostMissed; missed++) {
    const following = next(at);
    if (following > now) return { at, missed };
    at = following;
  }
  // What is due right now counts too.
  const [newest] = cron.previousRuns(1, new Date(now + 1));
  return { at: newest?.getTime() ?? at, missed: mostMissed };
}

/** What daylight saving does to a run, in a sentence. Undefined: nothing. @param at epoch milliseconds */
export function daylightNote(timing: Timing, at: number): string | undefined {
  const { timeZone } = timing;
  if (!cronOf(timing).match(new Date(at))) {
    return `Daylight saving skips its local time on this day in ${timeZone}: it runs at ${localTime(at, timeZone)}.`;
  }
  // The clock goes back within the next hours: by how much, and is this moment's reading one that comes again?
  const backMs = offsetMs(at, timeZone) - offsetMs(at + 3 * hourMs, timeZone);
  if (backMs <= 0 || offsetMs(at + backMs, timeZone) === offsetMs(at, timeZone)) return undefined;
  // What runs in both hours is not doubled.
  if (nextDue(timing, at + backMs - 1) === at + backMs) return undefined;
  return `Its local time comes twice on this day in ${timeZone}: it runs the first time only.`;
}
