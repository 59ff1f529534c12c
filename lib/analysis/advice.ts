import type { Opportunity } from '../contracts/analysis.ts';
import type { Finding } from '../contracts/analysis-depths.ts';
import type { Recommendation } from '../contracts/recommendations.ts';
import { findingId } from './findings/finding-id.ts';

/**
 * What to do, the most worthwhile first: what a share of the requests' time is known of, in the order of the opportunities; then
 * what history, load tests, queries and AWS show.
 */
export const adviceOf = (opportunities: readonly Opportunity[], findings: readonly Finding[]): Recommendation[] => [
  ...opportunities.map(
    ({ id, title, description, impactScore, effortScore, evidence }): Recommendation => ({
      recommendationId: findingId('optimization', title),
      kind: 'optimization',
      title,
      description,
      impactScore,
      effortScore,
      ...(id === undefined ? {} : { optimizationId: id }),
      evidence,
    }),
  ),
  ...findings.map(({ findingId: recommendationId, kind, component, issue, recommendation, evidence }) => ({
    recommendationId,
    kind,
    title: `${component}: ${issue}`,
    description: recommendation,
    evidence,
  })),
];
