import { Sketch } from '../../statistics/sketch.ts';
import type { FailureCount, GeneratorFigures, ScenarioFigures } from '../engine/report.ts';
import { measuredSpan } from '../kinds/whole-intervals.ts';
import type { StoredRun, StoredStep } from '../model.ts';
import { addFailures, addFigures, addGenerator, emptyFigures, emptyGenerator, failureCount } from './figures.ts';
import type { ShardInterval } from './shard-interval.ts';

/** What was measured in one interval of the timeline. */
export interface Bucket {
  requests: number;
  failed: number;
  connectionFailures: number;
  /** Sent and received. */
  bytes: number;
  responseTime: Sketch;
  /** The most at any time, by shard: the parts of the fleet peak at the same times. */
  active: Record<number, number>;
}

export interface ShardMean {
  /** Of which a time was measured. */
  requests: number;
  /** Of their response times, in microseconds. */
  sumUs: number;
}

/** What has been added up of the present step. */
export interface StepSums {
  /** Of the time for which the level was held. */
  held: ScenarioFigures;
  /** How many requests became due in that time. */
  heldDue: number;
  heldConnectionFailures: Record<string, FailureCount>;
  generator: GeneratorFigures;
  /** By their number within the step. */
  buckets: Map<number, Bucket>;
  byShard: Record<number, ShardMean>;
  /** By invocation, the last interval that was added: each writes its own in their order. */
  watermarks: Record<string, number>;
}

export const emptyStep = (): StepSums => ({
  held: emptyFigures(),
  heldDue: 0,
  heldConnectionFailures: {},
  generator: emptyGenerator(),
  buckets: new Map(),
  byShard: {},
  watermarks: {},
});

export const emptyBucket = (): Bucket => ({
  requests: 0,
  failed: 0,
  connectionFailures: 0,
  bytes: 0,
  responseTime: new Sketch(),
  active: {},
});

export const invocationName = ({ shard, generation }: { shard: number; generation: number }): string =>
  `${shard}.${generation}`;

/** Adds one interval of one invocation. The caller has seen to it that it was not added before. */
export function addToStep(
  sums: StepSums,
  report: ShardInterval,
  step: StoredStep,
  { intervalSeconds, timelineSeconds }: Pick<StoredRun, 'intervalSeconds' | 'timelineSeconds'>,
): void {
  const { shard, interval, scenarios, connectionFailures, activeUsers, generator } = report;
  sums.watermarks[invocationName(report)] = interval;
  addGenerator(sums.generator, generator);
  const at = interval * intervalSeconds;
  const number = Math.floor(at / timelineSeconds);
  const bucket = sums.buckets.get(number) ?? emptyBucket();
  sums.buckets.set(number, bucket);
  bucket.active[shard] = Math.max(bucket.active[shard] ?? 0, activeUsers);
  bucket.connectionFailures += failureCount(connectionFailures);
  const measured = measuredSpan(step, intervalSeconds);
  const isHeld = at >= measured.from && at < measured.to;
  if (isHeld) {
    addFailures(sums.heldConnectionFailures, connectionFailures);
    // Of each request that became due, and of nothing else, it is told how late it was taken up.
    sums.heldDue += generator.lag.count;
  }
  for (const figures of Object.values(scenarios)) {
    bucket.requests += figures.requests;
    bucket.failed += figures.failed;
    bucket.bytes += figures.bytesSent + figures.bytesReceived;
    bucket.responseTime.merge(figures.responseTime);
    if (!isHeld) continue;
    addFigures(sums.held, figures);
    const mean = sums.byShard[shard] ?? { requests: 0, sumUs: 0 };
    mean.requests += figures.responseTime.count;
    mean.sumUs += figures.responseTime.sum;
    sums.byShard[shard] = mean;
  }
}
