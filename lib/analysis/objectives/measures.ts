import type { Bound, TimeMetric } from '../../contracts/budgets.ts';
import { countAbove } from '../../statistics/count-above.ts';
import type { EventCounts } from '../../statistics/error-budget.ts';
import { Sketch } from '../../statistics/sketch.ts';
import type { MetricAggregate, TelemetryAggregate } from '../../telemetry/aggregate.ts';
import { customMetric } from '../../telemetry/history/custom-figure.ts';
import { merged } from '../../telemetry/metrics.ts';
import { customNameOf, isShare, isTime, type Objective } from './setting.ts';

/** What an objective finds in a piece of time. */
export interface Found {
  /** What may have been bad. Absent: the metric is no count of events. */
  events?: EventCounts;
  /** What the events came to, as multiples of `step`, which is in the unit of the metric. */
  values?: { sketch: Sketch; step: number };
  /** A metric of the service's own. */
  metric?: MetricAggregate;
}

/** How the telemetry must be read: all endpoints together, or with the requests of each minute, or with all lists. */
export const readings = ['summary', 'minutes', 'details'] as const;
export type Reading = (typeof readings)[number];

export interface Measure {
  reading: Reading;
  /** @param now epoch milliseconds @returns undefined where nothing was reported that it could be drawn from */
  find(bucket: TelemetryAggregate, now: number): Found | undefined;
}

const times: Record<TimeMetric, (bucket: TelemetryAggregate) => Sketch[]> = {
  responseTimeMs: ({ endpoints }) => endpoints.map(({ responseTime }) => responseTime),
  queryTimeMs: ({ queries }) => queries.map(({ queryTime }) => queryTime),
  outgoingTimeMs: ({ outgoing }) => outgoing.map(({ responseTime }) => responseTime),
};
const msPerUs = 0.001;
const minuteMs = 60_000;
/** A minute that ended less than this ago may not be told of yet. */
const reportingLagMs = 30_000;

/** @returns undefined for a figure of the whole window, which is not drawn from its pieces */
export function measureOf(objective: Objective): Measure | undefined {
  const { metric, objective: limit, percentile, bound, labels = {} } = objective;
  if (isTime(metric)) {
    return { reading: 'summary', find: (bucket) => ofValues(merged(times[metric](bucket)), msPerUs, limit, bound) };
  }
  if (isShare(metric)) return { reading: 'summary', find: ofFailures };
  if (metric === 'requestsPerSecond' && percentile !== undefined) {
    return { reading: 'minutes', find: (bucket, now) => ofMinutes(bucket.traffic.minutes, limit, bound, now) };
  }
  const name = customNameOf(metric);
  if (name === undefined) return undefined;
  return {
    reading: 'details',
    find({ metrics }) {
      const found = customMetric(metrics, { name, labels });
      if (found?.kind !== 'histogram') return found && { metric: found };
      return { ...ofValues(found.values, found.resolution, limit, bound), metric: found };
    },
  };
}

const ofFailures = ({ endpoints }: TelemetryAggregate): Found | undefined => {
  const total = endpoints.reduce((sum, { responseTime }) => sum + responseTime.count, 0);
  const bad = endpoints.reduce((sum, { failed }) => sum + failed, 0);
  // Who reports may err.
  return total === 0 ? undefined : { events: { total, bad: Math.min(bad, total) } };
};

function ofValues(sketch: Sketch, step: number, limit: number, bound: Bound): Found | undefined {
  if (sketch.count === 0) return undefined;
  // Without the noise that a division brings.
  const steps = Number((limit / step).toPrecision(12));
  // What a sketch holds is whole: at least so many steps is more than one step less.
  const bad = bound === 'atMost' ? countAbove(sketch, steps) : sketch.count - countAbove(sketch, Math.ceil(steps) - 1);
  return { events: { total: sketch.count, bad }, values: { sketch, step } };
}

/** Each minute that the service told of is an event. */
function ofMinutes(minutes: ReadonlyMap<number, number>, limit: number, bound: Bound, now: number): Found | undefined {
  const told = [...minutes]
    .filter(([start]) => start + minuteMs + reportingLagMs <= now)
    .map(([, requests]) => requests);
  if (told.length === 0) return undefined;
  const sketch = new Sketch();
  for (const requests of told) sketch.record(requests);
  const perMinute = limit * 60;
  const bad = told.filter((requests) => (bound === 'atMost' ? requests > perMinute : requests < perMinute)).length;
  return { events: { total: told.length, bad }, values: { sketch, step: 1 / 60 } };
}
