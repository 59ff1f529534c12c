import { z } from 'zod';
import { percent } from './names.ts';

/** Latencies in milliseconds, from merged sketches (relative error at most 1 %). Absent where nothing was measured. */
export const latencySummary = z.object({
  avgResponseTimeMs: z.number(),
  minResponseTimeMs: z.number(),
  maxResponseTimeMs: z.number(),
  p50ResponseTimeMs: z.number(),
  p75ResponseTimeMs: z.number(),
  p90ResponseTimeMs: z.number(),
  p95ResponseTimeMs: z.number(),
  p99ResponseTimeMs: z.number(),
  p999ResponseTimeMs: z.number(),
});
export type LatencySummary = z.output<typeof latencySummary>;

export const errorSummary = z.object({
  kind: z
    .string()
    .describe('`http-500`, `timeout`, `reset`, `check-…`, `capture-…`; connection failures begin with `connect-`'),
  count: z.number().int(),
  example: z.string().optional(),
});
export type ErrorSummary = z.output<typeof errorSummary>;

const traffic = z.object({
  totalRequests: z.number().int().describe('Requests that were fully written to a connection'),
  successfulRequests: z.number().int().describe('Status below 400, and every check passed'),
  failedRequests: z.number().int(),
  successRatePercent: percent.optional(),
});

const requestFigures = latencySummary.partial().extend({
  requests: z.number().int(),
  successfulRequests: z.number().int(),
  failedRequests: z.number().int(),
  successRatePercent: percent.optional(),
  requestsPerSecond: z.number(),
  statuses: z.record(z.string(), z.number().int()),
});

export const scenarioResult = requestFigures.extend({
  flow: z
    .record(z.string(), requestFigures)
    .optional()
    .describe('Of a flow: each of its requests, and those of its `before`, by name'),
});
export type ScenarioResult = z.output<typeof scenarioResult>;

export const timelinePoint = z.object({
  second: z.number().describe('From the start of the test to the start of this interval'),
  durationSeconds: z.number(),
  requests: z.number().int(),
  failedRequests: z.number().int(),
  connectionFailures: z.number().int().optional().describe('Connections that carried no request; in none of the above'),
  requestsPerSecond: z.number(),
  activeUsers: z.number().int(),
  avgResponseTimeMs: z.number().optional(),
  p50ResponseTimeMs: z.number().optional(),
  p95ResponseTimeMs: z.number().optional(),
  p99ResponseTimeMs: z.number().optional(),
});
export type TimelinePoint = z.output<typeof timelinePoint>;

export const generatorSummary = z.object({
  verdict: z
    .enum(['ok', 'limited', 'limited-by-this-machine'])
    .describe('Whether the figures speak of the target, or of the generator that could not keep up'),
  reasons: z.array(z.string()),
  workers: z.number().int(),
  startSkewMs: z.number().describe('Between the first and the last worker to begin'),
  lagP99Ms: z.number().optional().describe('From the intended to the real send, where the connection was free'),
  lagMaxMs: z.number(),
  peakEventLoopUtilizationPercent: percent,
  peakCpuPercent: z.number().describe('Of one core, of the busiest worker'),
  handOvers: z.number().int().optional().describe('How often an invocation handed its shard to the next'),
  lostShards: z.array(
    z.object({
      shard: z.number().int(),
      reason: z.enum(['never-started', 'died', 'late']),
      lastInterval: z
        .number()
        .int()
        .optional()
        .describe('Of the step that it was at: the last one that it told of, which is the last in the figures'),
    }),
  ),
});
export type GeneratorSummary = z.output<typeof generatorSummary>;

const timing = z.object({ avgMs: z.number(), p50Ms: z.number(), p95Ms: z.number(), maxMs: z.number() });
export type Timing = z.output<typeof timing>;

/** N = X R: whether users, throughput and times agree, as they must in a steady state (Little 1961). */
const littlesLaw = z.object({
  expectedUsers: z.number().describe('Throughput times the mean of response and think time'),
  differencePercent: z.number(),
});

/** One step of a test: a level that was held. */
export const loadStep = z.object({
  part: z.enum(['basic', 'stress', 'spike', 'endurance', 'comparison', 'artillery']),
  users: z.number().int().optional().describe('Closed model'),
  arrivalRate: z.number().optional().describe('Open model'),
  startSecond: z.number().describe('From the start of the test to where the level was reached'),
  durationSeconds: z.number().describe('For which it was held; the figures are of this time'),
  requests: z.number().int(),
  avgResponseTimeMs: z.number().optional(),
  p50ResponseTimeMs: z.number().optional(),
  p95ResponseTimeMs: z.number().optional(),
  p99ResponseTimeMs: z.number().optional(),
  successRatePercent: percent.optional(),
  requestsPerSecond: z.number(),
  errors: z.array(errorSummary),
  littlesLaw: littlesLaw.optional(),
  verdict: z.enum(['ok', 'failing', 'overloaded', 'generator-limited']).optional().describe('Of a stress test'),
  reason: z.string().optional().describe('Why it is not ok'),
  configuration: z.string().optional().describe('Of a comparison'),
});
export type LoadStep = z.output<typeof loadStep>;

const interval = z.object({ low: z.number(), high: z.number() });

/** Universal Scalability Law: X(N) = lambda N / (1 + sigma (N - 1) + kappa N (N - 1)) (Gunther). */
export const capacity = z.object({
  lambda: z.number().describe('Requests a second of one user alone'),
  sigma: z.number().describe('Contention'),
  kappa: z.number().describe('Coherency'),
  maxUsers: z.number().optional().describe('Where throughput peaks; absent where the curve has no peak'),
  maxRequestsPerSecond: z.number().optional(),
  rSquared: z.number(),
  interval: z
    .object({ lambda: interval, sigma: interval, kappa: interval, maxUsers: interval.optional() })
    .describe('95 %, by bootstrap'),
  kneeUsers: z.number().optional().describe('Kneedle’s cross-check'),
});
export type Capacity = z.output<typeof capacity>;

const resource = z.enum(['cpu', 'memory', 'connections', 'database', 'event-loop', 'network', 'unknown']);

/** What a stress test found (also as part of a comprehensive one). */
export const stressFigures = z.object({
  totalDurationSeconds: z.number(),
  peakUsers: z.number().int().optional().describe('The most at any time'),
  peakArrivalRate: z.number().optional(),
  breakingPoint: z
    .number()
    .nullable()
    .describe('The highest level (users, or arrivals a second) that the target bore; null: it bore all that was tried'),
  performanceDegradation: z
    .object({
      responseTimeIncreasePercent: z
        .number()
        .optional()
        .describe('Mean at the highest level against the first; absent where either answered nothing'),
      throughputDecreasePercent: z.number().describe('At the highest level against the best; 0 where that is the best'),
      errorRateAtPeakPercent: percent,
    })
    .optional(),
  breakingPointAnalysis: z.object({
    firstFailureUsers: z.number().nullable().describe('The lowest level at which requests failed'),
    overloadUsers: z.number().nullable().describe('The lowest level from which throughput no longer rose'),
    primaryBottleneck: z.enum(['errors', 'response-time', 'throughput', 'connections', 'none', 'generator']),
    resourceConstraint: resource.describe('From the service’s telemetry; `unknown` where it reported none'),
    evidence: z.string().optional(),
  }),
  capacity: capacity.optional(),
  capacityUnknown: z.string().optional().describe('Why no capacity is claimed'),
});
export type StressFigures = z.output<typeof stressFigures>;

export const spikeFigures = z.object({
  baseP95ResponseTimeMs: z.number().optional(),
  spikeP95ResponseTimeMs: z.number().optional(),
  peakP95ResponseTimeMs: z.number().optional().describe('Of the worst interval'),
  spikeErrorRatePercent: percent.optional(),
  recoverySeconds: z
    .number()
    .nullable()
    .describe('From the end of the spike until response times and errors were as before it; null: not within the test'),
});
export type SpikeFigures = z.output<typeof spikeFigures>;

const drift = z.object({
  direction: z.enum(['rising', 'falling', 'stable', 'unknown']),
  changePercent: z.number().optional().describe('Over the test, by the Theil-Sen slope'),
  pValue: z.number().optional().describe('Mann-Kendall'),
});
export type Drift = z.output<typeof drift>;

export const enduranceFigures = z.object({
  responseTime: drift,
  errorRate: drift,
  throughput: drift,
  memory: drift.describe('Of the service, from its telemetry'),
});
export type EnduranceFigures = z.output<typeof enduranceFigures>;

export const loadCost = z.object({
  estimatedUsd: z.number(),
  actualUsd: z.number().optional(),
  items: z.array(z.object({ name: z.string(), usd: z.number(), detail: z.string() })),
  note: z.string(),
});
export type LoadCost = z.output<typeof loadCost>;

export const judgedThreshold = z.object({
  threshold: z.string().describe('As it was written, for example `p95<200`'),
  actual: z.number().optional().describe('Absent when nothing was measured; it does not hold then'),
  holds: z.boolean(),
  advisory: z.boolean().optional().describe('It fails nothing: a condition of a script that is not strict'),
});
export type JudgedThreshold = z.output<typeof judgedThreshold>;

export const loadTestResult = traffic
  .extend({
    actualDurationSeconds: z.number(),
    performanceMetrics: latencySummary.partial().extend({
      requestsPerSecond: z.number(),
      throughputMbps: z.number().describe('Received megabits per second'),
      serviceTime: latencySummary.partial().describe('From the real send; the others run from the intended one'),
    }),
    connections: z
      .object({
        opened: z.number().int(),
        tlsResumed: z.number().int(),
        connect: timing.optional(),
        tls: timing.optional().describe('The handshake, after connecting'),
        firstByte: timing.optional().describe('From the real send'),
      })
      .optional(),
    connectionFailures: z.number().int().describe('Attempts in which no request could be written'),
    scenarios: z.record(z.string(), scenarioResult),
    errors: z.array(errorSummary),
    timeline: z.array(timelinePoint),
    histogram: z
      .array(z.object({ fromMs: z.number(), toMs: z.number(), count: z.number().int() }))
      .optional()
      .describe('Response times of all requests, from the intended send'),
    steps: z.array(loadStep).optional(),
    ...stressFigures.partial().shape,
    spike: spikeFigures.optional(),
    endurance: enduranceFigures.optional(),
    generator: generatorSummary,
    resourceUsage: z
      .object({
        peakCpuPercent: z.number(),
        avgCpuPercent: z.number(),
        peakMemoryPercent: z.number(),
        avgMemoryPercent: z.number(),
      })
      .partial()
      .optional()
      .describe("The service's own, from its telemetry; absent when it reported none"),
    cost: loadCost.optional(),
    thresholds: z.array(judgedThreshold).optional(),
    artillery: z.record(z.string(), z.number()).optional().describe('Artillery’s own counters, with those of plugins'),
    recommendations: z.array(z.string()),
  })
  .meta({ id: 'LoadTestResult' });
export type LoadTestResult = z.output<typeof loadTestResult>;
