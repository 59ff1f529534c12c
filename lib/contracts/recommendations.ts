import { z } from 'zod';
import { alert } from './alerts.ts';
import { evidence, opportunity } from './analysis.ts';
import { identifier, timestamp } from './names.ts';
import { queryInteger } from './query-integer.ts';

export const recommendationsQuery = z.object({
  minutes: queryInteger(1, 1440)
    .optional()
    .describe('Look at the last minutes now. Default: the newest analysis, where one was made within the last hour'),
});

/** What to do, with what it rests on. */
export const recommendation = z.object({
  recommendationId: z.string().describe('The same for the same recommendation in every analysis'),
  kind: z.enum(['optimization', 'trend', 'anomaly', 'change-point', 'capacity', 'query', 'aws']),
  title: z.string(),
  description: z.string(),
  impactScore: opportunity.shape.impactScore.optional().describe('1 to 10; absent where no share of time is known'),
  effortScore: opportunity.shape.effortScore.optional(),
  optimizationId: opportunity.shape.id,
  evidence: z.array(evidence).min(1),
});
export type Recommendation = z.output<typeof recommendation>;

export const recommendationList = z
  .object({
    timestamp: timestamp.describe('When what they rest on was looked at'),
    analysisId: identifier.optional().describe('Absent: it was looked at now'),
    items: z.array(recommendation),
  })
  .meta({ id: 'RecommendationList' });
export type RecommendationList = z.output<typeof recommendationList>;

/** A project's figures for dashboards. What is not measured is absent. */
export const analytics = z
  .object({
    timestamp,
    healthScore: z.number().min(0).max(100).optional(),
    coverage: z.number().min(0).max(100),
    alerts: z.array(alert).optional().describe('Those that are not resolved, the newest first'),
    recommendations: z.array(recommendation),
    cachePerformance: z
      .object({ hitRatePercent: z.number().min(0).max(100), totalOperations: z.number().int() })
      .optional(),
  })
  .meta({ id: 'Analytics' });
export type Analytics = z.output<typeof analytics>;
