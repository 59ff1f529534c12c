import { z } from 'zod';
import { loadTestStatus } from './load.ts';
import { latencySummary, loadCost, loadStep } from './load-result.ts';
import { insecureSkipTlsVerify, scenarios, thinkTimeMs } from './load-scenario.ts';
import { displayText, identifier, percent, projectName, timestamp } from './names.ts';
import { baseUrl } from './projects.ts';

export const configuration = z
  .strictObject({
    name: z
      .string()
      .regex(/^(?!__proto__$)[\w .:-]{1,60}$/, 'must be 1 to 60 letters, digits, spaces or any of _ . : -'),
    project: projectName,
    baseUrl: baseUrl.optional().describe('In place of the project’s; of the same origin, or private'),
    description: displayText(500).optional(),
  })
  .meta({ id: 'Configuration' });
export type Configuration = z.output<typeof configuration>;

export const comparisonRequest = z
  .strictObject({
    configurations: z
      .array(configuration)
      .min(2)
      .max(5)
      .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'names must differ'),
    scenarios: scenarios.default([{ name: 'GET /', method: 'GET', path: '/', weight: 1 }]),
    users: z.number().int().min(1).max(10_000).optional().describe('Default 10'),
    arrivalRate: z.number().positive().max(50_000).optional(),
    durationSeconds: z
      .number()
      .min(10)
      .max(7200)
      .default(60)
      .describe('Of each configuration, in slices that alternate with those of the others'),
    sliceSeconds: z
      .number()
      .min(1)
      .max(300)
      .optional()
      .describe('Default: so that there are ten rounds, 2 at the least'),
    thinkTimeMs: thinkTimeMs.default(0),
    timeoutMs: z.number().int().min(1).max(120_000).default(30_000),
    insecureSkipTlsVerify: insecureSkipTlsVerify.optional(),
    workers: z.number().int().min(1).max(50).optional(),
    marginPercent: z
      .number()
      .min(0)
      .max(50)
      .default(3)
      .describe('What a winner must be ahead by at the least, with 95 % confidence'),
  })
  .refine(({ users, arrivalRate }) => users === undefined || arrivalRate === undefined, {
    error: 'give either users (closed model) or arrivalRate (open model), not both',
    path: ['arrivalRate'],
  })
  .meta({ id: 'ComparisonRequest' });
export type ComparisonRequest = z.output<typeof comparisonRequest>;

export const configurationResult = latencySummary.partial().extend({
  requests: z.number().int(),
  requestsPerSecond: z.number(),
  successRatePercent: percent.optional(),
  performanceScore: z
    .number()
    .describe('The health score of its times and errors, times its share of the best throughput'),
  coefficientOfVariationPercent: z.number().optional().describe('Of its slices’ mean response times'),
  slices: z.array(loadStep),
});
export type ConfigurationResult = z.output<typeof configurationResult>;

export const comparisonResult = z
  .object({
    testDurationSeconds: z.number(),
    rounds: z.number().int(),
    results: z.record(z.string(), configurationResult),
    bestConfiguration: z
      .object({
        name: z.string(),
        improvementPercent: z.number().describe('Of the mean response time, over the next best'),
        interval: z.object({ lowPercent: z.number(), highPercent: z.number() }).describe('95 %'),
        advantages: z.array(z.string()),
      })
      .nullable()
      .describe('null: no winner'),
    noWinner: z.string().optional().describe('Why there is none'),
    detailedAnalysis: z.object({
      biggestGain: z.string().nullable(),
      mostStable: z.string().nullable(),
      mostEfficient: z.string().nullable(),
    }),
    generator: z.object({
      verdict: z.enum(['ok', 'limited', 'limited-by-this-machine']),
      reasons: z.array(z.string()),
    }),
    cost: loadCost.optional(),
  })
  .meta({ id: 'ComparisonResult' });
export type ComparisonResult = z.output<typeof comparisonResult>;

export const comparisonSummary = z
  .object({
    comparisonId: identifier,
    configurations: z.array(configuration),
    status: loadTestStatus,
    progressPercent: percent,
    createdAt: timestamp,
    endedAt: timestamp.optional(),
    reason: z.string().optional(),
  })
  .meta({ id: 'ComparisonSummary' });
export type ComparisonSummary = z.output<typeof comparisonSummary>;

export const comparison = comparisonSummary
  .extend({ request: comparisonRequest, result: comparisonResult.optional() })
  .meta({ id: 'Comparison' });
export type Comparison = z.output<typeof comparison>;

export const comparisonAccepted = z
  .object({
    comparisonId: identifier,
    status: loadTestStatus,
    cost: loadCost.optional().describe('What it is expected to cost'),
  })
  .meta({ id: 'ComparisonAccepted' });
