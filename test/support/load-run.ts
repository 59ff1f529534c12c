import { type LoadTestRequest, loadTestRequest } from '../../lib/contracts/load.ts';
import type { StoredRun, StoredShard } from '../../lib/load/model.ts';

export const testId = '01KG8F6E000000000000000001';
export const startAtMs = Date.parse('2026-01-31T02:00:00.000Z');

/** A run as its controller knows it, about to be dispatched unless told otherwise. */
export const storedRun = (
  changes: Partial<Omit<StoredRun, 'request'>> & { request?: Partial<LoadTestRequest> } = {},
): StoredRun => {
  const { request, ...rest } = changes;
  return {
    testId,
    project: 'shop',
    kind: 'basic',
    request: { ...loadTestRequest.parse({ durationSeconds: 10, rampUpSeconds: 0, timeoutMs: 1000 }), ...request },
    target: { protocol: 'http:', hostname: '127.0.0.1', port: 8080, basePath: '', addresses: ['127.0.0.1'] },
    workers: 2,
    intervalSeconds: 1,
    status: 'queued',
    phase: 'dispatching',
    turn: 0,
    createdAt: new Date(startAtMs).toISOString(),
    missing: [],
    ...rest,
  };
};

export const storedShard = (shard: number, changes: Partial<StoredShard> = {}): StoredShard => ({
  shard,
  state: 'waiting',
  leaseUntilMs: startAtMs + 15_000,
  lastInterval: -1,
  ...changes,
});
