import { z } from 'zod';
import { comparisonRequest, comparisonResult } from '../contracts/comparisons.ts';
import { loadKind, loadTestStatus, takenLoadTestRequest } from '../contracts/load.ts';
import { loadCost, loadTestResult } from '../contracts/load-result.ts';
import { identifier, projectName, timestamp } from '../contracts/names.ts';
import type { ItemType } from '../platform/table/item.ts';
import { outcome } from './outcome.ts';

const target = z.object({
  protocol: z.enum(['http:', 'https:']),
  hostname: z.string(),
  port: z.number(),
  basePath: z.string(),
  addresses: z.array(z.string()).min(1),
});

/** What is said of a target by whom it belongs to: the configuration's name in a comparison. */
const runTarget = target.extend({ project: projectName, configuration: z.string().optional() });
export type RunTarget = z.output<typeof runTarget>;

const stage = z.object({ seconds: z.number(), from: z.number(), to: z.number() });

export const part = z.enum(['basic', 'stress', 'spike', 'endurance', 'comparison', 'artillery']);
export type Part = z.output<typeof part>;

/** A piece of a test that is played without a break: a load over time, on one target. */
const stepPlan = z.object({
  part,
  /** Nominal: users, or arrivals per second. */
  level: z.number(),
  /** The level of the whole fleet over time. */
  stages: z.array(stage),
  /** From where on, and for how long, its own figures are taken: the ramp is not part of them. */
  holdFromSeconds: z.number(),
  holdSeconds: z.number(),
  /** Of the run's targets. */
  target: z.number().int(),
});
export type StepPlan = z.output<typeof stepPlan>;

export const storedStepShape = stepPlan.extend({ index: z.number().int(), startAtMs: z.number() });
export type StoredStep = z.output<typeof storedStepShape>;

/**
 * Where a run stands. `dispatching`: its shards are not sent yet; `gathering`: workers check in; `running`: its steps
 * are played one after the other; `ended`: nothing changes any more.
 */
export const phase = z.enum(['dispatching', 'gathering', 'running', 'ended']);

/** Small, since every worker reads it each second: the request and the figures stand beside it. */
const storedRun = z.object({
  testId: identifier,
  project: projectName,
  kind: z.enum([...loadKind.options, 'comparison']),
  targets: z.array(runTarget).min(1),
  model: z.enum(['closed', 'open']),
  workers: z.number().int().min(1),
  intervalSeconds: z.number().int().min(1),
  /** Of a point of the timeline: a multiple of the interval. */
  timelineSeconds: z.number().int().min(1),
  timeoutMs: z.number(),
  /** Without gathering: for the progress. */
  plannedSeconds: z.number(),
  status: loadTestStatus,
  phase,
  /** Grows with each change of phase or step: a control message acts only on the turn that it names. */
  turn: z.number().int(),
  createdAt: timestamp,
  /** Epoch milliseconds, as are all `...Ms` times here. Until then workers are waited for. */
  gatherUntilMs: z.number().optional(),
  /** Of the first step. */
  startAtMs: z.number().optional(),
  /** What the workers play, or have just played. */
  step: storedStepShape.optional(),
  /** After this the step ends, whatever its workers do. */
  deadlineMs: z.number().optional(),
  /** Shards that had not checked in when the run began: they must not begin any more. */
  missing: z.array(z.number().int()),
  /** How many each of the targets' projects has left of its day: beyond that the run is stopped. */
  requestsAllowed: z.record(projectName, z.number()),
  /** How many scenarios and requests of flows are told apart. */
  names: z.number().int(),
  cancelRequestedAtMs: z.number().optional(),
  /** Why it is being stopped before its end, where nobody cancelled it. */
  stopReason: z.string().optional(),
  endedAtMs: z.number().optional(),
  reason: z.string().optional(),
  cost: loadCost.optional(),
  /** Of one that was completed, where its figures are the target's. */
  outcome: outcome.optional(),
  /** Of a run of the first version, which held both itself. */
  legacy: z.object({ request: takenLoadTestRequest, result: loadTestResult.optional() }).optional(),
});
export type StoredRun = z.output<typeof storedRun>;

/** The first version held one target and one step, the request and the result. */
const endedByUpgrade = z.object({
  testId: identifier,
  project: projectName,
  request: takenLoadTestRequest,
  result: loadTestResult.optional(),
  target,
  workers: z.number(),
  intervalSeconds: z.number(),
  status: loadTestStatus,
  phase,
  turn: z.number(),
  createdAt: timestamp,
  startAtMs: z.number().optional(),
  endedAtMs: z.number().optional(),
  reason: z.string().optional(),
});
const fromFirstVersion = (older: unknown): unknown => {
  const { request, result, target: only, status, phase: was, reason, ...kept } = endedByUpgrade.parse(older);
  // Its workers and its controller spoke to each other in the old way.
  const isOver = was === 'ended';
  return {
    ...kept,
    kind: 'basic',
    targets: [{ ...only, project: kept.project }],
    legacy: { request, result },
    model: request.arrivalRate === undefined ? 'closed' : 'open',
    timelineSeconds: kept.intervalSeconds,
    timeoutMs: request.timeoutMs,
    plannedSeconds: 1,
    names: 1,
    status: isOver ? status : 'failed',
    phase: 'ended',
    missing: [],
    ...(isOver ? { reason } : { reason: 'interrupted by an upgrade of Headroom' }),
  };
};

/** The second version had one number for all projects of a run. */
const fromSecondVersion = (older: unknown): unknown => {
  const { requestsAllowed, ...kept } = z
    .looseObject({ requestsAllowed: z.number().optional(), targets: z.array(runTarget) })
    .parse(older);
  const allowed = kept.targets.map(({ project }) => [project, requestsAllowed]);
  return { ...kept, requestsAllowed: requestsAllowed === undefined ? {} : Object.fromEntries(allowed) };
};

export const runItem: ItemType<StoredRun> = {
  name: 'LoadTest',
  version: 3,
  schema: storedRun,
  migrations: { 1: fromFirstVersion, 2: fromSecondVersion },
};

const storedRequest = z.union([
  z.object({ kind: z.literal('load-test'), request: takenLoadTestRequest }),
  z.object({ kind: z.literal('comparison'), request: comparisonRequest }),
]);
export type StoredRequest = z.output<typeof storedRequest>;
export const requestItem: ItemType<StoredRequest> = { name: 'LoadRequest', version: 1, schema: storedRequest };

/** Of what was added up when it was made: an older one never takes the place of a newer. */
const made = { folds: z.number().int(), isFinal: z.boolean() };
const storedResult = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('load-test'), ...made, result: loadTestResult }),
  z.object({ kind: z.literal('comparison'), ...made, result: comparisonResult }),
]);
export type StoredResult = z.output<typeof storedResult>;
export const resultItem: ItemType<StoredResult> = { name: 'LoadResult', version: 1, schema: storedResult };

/** Of sequences, by their names. */
const places = z.record(z.string(), z.number().int());

const storedShard = z.object({
  shard: z.number().int(),
  /** Which of the invocations that work on the shard one after the other. */
  generation: z.number().int(),
  /** `waiting`: for its first step, or the next. `done`: it works no more. */
  state: z.enum(['waiting', 'running', 'done', 'late']),
  /** Renewed while the worker lives. */
  leaseUntilMs: z.number(),
  /** Steps that it has played to their end: those before this number. */
  stepsDone: z.number().int(),
  /** The last interval of the present step that is stored; -1 before the first. */
  lastInterval: z.number().int(),
  /** Of all its steps: from a step's start epoch to its real start (the worst), and what it could not do. */
  skewMs: z.number().optional(),
  /** Of all cores, in the mean over a step: the worst. */
  machineCpuPercent: z.number().optional(),
  /** Open model: arrivals that were due and found no free connection before the end. */
  droppedArrivals: z.number().int().optional(),
  /** The step that it played last: from its start epoch to the end of its last request. */
  lastStep: z.object({ elapsedMs: z.number(), machineCpuPercent: z.number() }).optional(),
  /** Its invocation ends soon: the next generation is asked for. */
  asksForSuccessor: z.boolean().optional(),
  /** From when on its successor plays: a step, and ms from its start epoch. */
  handOver: z.object({ step: z.number().int(), atMs: z.number(), places: places.optional() }).optional(),
  /** How far its sequences have come: a while ago while it works, and for good once it is done. */
  places: places.optional(),
  /** Why it ended before its work did. */
  lost: z.string().optional(),
  /** Why it could do nothing. */
  fault: z.string().optional(),
  /** Artillery's own figures: counters, and sketches in base64. */
  artillery: z
    .object({ counters: z.record(z.string(), z.number()), times: z.record(z.string(), z.string()) })
    .optional(),
});
export type StoredShard = z.output<typeof storedShard>;
export const shardItem: ItemType<StoredShard> = { name: 'LoadShard', version: 2, schema: storedShard };

const count = z.number().int().min(0);
/** Base64 of a serialized sketch. */
const sketch = z.string();
const faults = z.record(z.string(), z.object({ count, example: z.string().optional() }));

/** Sketches of microseconds, in base64. */
export const storedFigures = z.object({
  requests: count,
  successful: count,
  failed: count,
  statuses: z.record(z.string(), count),
  errors: faults,
  bytesReceived: count,
  bytesSent: count,
  responseTime: sketch,
  serviceTime: sketch,
});
export type StoredFigures = z.output<typeof storedFigures>;

export const storedConnections = z.object({
  opened: count,
  tlsResumed: count,
  connect: sketch,
  tls: sketch,
});
export type StoredConnections = z.output<typeof storedConnections>;
export const storedFaults = faults;

export const storedGenerator = z.object({
  lagMaxMs: z.number(),
  lag: sketch,
  eventLoopUtilizationPercent: z.number(),
  cpuPercent: z.number(),
});

const storedInterval = z.object({
  step: z.number().int().min(0),
  interval: z.number().int().min(0),
  shard: z.number().int().min(0),
  generation: z.number().int().min(0),
  /** The first that the invocation tells of in the step; the others follow it without a gap. */
  isFirst: z.boolean(),
  scenarios: z.record(z.string(), storedFigures),
  connectionFailures: faults,
  connections: storedConnections,
  firstByte: sketch,
  activeUsers: count,
  generator: storedGenerator,
});
export type StoredInterval = z.output<typeof storedInterval>;
export const intervalItem: ItemType<StoredInterval> = { name: 'LoadInterval', version: 2, schema: storedInterval };

const dayMs = 24 * 60 * 60 * 1000;
export const retentionMs = { run: 400 * dayMs, intervals: 30 * dayMs } as const;
