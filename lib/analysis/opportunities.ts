import type { Opportunity, Prediction } from '../contracts/analysis.ts';
import { remedyFacts } from './remedies.ts';
import type { Finding } from './rules/finding.ts';

const impactLevel = (score: number): Opportunity['impact'] => (score >= 7 ? 'high' : score >= 4 ? 'medium' : 'low');
const effortLevel = (score: number): Opportunity['effort'] => (score <= 3 ? 'low' : score <= 6 ? 'medium' : 'high');

export type Valued = Finding & { predicted?: Prediction };

/** What could be done, the best return on the effort first. */
export const opportunitiesOf = (findings: readonly Valued[]): Opportunity[] =>
  findings
    .map(({ opportunity, remedy, performanceImpact, recommendation, evidence, predicted }): Opportunity => {
      const impactScore = Math.min(10, Math.max(1, Math.ceil(performanceImpact / 10)));
      const { effort: effortScore, optimization: id } = remedyFacts(remedy);
      return {
        ...(id === undefined ? {} : { id }),
        title: opportunity,
        impact: impactLevel(impactScore),
        impactScore,
        effort: effortLevel(effortScore),
        effortScore,
        description: recommendation,
        ...(predicted === undefined ? {} : { predicted }),
        evidence,
      };
    })
    // Sorting is stable: of equal returns, the finding with the larger impact stays first.
    .sort((a, b) => b.impactScore / b.effortScore - a.impactScore / a.effortScore);
