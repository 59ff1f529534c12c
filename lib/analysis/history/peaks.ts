import type { PeakClaim } from '../../contracts/history-analysis/peaks.ts';
import { isoTime } from '../../platform/clock.ts';
import { mean } from '../../statistics/moments.ts';
import type { HistoryPoint } from '../../telemetry/history/service.ts';
import type { Period } from '../../telemetry/period.ts';
import { rounded } from '../../telemetry/resources.ts';
import { type ByDayAndHour, withoutOwnLoad } from './own-load.ts';
import type { TestedCapacity } from './tested-capacity.ts';
import { demandMetric, type trafficMetrics } from './usual-metrics.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

type TrafficMetric = (typeof trafficMetrics)[number];

/** What has no entry was not reported. */
export type TrafficSeries = Pick<ReadonlyMap<TrafficMetric, readonly HistoryPoint[]>, 'get'>;

export interface TrafficHistory {
  days: TrafficSeries;
  /** Of the last weeks. */
  hours: TrafficSeries;
}

type Claimed = Extract<PeakClaim, { enough: true }>;
type Peak = Claimed['throughput']['instantaneous'];
type Figures = Omit<Claimed['byDay'][number], 'day'>;

/**
 * The highest throughput and concurrency, when they come, and what is left to what a stress test has shown.
 *
 * @param loadPeriods when load tests ran, in epoch milliseconds: their load is no demand, of which something must be left
 */
export function peaksOf(
  history: TrafficHistory,
  tested: TestedCapacity | undefined,
  loadPeriods: readonly Period[],
): PeakClaim {
  const seen = (metric: TrafficMetric): ByDayAndHour => ({
    days: history.days.get(metric) ?? [],
    hours: history.hours.get(metric) ?? [],
  });
  const asked = (metric: TrafficMetric): ByDayAndHour => withoutOwnLoad(seen(metric), loadPeriods);
  const instantaneous = highest(seen('peakRequestsPerSecond'));
  if (instantaneous === undefined) {
    return {
      enough: false,
      reason: 'The service reported no request in this time',
      needed: 'A service that reports, and is used',
    };
  }
  const sustained = highest(seen('sustainedRequestsPerSecond'));
  const concurrency = highest(seen('peakConcurrentRequests'));
  const days = figuresByDay(history.days);
  const profile = profileOf(asked('requestsPerSecond').hours, asked('peakRequestsPerSecond').hours);
  return {
    enough: true,
    from: isoTime(days[0]?.at ?? 0),
    to: isoTime((days.at(-1)?.at ?? 0) + dayMs),
    throughput: { instantaneous, ...(sustained === undefined ? {} : { sustained }) },
    ...(concurrency === undefined ? {} : { concurrency }),
    byDay: days.map(({ at, ...figures }) => ({ day: isoTime(at).slice(0, 10), ...figures })),
    byWeek: weeksOf(days),
    profile,
    busiest: profile
      .toSorted((a, b) => b.requestsPerSecond - a.requestsPerSecond)
      .slice(0, 5)
      .map(({ weekday, hour, requestsPerSecond }) => ({ weekday, hour, requestsPerSecond })),
    headroom: headroomOf(highest(asked(demandMetric)) ?? highest(asked('peakRequestsPerSecond')), tested),
  };
}

/** Hours tell more exactly when it was; where a day's is higher, it is older than they are, or lies across two of them. */
function highest({ hours, days }: ByDayAndHour): Peak | undefined {
  let most: Peak | undefined;
  for (const [series, ms] of [[hours, hourMs] as const, [days, dayMs] as const]) {
    for (const { at, value } of series) {
      if (most === undefined || value > most.value) most = { value, from: isoTime(at), to: isoTime(at + ms) };
    }
  }
  return most;
}

function figuresByDay(days: TrafficSeries): (Figures & { at: number })[] {
  const sustained = valuesByTime(days.get('sustainedRequestsPerSecond') ?? []);
  const concurrent = valuesByTime(days.get('peakConcurrentRequests') ?? []);
  const peak = valuesByTime(days.get('peakRequestsPerSecond') ?? []);
  return (days.get('requestsPerSecond') ?? []).map(({ at, value }) => ({
    at,
    requestsPerSecond: value,
    peakRequestsPerSecond: peak.get(at) ?? value,
    ...known('sustainedRequestsPerSecond', sustained.get(at)),
    ...known('peakConcurrentRequests', concurrent.get(at)),
  }));
}

const valuesByTime = (points: readonly HistoryPoint[]): Map<number, number> =>
  new Map(points.map(({ at, value }) => [at, value]));

const known = <Name extends string>(name: Name, value: number | undefined): { [key in Name]?: number } =>
  (value === undefined ? {} : { [name]: value }) as { [key in Name]?: number };

/** 0 is Monday: the epoch began on a Thursday. */
const weekdayOf = (epochMs: number): number => (Math.floor(epochMs / dayMs) + 3) % 7;
const mondayOf = (epochMs: number): number => (Math.floor(epochMs / dayMs) - weekdayOf(epochMs)) * dayMs;

const most = (values: readonly (number | undefined)[]): number | undefined => {
  const there = values.filter((value) => value !== undefined);
  return there.length === 0 ? undefined : Math.max(...there);
};

function weeksOf(days: readonly (Figures & { at: number })[]): Claimed['byWeek'] {
  return [...Map.groupBy(days, ({ at }) => mondayOf(at))].map(([monday, ofWeek]) => ({
    weekFrom: isoTime(monday).slice(0, 10),
    requestsPerSecond: rounded(mean(ofWeek.map(({ requestsPerSecond }) => requestsPerSecond)), 3),
    peakRequestsPerSecond: Math.max(...ofWeek.map(({ peakRequestsPerSecond }) => peakRequestsPerSecond)),
    ...known('sustainedRequestsPerSecond', most(ofWeek.map((day) => day.sustainedRequestsPerSecond))),
    ...known('peakConcurrentRequests', most(ofWeek.map((day) => day.peakConcurrentRequests))),
  }));
}

/** When in the week users come. @param hours requests a second in each, and @param peaks the highest in each */
function profileOf(hours: readonly HistoryPoint[], peaks: readonly HistoryPoint[]): Claimed['profile'] {
  const peak = valuesByTime(peaks);
  const byHour = Map.groupBy(hours, ({ at }) => weekdayOf(at) * 24 + Math.floor((at % dayMs) / hourMs));
  return [...byHour]
    .sort(([a], [b]) => a - b)
    .map(([hourOfWeek, seen]) => ({
      weekday: Math.floor(hourOfWeek / 24) + 1,
      hour: hourOfWeek % 24,
      requestsPerSecond: rounded(mean(seen.map(({ value }) => value)), 3),
      peakRequestsPerSecond: Math.max(...seen.map(({ at, value }) => peak.get(at) ?? value)),
      weeks: seen.length,
    }));
}

function headroomOf(peak: Peak | undefined, tested: TestedCapacity | undefined): Claimed['headroom'] {
  if (tested === undefined) {
    return {
      enough: false,
      reason:
        'No stress test of the project was completed, with figures that are the target’s, in which it bore its load at any level',
      needed: 'A load test of kind `stress`',
    };
  }
  if (peak === undefined) {
    return {
      enough: false,
      reason: 'A load test ran whenever the service reported requests',
      needed: 'Hours in which it is used, and no load test runs',
    };
  }
  return {
    enough: true,
    testedRequestsPerSecond: tested.requestsPerSecond,
    testedAt: isoTime(tested.endedAtMs),
    peakRequestsPerSecond: peak.value,
    headroomPercent: rounded(100 * (1 - peak.value / tested.requestsPerSecond)),
  };
}
