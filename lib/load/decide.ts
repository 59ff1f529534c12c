import { secondsOf } from './kinds/sequence.ts';
import type { StoredRun } from './model.ts';
import { hasFinished, isGoing, isReady, type Shards } from './shards.ts';

/** Workers may start cold, and SQS starts 300 more of them a minute at the most. */
export const gatherPatienceMs = (workers: number): number => 30_000 + (workers / 300) * 60_000;
/** From the decision to the start epoch: long enough for every worker to have seen it. */
export const startLeadMs = 1000;
/** A worker renews its lease far more often; after this it is taken for dead. */
export const leaseMs = 15_000;
/** How long a step may take beyond what its plan says before it is ended without its workers. */
const overrunMs = 30_000;
/** How long workers may take to stop after a cancellation. */
const cancelPatienceMs = 10_000;

export type Decision =
  | { kind: 'dispatch'; gatherUntilMs: number }
  | { kind: 'wait' }
  | { kind: 'start'; missing: number[] }
  /** The present step is over, whatever comes next. */
  | { kind: 'step-over' }
  /** `afterStep`: what the present step measured until then counts. */
  | { kind: 'end'; status: 'completed' | 'cancelled' | 'failed'; reason?: string; afterStep?: true }
  | { kind: 'nothing' };

/** What the controller does next. Pure: the same run, shards and time give the same decision. */
export function decide(run: StoredRun, shards: Shards, now: number): Decision {
  return deciders[run.phase](run, shards, now);
}

type Decider = (run: StoredRun, shards: Shards, now: number) => Decision;

const allShards = ({ workers }: StoredRun): number[] => Array.from({ length: workers }, (_, shard) => shard);

const deciders: Record<StoredRun['phase'], Decider> = {
  dispatching: (run, _shards, now) =>
    run.cancelRequestedAtMs === undefined
      ? { kind: 'dispatch', gatherUntilMs: now + gatherPatienceMs(run.workers) }
      : { kind: 'end', status: 'cancelled' },

  gathering: (run, shards, now) => {
    if (run.cancelRequestedAtMs !== undefined) return { kind: 'end', status: 'cancelled' };
    const missing = allShards(run).filter((shard) => !isReady(shards.get(shard) ?? [], now));
    const patient = now < (run.gatherUntilMs ?? 0);
    if (missing.length > 0 && patient) return { kind: 'wait' };
    if (missing.length === run.workers) return { kind: 'end', status: 'failed', reason: 'no worker started' };
    return { kind: 'start', missing };
  },

  running: (run, shards, now) => {
    const step = run.step?.index ?? 0;
    const taking = allShards(run)
      .filter((shard) => !run.missing.includes(shard))
      .map((shard) => shards.get(shard) ?? []);
    const overdue = now >= (run.deadlineMs ?? 0);
    const stopping = run.cancelRequestedAtMs;
    const stopPatient = stopping === undefined || now < stopping + cancelPatienceMs;
    if (taking.some((invocations) => isGoing(invocations, step, now)) && !overdue && stopPatient)
      return { kind: 'wait' };
    if (run.stopReason !== undefined) return { kind: 'end', status: 'failed', reason: run.stopReason, afterStep: true };
    if (stopping !== undefined) return { kind: 'end', status: 'cancelled', afterStep: true };
    const finished = taking.filter((invocations) => hasFinished(invocations, step));
    if (finished.length > 0) return { kind: 'step-over' };
    const faults = taking.flatMap((invocations) => invocations.flatMap(({ fault }) => fault ?? []));
    return { kind: 'end', status: 'failed', reason: faults[0] ?? 'interrupted', afterStep: true };
  },

  ended: () => ({ kind: 'nothing' }),
};

/** When a step that begins then ends, whatever its workers do. */
export const deadlineOf = (run: StoredRun, step: NonNullable<StoredRun['step']>): number =>
  step.startAtMs + secondsOf(step) * 1000 + run.timeoutMs + overrunMs;

/** 0 to 100: how much of its planned time a run has behind it. */
export function progressPercent({ phase, startAtMs, plannedSeconds }: StoredRun, now: number): number {
  if (phase === 'ended') return 100;
  if (startAtMs === undefined) return 0;
  const share = (now - startAtMs) / (plannedSeconds * 1000);
  // 100 is for what has ended.
  return Math.round(Math.min(0.99, Math.max(0, share)) * 1000) / 10;
}
