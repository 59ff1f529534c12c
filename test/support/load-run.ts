import { type LoadTestRequest, loadTestRequest } from '../../lib/contracts/load.ts';
import type { StoredRun, StoredShard, StoredStep } from '../../lib/load/model.ts';

export const testId = '01KG8F6E000000000000000001';
export const startAtMs = Date.parse('2026-01-31T02:00:00.000Z');

/** Of an account that cannot be asked. */
export const unknownConcurrency = async (): Promise<undefined> => undefined;

/** A run as its controller knows it, about to be dispatched unless told otherwise. */
export const storedRun = (changes: Partial<StoredRun> = {}): StoredRun => ({
  testId,
  project: 'shop',
  kind: 'basic',
  targets: [
    { protocol: 'http:', hostname: '127.0.0.1', port: 8080, basePath: '', addresses: ['127.0.0.1'], project: 'shop' },
  ],
  model: 'closed',
  workers: 2,
  intervalSeconds: 1,
  timelineSeconds: 1,
  timeoutMs: 1000,
  plannedSeconds: 10,
  names: 1,
  status: 'queued',
  phase: 'dispatching',
  turn: 0,
  createdAt: new Date(startAtMs).toISOString(),
  missing: [],
  requestsAllowed: {},
  ...changes,
});

export const requestOf = (changes: object = {}): LoadTestRequest =>
  loadTestRequest.parse({ durationSeconds: 10, rampUpSeconds: 0, timeoutMs: 1000, ...changes });

/** The only step of a basic test of ten seconds. */
export const storedStep = (changes: Partial<StoredStep> = {}): StoredStep => ({
  part: 'basic',
  level: 10,
  stages: [{ seconds: 10, from: 10, to: 10 }],
  holdFromSeconds: 0,
  holdSeconds: 10,
  target: 0,
  index: 0,
  startAtMs,
  ...changes,
});

export const storedShard = (shard: number, changes: Partial<StoredShard> = {}): StoredShard => ({
  shard,
  generation: 0,
  stepsDone: 0,
  state: 'waiting',
  leaseUntilMs: startAtMs + 15_000,
  lastInterval: -1,
  ...changes,
});
