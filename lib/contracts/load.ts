import { z } from 'zod';
import { json } from './json.ts';
import { identifier, percent, projectName, timestamp } from './names.ts';

const method = z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** No control characters: a line break in a header or a path would start a second request. */
const singleLine = (max: number) =>
  z
    .string()
    .max(max)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: refusing them is the point
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not contain control characters');

export const scenario = z
  .strictObject({
    name: z
      .string()
      .regex(/^(?!__proto__$)[\w .:/{}-]{1,100}$/, 'must be 1 to 100 letters, digits, spaces or any of _ . : / { } -'),
    method: method.default('GET'),
    path: singleLine(4096).regex(/^\//, 'must start with /').default('/'),
    weight: z.number().positive().max(1_000_000).default(1),
    headers: z
      .record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'must be a header name'), singleLine(8192))
      .optional(),
    query: z.record(z.string().min(1).max(256), z.union([singleLine(2048), z.number(), z.boolean()])).optional(),
    body: z
      // Text last: its length is looked at in whatever has one, an object with such a name included.
      .union([z.record(z.string(), json), z.array(json), z.string().max(1_000_000)])
      .optional()
      .describe('Text as it stands, or JSON; templates such as {{random(1,100)}} are filled in for each request'),
  })
  .meta({ id: 'Scenario' });
export type Scenario = z.output<typeof scenario>;

const thinkTime = z.union([
  z.number().min(0).max(600_000),
  z
    .strictObject({ min: z.number().min(0), max: z.number().max(600_000) })
    .refine(({ min, max }) => min <= max, 'min must not be above max'),
]);

export const loadLimits = { users: 10_000, arrivalRate: 50_000, durationSeconds: 86_400, workers: 300 } as const;

export const loadTestRequest = z
  .strictObject({
    kind: z.literal('basic').default('basic'),
    scenarios: z
      .array(scenario)
      .min(1)
      .max(100)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'scenario names must differ')
      .default([{ name: 'GET /', method: 'GET', path: '/', weight: 1 }]),
    users: z
      .number()
      .int()
      .min(1)
      .max(loadLimits.users)
      .optional()
      .describe('Closed model: so many users, each waiting for its answer and then thinking. Default 10'),
    arrivalRate: z
      .number()
      .positive()
      .max(loadLimits.arrivalRate)
      .optional()
      .describe('Open model: so many requests begin each second, whatever the target does'),
    durationSeconds: z.number().positive().max(loadLimits.durationSeconds).default(60).describe('Without the ramp-up'),
    rampUpSeconds: z.number().min(0).max(3600).default(10),
    thinkTimeMs: thinkTime.default(1000),
    timeoutMs: z.number().int().min(1).max(120_000).default(30_000),
    workers: z.number().int().min(1).max(loadLimits.workers).optional().describe('Default: by users or rate'),
  })
  .refine(({ users, arrivalRate }) => users === undefined || arrivalRate === undefined, {
    error: 'give either users (closed model) or arrivalRate (open model), not both',
    path: ['arrivalRate'],
  })
  .meta({ id: 'LoadTestRequest' });
export type LoadTestRequest = z.output<typeof loadTestRequest>;

export const loadTestStatus = z.enum(['queued', 'running', 'completed', 'cancelled', 'failed']);
export type LoadTestStatus = z.output<typeof loadTestStatus>;

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
  kind: z.string().describe('`http-500`, `timeout`, `reset`, ...; connection failures begin with `connect-`'),
  count: z.number().int(),
  example: z.string().optional(),
});

const traffic = z.object({
  totalRequests: z.number().int().describe('Requests that were fully written to a connection'),
  successfulRequests: z.number().int().describe('Status below 400'),
  failedRequests: z.number().int(),
  successRatePercent: percent.optional(),
});

export const scenarioResult = latencySummary.partial().extend({
  requests: z.number().int(),
  successfulRequests: z.number().int(),
  failedRequests: z.number().int(),
  successRatePercent: percent.optional(),
  requestsPerSecond: z.number(),
  statuses: z.record(z.string(), z.number().int()),
});
export type ScenarioResult = z.output<typeof scenarioResult>;

export const timelinePoint = z.object({
  second: z.number().describe('From the start of the test to the start of this interval'),
  durationSeconds: z.number(),
  requests: z.number().int(),
  failedRequests: z.number().int(),
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
  lostShards: z.array(
    z.object({
      shard: z.number().int(),
      reason: z.enum(['never-started', 'died', 'late']),
      lastInterval: z.number().int().optional(),
    }),
  ),
});
export type GeneratorSummary = z.output<typeof generatorSummary>;

export const loadTestResult = traffic
  .extend({
    actualDurationSeconds: z.number(),
    performanceMetrics: latencySummary.partial().extend({
      requestsPerSecond: z.number(),
      throughputMbps: z.number().describe('Received megabits per second'),
      serviceTime: latencySummary.partial().describe('From the real send; the others run from the intended one'),
    }),
    connectionFailures: z.number().int().describe('Attempts in which no request could be written'),
    scenarios: z.record(z.string(), scenarioResult),
    errors: z.array(errorSummary),
    timeline: z.array(timelinePoint),
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
    recommendations: z.array(z.string()),
  })
  .meta({ id: 'LoadTestResult' });
export type LoadTestResult = z.output<typeof loadTestResult>;

export const loadTest = z
  .object({
    testId: identifier,
    project: projectName,
    kind: z.literal('basic'),
    status: loadTestStatus,
    progressPercent: percent,
    createdAt: timestamp,
    startedAt: timestamp.optional(),
    endedAt: timestamp.optional(),
    reason: z.string().optional().describe('Why a test failed or was cancelled, for example `interrupted`'),
    request: loadTestRequest,
    result: loadTestResult.optional().describe('While the test runs: what the closed intervals say so far'),
  })
  .meta({ id: 'LoadTest' });
export type LoadTest = z.output<typeof loadTest>;

export const loadTestSummary = loadTest.omit({ result: true, request: true }).meta({ id: 'LoadTestSummary' });
export type LoadTestSummary = z.output<typeof loadTestSummary>;

export const loadTestAccepted = z
  .object({ testId: identifier, status: loadTestStatus })
  .meta({ id: 'LoadTestAccepted' });
