import type { Opportunity } from '../contracts/analysis.ts';
import { remedyEfforts } from './remedies.ts';
import type { Finding } from './rules/finding.ts';

const impactLevel = (score: number): Opportunity['impact'] => (score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low');
const effortLevel = (score: number): Opportunity['effort'] => (score <= 3 ? 'low' : score <= 6 ? 'medium' : 'high');

/** What could be done, the best return on the effort first. */
export const opportunitiesOf = (findings: readonly Finding[]): Opportunity[] =>
  findings
    .map(({ opportunity, remedy, performanceImpact, recommendation, evidence }): Opportunity => {
      const impactScore = Math.min(10, Math.max(1, Math.ceil(performanceImpact / 10)));
      const effortScore = remedyEfforts[remedy];
      return {
        title: opportunity,
        impact: impactLevel(impactScore),
        impactScore,
        effort: effortLevel(effortScore),
        effortScore,
        description: recommendation,
        evidence,
      };
    })
    // Sorting is stable: of equal returns, the finding with the larger impact stays first.
    .sort((a, b) => b.impactScore / b.effortScore - a.impactScore / a.effortScore);
