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

export const bottleneck = z.object({
  type: z.enum(['slow-endpoint', 'slow-query', 'n-plus-one', 'errors', 'cpu', 'memory', 'event-loop']),
  component: z.string(),
  issue: z.string(),
  performanceImpact: percent.describe('Share of total request time, or of failed requests, that it explains'),
  evidence: z.array(evidence).min(1),
  recommendation: z.string(),
});
export type Bottleneck = z.output<typeof bottleneck>;

export const opportunity = z.object({
  id: z.string().optional().describe('Of an optimization that Headroom can apply'),
  title: z.string(),
  impact: z.enum(['low', 'medium', 'high']),
  impactScore: z.number().int().min(1).max(10),
  effort: z.enum(['low', 'medium', 'high']),
  effortScore: z.number().int().min(1).max(10),
  description: z.string(),
  evidence: z.array(evidence).min(1),
});
export type Opportunity = z.output<typeof opportunity>;

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
