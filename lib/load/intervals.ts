import type { Stored } from '../platform/table/item.ts';
import { Sketch } from '../statistics/sketch.ts';
import type { FailureCount, IntervalReport, ScenarioFigures } from './engine/report.ts';
import type { StoredInterval } from './model.ts';

/** One shard's figures of one interval. */
export type ShardInterval = Omit<IntervalReport, 'closed' | 'final'> & { shard: number };

export const toStored = (shard: number, report: IntervalReport): StoredInterval => ({
  interval: report.interval,
  shard,
  scenarios: mapValues(report.scenarios, (figures) => ({
    ...figures,
    responseTime: figures.responseTime.toBytes(),
    serviceTime: figures.serviceTime.toBytes(),
  })),
  connectionFailures: report.connectionFailures,
  activeUsers: report.activeUsers,
  generator: { ...report.generator, lag: report.generator.lag.toBytes() },
});

const fromStored = (stored: StoredInterval): ShardInterval => ({
  ...stored,
  scenarios: mapValues(stored.scenarios, (figures) => ({
    ...figures,
    errors: withExamples(figures.errors),
    responseTime: Sketch.fromBytes(figures.responseTime),
    serviceTime: Sketch.fromBytes(figures.serviceTime),
  })),
  connectionFailures: withExamples(stored.connectionFailures),
  generator: { ...stored.generator, lag: Sketch.fromBytes(stored.generator.lag) },
});

export async function readIntervals(rows: AsyncIterable<Stored<StoredInterval>>): Promise<ShardInterval[]> {
  const intervals: ShardInterval[] = [];
  for await (const { value } of rows) intervals.push(fromStored(value));
  return intervals;
}

export const emptyFigures = (): ScenarioFigures => ({
  requests: 0,
  successful: 0,
  failed: 0,
  statuses: {},
  errors: {},
  bytesReceived: 0,
  bytesSent: 0,
  responseTime: new Sketch(),
  serviceTime: new Sketch(),
});

/** Adds `more` to `sum`. Sketches are merged and counters added; nothing here is ever averaged. */
export function addFigures(sum: ScenarioFigures, more: ScenarioFigures): void {
  sum.requests += more.requests;
  sum.successful += more.successful;
  sum.failed += more.failed;
  sum.bytesReceived += more.bytesReceived;
  sum.bytesSent += more.bytesSent;
  for (const [status, count] of Object.entries(more.statuses))
    sum.statuses[status] = (sum.statuses[status] ?? 0) + count;
  addFailures(sum.errors, more.errors);
  sum.responseTime.merge(more.responseTime);
  sum.serviceTime.merge(more.serviceTime);
}

export function addFailures(sum: Record<string, FailureCount>, more: Record<string, FailureCount>): void {
  for (const [kind, { count, example }] of Object.entries(more)) {
    const known = sum[kind];
    sum[kind] = known === undefined ? { count, example } : { count: known.count + count, example: known.example };
  }
}

const withExamples = (failures: StoredInterval['connectionFailures']): Record<string, FailureCount> =>
  mapValues(failures, ({ count, example = '' }) => ({ count, example }));

const mapValues = <From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
