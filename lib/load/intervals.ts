import type { Stored } from '../platform/table/item.ts';
import { Sketch } from '../statistics/sketch.ts';
import type { FailureCount, IntervalReport } from './engine/report.ts';
import { IntervalSums } from './interval-sums.ts';
import type { StoredInterval } from './model.ts';

/** One shard's figures of one interval. */
export type ShardInterval = Omit<IntervalReport, 'closed' | 'final' | 'connections' | 'firstByte' | 'flows'> & {
  shard: number;
};

export const toStored = (shard: number, report: IntervalReport): StoredInterval => ({
  interval: report.interval,
  shard,
  scenarios: mapValues(report.scenarios, (figures) => ({
    ...figures,
    responseTime: figures.responseTime.toBase64(),
    serviceTime: figures.serviceTime.toBase64(),
  })),
  connectionFailures: report.connectionFailures,
  activeUsers: report.activeUsers,
  generator: { ...report.generator, lag: report.generator.lag.toBase64() },
});

const fromStored = (stored: StoredInterval): ShardInterval => ({
  ...stored,
  scenarios: mapValues(stored.scenarios, (figures) => ({
    ...figures,
    errors: withExamples(figures.errors),
    responseTime: Sketch.fromBase64(figures.responseTime),
    serviceTime: Sketch.fromBase64(figures.serviceTime),
  })),
  connectionFailures: withExamples(stored.connectionFailures),
  generator: { ...stored.generator, lag: Sketch.fromBase64(stored.generator.lag) },
});

/** Reads one interval after the other into their sums: a large test has more of them than fit into memory. */
export async function sumOf(rows: AsyncIterable<Stored<StoredInterval>>): Promise<IntervalSums> {
  const sums = new IntervalSums();
  for await (const { value } of rows) sums.add(fromStored(value));
  return sums;
}

const withExamples = (failures: StoredInterval['connectionFailures']): Record<string, FailureCount> =>
  mapValues(failures, ({ count, example = '' }) => ({ count, example }));

const mapValues = <From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
