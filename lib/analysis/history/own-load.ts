import type { HistoryPoint } from '../../telemetry/history/service.ts';
import type { Period } from '../../telemetry/period.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** The same figure by the day, and by the hour of the last weeks. */
export interface ByDayAndHour {
  days: readonly HistoryPoint[];
  hours: readonly HistoryPoint[];
}

/**
 * What users asked for, and no load test of ours did: without the hours in which one ran. A day in which one ran stands at the highest of
 * its other hours, and is left out where they are not known.
 *
 * @param points of a figure of which the day's is the highest of its hours
 * @param loadPeriods when load tests ran, in epoch milliseconds
 */
export function withoutOwnLoad({ days, hours }: ByDayAndHour, loadPeriods: readonly Period[]): ByDayAndHour {
  const isFree = ({ at }: HistoryPoint, ms: number): boolean =>
    !loadPeriods.some(({ from, to }) => from < at + ms && to >= at);
  const freeHours = hours.filter((hour) => isFree(hour, hourMs));
  const hoursOfDay = Map.groupBy(freeHours, ({ at }) => Math.floor(at / dayMs));
  const freeDays = days.flatMap((day) => {
    if (isFree(day, dayMs)) return [day];
    const others = hoursOfDay.get(Math.floor(day.at / dayMs));
    return others === undefined ? [] : [{ at: day.at, value: Math.max(...others.map(({ value }) => value)) }];
  });
  return { days: freeDays, hours: freeHours };
}
