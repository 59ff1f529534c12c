import type { StoredRun, StoredShard } from './model.ts';

/** Workers may start cold, and SQS starts 300 more of them a minute at the most. */
export const gatherPatienceMs = (workers: number): number => 30_000 + (workers / 300) * 60_000;
/** From the decision to the start epoch: long enough for every worker to have seen it. */
export const startLeadMs = 1000;
/** A worker renews its lease far more often; after this it is taken for dead. */
export const leaseMs = 15_000;
/** How long a run may take beyond what its plan says before it is ended without its workers. */
const overrunMs = 30_000;
/** How long workers may take to stop after a cancellation. */
const cancelPatienceMs = 10_000;

export type Decision =
  | { kind: 'dispatch'; gatherUntilMs: number }
  | { kind: 'wait' }
  | { kind: 'start'; startAtMs: number; deadlineMs: number; missing: number[] }
  | { kind: 'end'; status: 'completed' | 'cancelled' | 'failed'; reason?: string }
  | { kind: 'nothing' };

/** What the controller does next. Pure: the same run, shards and time give the same decision. */
export function decide(run: StoredRun, shards: readonly StoredShard[], now: number): Decision {
  return deciders[run.phase](run, shards, now);
}

type Decider = (run: StoredRun, shards: readonly StoredShard[], now: number) => Decision;

const isAlive = (shard: StoredShard, now: number): boolean => shard.leaseUntilMs > now;

const deciders: Record<StoredRun['phase'], Decider> = {
  dispatching: (run, _shards, now) =>
    run.cancelRequestedAtMs === undefined
      ? { kind: 'dispatch', gatherUntilMs: now + gatherPatienceMs(run.workers) }
      : { kind: 'end', status: 'cancelled' },

  gathering: (run, shards, now) => {
    if (run.cancelRequestedAtMs !== undefined) return { kind: 'end', status: 'cancelled' };
    const ready = shards.filter((shard) => shard.state === 'waiting' && isAlive(shard, now));
    const patient = now < (run.gatherUntilMs ?? 0);
    if (ready.length < run.workers && patient) return { kind: 'wait' };
    if (ready.length === 0) return { kind: 'end', status: 'failed', reason: 'no worker started' };
    const present = new Set(ready.map(({ shard }) => shard));
    const startAtMs = now + startLeadMs;
    return {
      kind: 'start',
      startAtMs,
      deadlineMs: startAtMs + plannedMs(run) + overrunMs,
      missing: Array.from({ length: run.workers }, (_, shard) => shard).filter((shard) => !present.has(shard)),
    };
  },

  running: (run, shards, now) => {
    const taking = shards.filter(({ shard }) => !run.missing.includes(shard));
    const going = taking.filter((shard) => shard.state !== 'done' && isAlive(shard, now));
    const overdue = now >= (run.deadlineMs ?? 0);
    const cancelled = run.cancelRequestedAtMs;
    const stopPatient = cancelled === undefined || now < cancelled + cancelPatienceMs;
    if (going.length > 0 && !overdue && stopPatient) return { kind: 'wait' };
    if (cancelled !== undefined) return { kind: 'end', status: 'cancelled' };
    const done = taking.filter(({ state }) => state === 'done');
    const fault = done.find((shard) => shard.fault !== undefined)?.fault;
    if (done.length === 0) return { kind: 'end', status: 'failed', reason: 'interrupted' };
    if (done.every((shard) => shard.fault !== undefined)) {
      return { kind: 'end', status: 'failed', reason: fault ?? 'interrupted' };
    }
    return { kind: 'end', status: 'completed' };
  },

  ended: () => ({ kind: 'nothing' }),
};

const plannedMs = ({ request: { rampUpSeconds, durationSeconds, timeoutMs } }: StoredRun): number =>
  (rampUpSeconds + durationSeconds) * 1000 + timeoutMs;

/** 0 to 100: how much of its planned time a run has behind it. */
export function progressPercent(run: StoredRun, now: number): number {
  if (run.phase === 'ended') return 100;
  if (run.startAtMs === undefined) return 0;
  const { rampUpSeconds, durationSeconds } = run.request;
  const share = (now - run.startAtMs) / ((rampUpSeconds + durationSeconds) * 1000);
  // 100 is for what has ended.
  return Math.round(Math.min(0.99, Math.max(0, share)) * 1000) / 10;
}
