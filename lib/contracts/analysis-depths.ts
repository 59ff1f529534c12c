import { z } from 'zod';
import { analysis, evidence } from './analysis.ts';
import { anomalies } from './history-analysis/anomalies.ts';
import { capacityClaim } from './history-analysis/capacity.ts';
import { changePoints } from './history-analysis/change-points.ts';
import { forecasts } from './history-analysis/forecast.ts';
import { peakClaim } from './history-analysis/peaks.ts';
import { trends } from './history-analysis/trends.ts';
import { identifier, percent, timestamp } from './names.ts';
import { endpointFigures } from './telemetry-views.ts';

/** What is found beyond the last minutes: in the history, in load tests, in queries, in AWS. */
export const finding = z.object({
  findingId: z.string().describe('The same for the same finding in every analysis'),
  kind: z.enum(['trend', 'anomaly', 'change-point', 'capacity', 'query', 'aws']),
  component: z.string().describe('The metric, load test, query or resource it is about'),
  issue: z.string(),
  evidence: z.array(evidence).min(1),
  recommendation: z.string(),
});
export type Finding = z.output<typeof finding>;

/** What an analysis has by its depth: quick none, standard `trends` and `endpoints`, deep all. */
export const analysisSections = z.object({
  endpoints: z.array(endpointFigures).optional().describe('Those that take most of all time, at most 20'),
  trends: trends.optional(),
  peaks: peakClaim.optional(),
  anomalies: anomalies.optional(),
  changePoints: changePoints.optional(),
  forecast: forecasts.optional(),
  capacity: capacityClaim.optional(),
  findings: z.array(finding).optional(),
  missing: z
    .array(z.object({ part: z.string(), reason: z.string() }))
    .optional()
    .describe('What could not be looked at, and why'),
});
export type AnalysisSections = z.output<typeof analysisSections>;

export const deepStepName = z.enum(['recent', 'history', 'queries', 'aws']);
export type DeepStepName = z.output<typeof deepStepName>;

export const deepStep = z.object({
  name: deepStepName,
  status: z.enum(['waiting', 'running', 'completed', 'failed', 'skipped']),
  progressPercent: percent,
  detail: z.string().optional(),
  startedAt: timestamp.optional(),
  endedAt: timestamp.optional(),
});
export type DeepStep = z.output<typeof deepStep>;

const progress = {
  progressPercent: percent,
  steps: z.array(deepStep).optional().describe('Of a deep analysis'),
};

export const completedAnalysis = analysis
  .extend({ status: z.literal('completed'), ...progress, ...analysisSections.shape })
  .meta({ id: 'CompletedAnalysis' });
export type CompletedAnalysis = z.output<typeof completedAnalysis>;

/** A deep analysis that goes on, or came to nothing. */
export const openAnalysis = analysis
  .pick({ analysisId: true, project: true, depth: true, createdAt: true })
  .extend({
    status: z.enum(['queued', 'running', 'failed']),
    ...progress,
    reason: z.string().optional().describe('Why it failed'),
  })
  .meta({ id: 'OpenAnalysis' });
export type OpenAnalysis = z.output<typeof openAnalysis>;

export const analysisAnswer = z.discriminatedUnion('status', [completedAnalysis, openAnalysis]);
export type AnalysisAnswer = z.output<typeof analysisAnswer>;

export const analysisAccepted = z
  .object({ analysisId: identifier, status: z.literal('queued') })
  .meta({ id: 'AnalysisAccepted' });

export const analysisSummary = analysis
  .pick({ analysisId: true, project: true, depth: true, createdAt: true, performanceScore: true, band: true })
  .extend({
    status: z.enum(['queued', 'running', 'completed', 'failed']),
    progressPercent: percent,
    coverage: analysis.shape.coverage.optional(),
  })
  .meta({ id: 'AnalysisSummary' });
export type AnalysisSummary = z.output<typeof analysisSummary>;
