import { Sketch } from '../../statistics/sketch.ts';
import type { ConnectionFigures, FailureCount, GeneratorFigures, ScenarioFigures } from '../engine/report.ts';
import type { PlayedStep } from '../kinds/played-step.ts';
import { measuredSpan } from '../kinds/whole-intervals.ts';
import type { StoredRun, StoredStep } from '../model.ts';
import {
  addConnections,
  addFailures,
  addFigures,
  addGenerator,
  emptyConnections,
  emptyFigures,
  emptyGenerator,
  failureCount,
} from './figures.ts';
import { latencyOf, milliseconds } from './latency.ts';
import type { ShardInterval } from './shard-interval.ts';
import { addToStep, emptyStep, invocationName, type StepSums } from './step-sums.ts';
import { addPoint, type Point, pointOf } from './timeline.ts';

/** The run's figures so far: what the controller adds each new interval to, once. */
export interface Fold {
  /** How often it was stored: grows with each change. */
  folds: number;
  scenarios: Map<string, ScenarioFigures>;
  connectionFailures: Record<string, FailureCount>;
  connections: ConnectionFigures;
  firstByte: Sketch;
  generator: GeneratorFigures;
  timeline: Point[];
  played: PlayedStep[];
  /** Of a comparison: what was held of each target. */
  byTarget: Map<number, ScenarioFigures>;
  /** By target, of all steps. */
  requestsByTarget: Record<number, number>;
  /** By invocation, the last interval that it told of. */
  lastTold: Record<string, { step: number; interval: number }>;
  /** Which step `sums` is of: the number of those that were played. */
  sums: StepSums;
}

export const emptyFold = (): Fold => ({
  folds: 0,
  scenarios: new Map(),
  connectionFailures: {},
  connections: emptyConnections(),
  firstByte: new Sketch(),
  generator: emptyGenerator(),
  timeline: [],
  played: [],
  byTarget: new Map(),
  requestsByTarget: {},
  lastTold: {},
  sums: emptyStep(),
});

/**
 * Adds an interval, unless it was added before, is of another step, or is not the one that follows: an invocation tells of
 * its intervals without a gap, so one that comes too early is read again when those before it are.
 * @returns whether it was added
 */
export function addInterval(fold: Fold, report: ShardInterval, step: StoredStep, run: StoredRun): boolean {
  const seen = fold.sums.watermarks[invocationName(report)];
  const follows = seen === undefined ? report.isFirst : report.interval === seen + 1;
  if (step.index !== fold.played.length || report.step !== step.index || !follows) return false;
  for (const [name, figures] of Object.entries(report.scenarios)) {
    const sum = fold.scenarios.get(name) ?? emptyFigures();
    fold.scenarios.set(name, sum);
    addFigures(sum, figures);
    fold.requestsByTarget[step.target] = (fold.requestsByTarget[step.target] ?? 0) + figures.requests;
  }
  addFailures(fold.connectionFailures, report.connectionFailures);
  addConnections(fold.connections, report.connections);
  fold.firstByte.merge(report.firstByte);
  addGenerator(fold.generator, report.generator);
  fold.lastTold[invocationName(report)] = { step: report.step, interval: report.interval };
  addToStep(fold.sums, report, step, run);
  return true;
}

/** All scenarios together. */
export function totalOf(fold: Fold): ScenarioFigures {
  const total = emptyFigures();
  for (const figures of fold.scenarios.values()) addFigures(total, figures);
  return total;
}

/** Of each project that a run sends requests to, how many it was sent so far. */
export function requestsByProject(fold: Fold, { targets }: Pick<StoredRun, 'targets'>): Record<string, number> {
  const sent: Record<string, number> = {};
  for (const [target, { project }] of targets.entries()) {
    sent[project] = (sent[project] ?? 0) + (fold.requestsByTarget[target] ?? 0);
  }
  return sent;
}

/**
 * Puts what has ended of the present step into the timeline: the buckets before the one that any invocation may still
 * add to. So what is kept of a long step stays small.
 * @param upToSecond of the step
 * @returns bytes that were sent and received in the fullest of them
 */
export function closeBuckets(fold: Fold, step: StoredStep, run: StoredRun, upToSecond: number): number {
  let mostBytes = 0;
  const ending = [...fold.sums.buckets.keys()].sort((a, b) => a - b);
  for (const number of ending) {
    const bucket = fold.sums.buckets.get(number);
    if (bucket === undefined || (number + 1) * run.timelineSeconds > upToSecond) continue;
    addPoint(fold.timeline, pointOf(bucket, number, step, run, run.timelineSeconds));
    mostBytes = Math.max(mostBytes, bucket.bytes);
    fold.sums.buckets.delete(number);
  }
  return mostBytes;
}

export interface StepEnd {
  elapsedSeconds: number;
  generatorLimit?: string;
}

/** The present step is over: its figures stand with those of the others, and the next one begins with none. */
export function closeStep(
  fold: Fold,
  step: StoredStep,
  run: StoredRun,
  { elapsedSeconds, generatorLimit }: StepEnd,
): void {
  const { held, heldDue, heldConnectionFailures, buckets, byShard } = fold.sums;
  for (const [number, bucket] of [...buckets].sort(([a], [b]) => a - b)) {
    const seconds = Math.min(run.timelineSeconds, elapsedSeconds - number * run.timelineSeconds);
    if (seconds > 0 || bucket.requests > 0) addPoint(fold.timeline, pointOf(bucket, number, step, run, seconds));
  }
  const measured = measuredSpan(step, run.intervalSeconds);
  const heldSeconds = Math.max(0, Math.min(measured.to, elapsedSeconds) - measured.from);
  const latency = latencyOf(held.responseTime);
  const ofStep = fold.timeline.filter(({ step: index }) => index === step.index);
  fold.played.push({
    ...step,
    elapsedSeconds,
    heldSeconds,
    requests: held.requests,
    successful: held.successful,
    due: heldDue,
    requestsPerSecond: heldSeconds > 0 ? held.requests / heldSeconds : 0,
    connectionFailures: failureCount(heldConnectionFailures),
    ...(latency === undefined ? {} : { latency: { ...latency, serviceMeanMs: milliseconds(held.serviceTime.mean) } }),
    errors: errorsOf(held, heldConnectionFailures),
    peakActive: Math.max(0, ...ofStep.map(({ activeUsers }) => activeUsers)),
    ...(generatorLimit === undefined ? {} : { generatorLimit }),
    ...(step.part === 'comparison'
      ? {
          byShard: Object.entries(byShard).map(([shard, { requests, sumUs }]) => ({
            shard: Number(shard),
            requests,
            meanMs: requests === 0 ? 0 : milliseconds(sumUs / requests),
          })),
        }
      : {}),
  });
  if (step.part === 'comparison') {
    const sum = fold.byTarget.get(step.target) ?? emptyFigures();
    fold.byTarget.set(step.target, sum);
    addFigures(sum, held);
  }
  fold.sums = emptyStep();
}

/** Failed requests by what was wrong with them, and connections that never carried one. */
export function errorsOf(
  total: ScenarioFigures,
  connectionFailures: Record<string, FailureCount>,
): PlayedStep['errors'] {
  const faults = Object.entries(total.errors).map(([kind, failure]) => ({ kind, ...shown(failure) }));
  const connections = Object.entries(connectionFailures).map(([kind, failure]) => ({
    kind: `connect-${kind}`,
    ...shown(failure),
  }));
  return [...faults, ...connections].sort((a, b) => b.count - a.count || (a.kind < b.kind ? -1 : 1));
}

const shown = ({ count, example }: FailureCount): { count: number; example?: string } =>
  example === '' ? { count } : { count, example };
