import { mean } from '../../../statistics/moments.ts';

/** Hours of the day in UTC, from `from` up to `to`, which may lie on the next day. */
export interface BusyHours {
  from: number;
  to: number;
}

const hourMs = 3_600_000;
const dayHours = 24;
/** Busy is what lies above the mean; the rest must be this much below it for a schedule to be of use. */
const minContrast = 3;
const maxBusyHours = 16;

/**
 * When of the day there is much more traffic than otherwise.
 *
 * @param traffic requests per second by the hour, in epoch milliseconds
 * @returns undefined where less than a day is known, or the day has no such hours, or several apart from each other
 */
export function busyHours(traffic: ReadonlyMap<number, number>): BusyHours | undefined {
  const byHour = Map.groupBy(traffic, ([at]) => Math.floor(at / hourMs) % dayHours);
  const hours = Array.from({ length: dayHours }, (_, hour) => {
    const days = byHour.get(hour);
    return days === undefined ? Number.NaN : mean(days.map(([, rate]) => rate));
  });
  if (hours.some(Number.isNaN)) return undefined;
  const overall = mean(hours);
  const isBusy = hours.map((rate) => rate > overall);
  const starts = isBusy.flatMap((busy, hour) => (busy && !isBusy[(hour + 23) % dayHours] ? [hour] : []));
  const [from] = starts;
  const busyCount = isBusy.filter(Boolean).length;
  if (from === undefined || starts.length > 1 || busyCount > maxBusyHours) return undefined;
  const busyMean = mean(hours.filter((_, hour) => isBusy[hour]));
  const quietMean = mean(hours.filter((_, hour) => !isBusy[hour]));
  return busyMean >= minContrast * quietMean ? { from, to: (from + busyCount) % dayHours } : undefined;
}
