import { z } from 'zod';
import { identifier, percent, projectName, timestamp } from './names.ts';
import { verification } from './projects.ts';
import { metrics } from './telemetry.ts';

export const analysisDepth = z.enum(['quick', 'standard', 'deep']);
export type AnalysisDepth = z.output<typeof analysisDepth>;

export const analysisRequest = z
  .strictObject({
    depth: analysisDepth.default('quick'),
    minutes: z
      .number()
      .int()
      .min(1)
      .max(1440)
      .optional()
      .describe('How far back to look for the score and the bottlenecks. Default: quick 5, standard and deep 60'),
  })
  .meta({ id: 'AnalysisRequest' });
export type AnalysisRequest = z.output<typeof analysisRequest>;

export const categoryNames = ['responseTime', 'errorRate', 'memory', 'database', 'cache'] as const;
export type CategoryName = (typeof categoryNames)[number];

export const category = z.object({
  score: percent,
  value: z.number(),
  threshold: z.number(),
  unit: z.string(),
  weight: z.number(),
});

/** What a finding rests on, so that a reader can check it. */
export const evidence = z.object({
  metric: z.string().describe('`endpoint.responseTimeMs`, `query.count`, ...'),
  subject: z.string().describe('The endpoint, query or part it was measured on'),
  from: timestamp,
  to: timestamp,
  values: z.record(z.string(), z.number()).describe('The numbers, units in their names'),
});
export type Evidence = z.output<typeof evidence>;

const change = z.object({ before: z.number(), after: z.number() });

/** What a fix is worth, from the recorded breakdown of request time. Absent figures: nothing recorded says so. */
export const prediction = z.object({
  avgResponseTimeMs: change.optional().describe('Of all requests'),
  p95ResponseTimeMs: change
    .optional()
    .describe('Of all requests; only where what is taken away leaves no doubt about the slowest ones'),
  endpoints: z
    .array(z.object({ endpoint: z.string(), avgResponseTimeMs: change }))
    .describe('Those that gain most, at most 3'),
  errorRatePercent: change.optional().describe('Of all requests'),
  remains: z.string().optional().describe('What the figures still hold in the place of what is gone'),
});
export type Prediction = z.output<typeof prediction>;

export const bottleneckTypes = [
  'slow-endpoint',
  'slow-query',
  'n-plus-one',
  'missing-cache',
  'cache-misses',
  'pool',
  'cpu-bound',
  'slow-upstream',
  'errors',
  'throttles',
  'cold-starts',
  'cpu',
  'memory',
  'memory-leak',
  'gc',
  'event-loop',
] as const;
export type BottleneckType = (typeof bottleneckTypes)[number];

export const bottleneck = z.object({
  type: z.enum(bottleneckTypes),
  component: z.string(),
  issue: z.string(),
  performanceImpact: percent.describe('Share of total request time, or of failed requests, that it explains'),
  predicted: prediction.optional().describe('If it were gone'),
  evidence: z.array(evidence).min(1),
  recommendation: z.string(),
});
export type Bottleneck = z.output<typeof bottleneck>;

/** What Headroom can plan and apply. */
export const optimizationId = z.enum([
  'cache_optimization',
  'resource_optimization',
  'image_optimization',
  'stack_optimization',
]);
export type OptimizationId = z.output<typeof optimizationId>;

export const opportunity = z.object({
  id: optimizationId.optional().describe('Of an optimization that Headroom can apply'),
  title: z.string(),
  impact: z.enum(['low', 'medium', 'high']),
  impactScore: z.number().int().min(1).max(10),
  effort: z.enum(['low', 'medium', 'high']),
  effortScore: z.number().int().min(1).max(10),
  description: z.string(),
  predicted: prediction.optional().describe('If it were done'),
  evidence: z.array(evidence).min(1),
});
export type Opportunity = z.output<typeof opportunity>;

/** 0 to 100 each, with what it is made of. What was not measured is absent. */
export const resourceAnalysis = z.object({
  cpuEfficiencyPercent: percent.optional().describe('Requests per CPU second, of the best of the last 30 days'),
  memoryEfficiencyPercent: percent
    .optional()
    .describe('What lives in the heap after a collection, of the memory that is paid for'),
  ioPerformancePercent: percent
    .optional()
    .describe('Request time that is not lost to queries beyond their 5th percentile, or to waiting for pools'),
  networkEfficiencyPercent: percent
    .optional()
    .describe('Bytes of bodies of all bytes of answers, times the share of requests on reused connections'),
  madeOf: z.array(evidence),
});
export type ResourceAnalysis = z.output<typeof resourceAnalysis>;

export const scoreBand = z.enum(['excellent', 'good', 'poor']);
export type ScoreBand = z.output<typeof scoreBand>;

export const analysis = z
  .object({
    analysisId: identifier,
    project: projectName,
    depth: analysisDepth,
    createdAt: timestamp,
    from: timestamp,
    to: timestamp,
    performanceScore: percent.optional().describe('Absent when nothing was measured'),
    band: scoreBand.optional(),
    coverage: percent.describe('How much of the weight of the score was measured'),
    analysisDurationSeconds: z.number(),
    categories: z.partialRecord(z.enum(categoryNames), category),
    bottlenecks: z.array(bottleneck),
    optimizationOpportunities: z.array(opportunity),
    // Absent in analyses that were stored before there was one.
    resourceAnalysis: resourceAnalysis.optional(),
    recommendations: z.array(z.string()),
  })
  .meta({ id: 'Analysis' });
export type Analysis = z.output<typeof analysis>;

/** A project at a glance. What is not measured is absent. */
export const projectSummary = z
  .object({
    project: projectName,
    timestamp,
    status: z.enum(['excellent', 'good', 'poor', 'no-data']),
    healthScore: percent.optional(),
    coverage: percent,
    activeAlerts: z.number().int().optional().describe('That are not resolved'),
    keyMetrics: z.object({
      avgResponseTimeMs: z.number().optional(),
      p95ResponseTimeMs: z.number().optional(),
      errorRatePercent: z.number().optional(),
      requestsPerSecond: z.number().optional(),
      memoryUsageMb: z.number().optional(),
      cacheHitRatePercent: z.number().optional(),
    }),
    totalRequests: z.number().int().optional().describe('Within the last minutes that were asked for'),
  })
  .meta({ id: 'ProjectSummary' });
export type ProjectSummary = z.output<typeof projectSummary>;

/** Whether a project's service reports, how it is, and what is not heard of it. */
export const projectStatus = z
  .object({
    project: projectName,
    timestamp,
    status: z
      .enum(['excellent', 'good', 'poor', 'silent', 'no-data'])
      .describe('`silent`: it has reported, and does no more'),
    healthScore: percent.optional(),
    coverage: percent,
    reporting: z.object({
      isReporting: z.boolean().describe('Within the last two minutes'),
      lastReportAt: timestamp.optional().describe('Within the last 30 days'),
      instances: z.number().int(),
      droppedWindows: z.number().int().describe('That the instances could not deliver, since they started'),
      sdkErrors: z.number().int(),
    }),
    traffic: metrics.shape.traffic,
    verification: verification.shape.state,
    monitoringEnabled: z.boolean(),
  })
  .meta({ id: 'ProjectStatus' });
export type ProjectStatus = z.output<typeof projectStatus>;
