import { z } from 'zod';
import { loadTestRequest, loadTestStatus } from '../contracts/load.ts';
import { loadTestResult } from '../contracts/load-result.ts';
import { identifier, projectName, timestamp } from '../contracts/names.ts';
import type { ItemType } from '../platform/table/item.ts';

const target = z.object({
  protocol: z.enum(['http:', 'https:']),
  hostname: z.string(),
  port: z.number(),
  basePath: z.string(),
  addresses: z.array(z.string()).min(1),
});

/**
 * Where a run stands. `dispatching`: its shards are not sent yet; `gathering`: workers check in; `running`: the start
 * epoch is set; `ended`: nothing changes any more.
 */
export const phase = z.enum(['dispatching', 'gathering', 'running', 'ended']);

const storedRun = z.object({
  testId: identifier,
  project: projectName,
  kind: z.literal('basic'),
  request: loadTestRequest,
  target,
  workers: z.number().int().min(1),
  intervalSeconds: z.number().int().min(1),
  status: loadTestStatus,
  phase,
  /** Grows with each change of phase: a control message acts only on the turn that it names. */
  turn: z.number().int(),
  createdAt: timestamp,
  /** Epoch milliseconds, as are all `...Ms` times here. Until then workers are waited for. */
  gatherUntilMs: z.number().optional(),
  startAtMs: z.number().optional(),
  /** After this the run ends, whatever its workers do. */
  deadlineMs: z.number().optional(),
  /** Shards that had not checked in when the run began: they must not begin any more. */
  missing: z.array(z.number().int()),
  cancelRequestedAtMs: z.number().optional(),
  endedAtMs: z.number().optional(),
  reason: z.string().optional(),
  result: loadTestResult.optional(),
});
export type StoredRun = z.output<typeof storedRun>;
export const runItem: ItemType<StoredRun> = { name: 'LoadTest', version: 1, schema: storedRun };

const storedShard = z.object({
  shard: z.number().int(),
  state: z.enum(['waiting', 'running', 'done', 'late']),
  /** Renewed while the worker lives. */
  leaseUntilMs: z.number(),
  /** The last interval that is stored; -1 before the first. */
  lastInterval: z.number().int(),
  /** From the start epoch to the worker's real start. */
  skewMs: z.number().optional(),
  /** From the start epoch to the worker's end. */
  elapsedMs: z.number().optional(),
  /** Of all cores, in the mean over the test. */
  machineCpuPercent: z.number().optional(),
  /** Open model: arrivals that were due and found no free connection before the end. */
  droppedArrivals: z.number().int().optional(),
  fault: z.string().optional(),
});
export type StoredShard = z.output<typeof storedShard>;
export const shardItem: ItemType<StoredShard> = { name: 'LoadShard', version: 1, schema: storedShard };

const count = z.number().int().min(0);
/** Base64 of a serialized sketch. */
const sketch = z.string();
const faults = z.record(z.string(), z.object({ count, example: z.string().optional() }));

const storedInterval = z.object({
  interval: z.number().int().min(0),
  shard: z.number().int().min(0),
  scenarios: z.record(
    z.string(),
    z.object({
      requests: count,
      successful: count,
      failed: count,
      statuses: z.record(z.string(), count),
      errors: faults,
      bytesReceived: count,
      bytesSent: count,
      responseTime: sketch,
      serviceTime: sketch,
    }),
  ),
  connectionFailures: faults,
  activeUsers: count,
  generator: z.object({
    lagMaxMs: z.number(),
    lag: sketch,
    eventLoopUtilizationPercent: z.number(),
    cpuPercent: z.number(),
  }),
});
export type StoredInterval = z.output<typeof storedInterval>;
export const intervalItem: ItemType<StoredInterval> = { name: 'LoadInterval', version: 1, schema: storedInterval };

const dayMs = 24 * 60 * 60 * 1000;
export const retentionMs = { run: 400 * dayMs, intervals: 30 * dayMs } as const;
