import type { ScenarioFigures } from '../../lib/load/engine/report.ts';
import { emptyConnections } from '../../lib/load/fold/figures.ts';
import { addInterval, emptyFold } from '../../lib/load/fold/fold.ts';
import type { ShardInterval } from '../../lib/load/fold/shard-interval.ts';
import { resultOf } from '../../lib/load/result.ts';
import { nothingReported } from '../../lib/load/service-resources.ts';
import { Sketch } from '../../lib/statistics/sketch.ts';
import { requestOf, startAtMs, storedRun, storedShard, storedStep } from './load-run.ts';

export const sketchOf = (values: readonly number[]): Sketch => {
  const sketch = new Sketch();
  for (const value of values) sketch.record(value);
  return sketch;
};

export const figuresOf = (timesUs: readonly number[], changes: Partial<ScenarioFigures> = {}): ScenarioFigures => ({
  requests: timesUs.length,
  successful: timesUs.length,
  failed: 0,
  statuses: timesUs.length > 0 ? { 200: timesUs.length } : {},
  errors: {},
  bytesReceived: 1000 * timesUs.length,
  bytesSent: 100 * timesUs.length,
  responseTime: sketchOf(timesUs),
  serviceTime: sketchOf(timesUs),
  ...changes,
});

export const intervalOf = (
  shard: number,
  interval: number,
  scenarios: Record<string, ScenarioFigures>,
  changes: Partial<ShardInterval> = {},
): ShardInterval => ({
  step: 0,
  generation: 0,
  isFirst: true,
  shard,
  interval,
  scenarios,
  connectionFailures: {},
  connections: emptyConnections(),
  firstByte: new Sketch(),
  activeUsers: 1,
  generator: { lagMaxMs: 0, lag: new Sketch(), eventLoopUtilizationPercent: 10, cpuPercent: 20 },
  ...changes,
});

/** A test of two scenarios by two workers that has ended, and what they told of it. */
export const names = ['home', 'search'];
export const request = requestOf({ scenarios: names.map((name) => ({ name })) });
export const step = storedStep();
export const run = storedRun({ phase: 'ended', status: 'completed', startAtMs, step });
export const ended = (elapsedMs: number) =>
  ({ stepsDone: 1, state: 'done', lastStep: { elapsedMs, machineCpuPercent: 0 } }) as const;
export const shards = [0, 1].map((n) => storedShard(n, ended(2000)));

/** Each interval is of an invocation of its own, so that all count whatever their numbers are. */
export const foldOf = (intervals: readonly ShardInterval[], of = run) => {
  const fold = emptyFold();
  for (const [generation, interval] of intervals.entries()) addInterval(fold, { ...interval, generation }, step, of);
  return fold;
};

export const resultFrom = (
  intervals: readonly ShardInterval[],
  changes: Partial<Parameters<typeof resultOf>[0]> = {},
) => {
  const input = { run, request, shards, service: nothingReported, now: startAtMs + 3000, ...changes };
  return resultOf({ ...input, fold: foldOf(intervals, input.run) });
};
