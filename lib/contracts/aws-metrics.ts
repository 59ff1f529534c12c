import { z } from 'zod';
import { percent, timestamp } from './names.ts';
import { queryInteger } from './query-integer.ts';

/** CloudWatch keeps minutes for 15 days. */
const maxMinutes = 14 * 24 * 60;

export const awsResourcesQuery = z.object({ minutes: queryInteger(1, maxMinutes).default(60) });

const amount = z.number().min(0).optional();
const name = z.string().describe('As the project names it');
/** Percentiles of periods cannot be made into one of all of them. */
const percentile = amount.describe('The highest of any period of `periodSeconds`');

export const lambdaResource = z.object({
  name,
  invocations: amount,
  errors: amount,
  errorRatePercent: percent.optional(),
  throttles: amount,
  avgDurationMs: amount,
  p95DurationMs: percentile,
  maxDurationMs: amount,
  peakConcurrency: amount,
  maxInitMs: amount.describe('Only of functions with Lambda Insights; CloudWatch has it of no other'),
});
export type LambdaResource = z.output<typeof lambdaResource>;

export const apiResource = z.object({
  name,
  kind: z.enum(['http', 'rest']).optional().describe('Absent: neither kind has figures under this name'),
  requests: amount,
  clientErrors: amount.describe('Answered with 4xx'),
  serverErrors: amount.describe('Answered with 5xx'),
  p50LatencyMs: percentile,
  p95LatencyMs: percentile,
  p50IntegrationLatencyMs: percentile.describe('Of what stands behind the API; the highest of any period'),
  p95IntegrationLatencyMs: percentile,
});
export type ApiResource = z.output<typeof apiResource>;

export const tableOperation = z.object({
  operation: z.string(),
  requests: amount.describe('That succeeded'),
  avgLatencyMs: amount,
  maxLatencyMs: amount,
  throttledRequests: amount,
});
export type TableOperation = z.output<typeof tableOperation>;

export const tableResource = z.object({
  name,
  consumedReadUnits: amount,
  consumedWriteUnits: amount,
  peakReadUnits: amount.describe('Consumed in the busiest period of `periodSeconds`'),
  peakWriteUnits: amount.describe('Likewise'),
  readThrottleEvents: amount,
  writeThrottleEvents: amount,
  operations: z.array(tableOperation).describe('Those that CloudWatch has figures of'),
});
export type TableResource = z.output<typeof tableResource>;

export const cacheResource = z.object({
  name,
  kind: z.enum(['serverless', 'nodes']).optional().describe('Absent: neither kind has figures under this name'),
  hits: amount,
  misses: amount,
  hitRatePercent: percent.optional(),
  evictions: amount,
  maxUsedMb: amount,
  maxCpuPercent: amount.describe('Of nodes'),
  maxMemoryPercent: amount.describe('Of nodes'),
  processingUnits: amount.describe('Of a serverless cache'),
  throttledCommands: amount.describe('Of a serverless cache'),
});
export type CacheResource = z.output<typeof cacheResource>;

export const queueResource = z.object({
  name,
  maxOldestMessageAgeSeconds: amount,
  visibleMessages: amount.describe('In the last period with a figure, as are `inFlightMessages`'),
  peakVisibleMessages: amount,
  inFlightMessages: amount,
  sentMessages: amount,
  receivedMessages: amount,
  deletedMessages: amount,
});
export type QueueResource = z.output<typeof queueResource>;

/** What CloudWatch has of each resource that the project names. What it does not have is absent, and never 0. */
export const awsFigures = z.object({
  timestamp: timestamp.describe('When CloudWatch was asked'),
  from: timestamp,
  to: timestamp,
  periodSeconds: z.number().int(),
  lambdas: z.array(lambdaResource),
  apis: z.array(apiResource),
  tables: z.array(tableResource),
  caches: z.array(cacheResource),
  queues: z.array(queueResource),
  problems: z.array(z.string()).describe('What CloudWatch could not be asked, or answered in part'),
});
export type AwsFigures = z.output<typeof awsFigures>;

export const awsResources = awsFigures
  .extend({
    cost: z.object({
      metricsRequested: z.number().int().describe('Of CloudWatch, for these figures'),
      usd: z.number().describe('At most; at 0.01 USD per 1,000 metrics'),
      todayUsd: z.number().describe('Of this project, on this UTC day, when CloudWatch was asked last for it'),
      dailyBudgetUsd: z.number(),
      isBudgetSpent: z.boolean().describe('The figures are older than they would be, because the budget is spent'),
      freshUntil: timestamp.describe('Whoever asks before it is told these figures again'),
    }),
  })
  .meta({ id: 'AwsResources' });
export type AwsResources = z.output<typeof awsResources>;
