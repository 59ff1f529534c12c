import { type OptimizationId, optimizationId } from '../../contracts/analysis.ts';
import { type AvailableOptimization, type Proposal, riskLevel } from '../../contracts/optimizations.ts';
import { combinedPercent } from './expected-gain.ts';

const descriptions: Record<OptimizationId, string> = {
  cache_optimization: 'Answers and values that are computed again and again: what is cached, for how long, and where',
  resource_optimization: 'What the service runs on: memory, concurrency, pools, connections and indexes',
  image_optimization: 'What is shipped: the size of packages, their architecture, and the compression of answers',
  stack_optimization: 'How the stack of the project is set up, by its template and its resources',
};

/** One item for each kind of optimization, also where there is nothing to do. */
export const availableOf = (proposals: readonly Proposal[]): AvailableOptimization[] =>
  optimizationId.options.map((id) => {
    const own = proposals.filter((proposal) => proposal.optimizationId === id).toSorted(byImpact);
    const impact = combinedPercent(own.filter(isChange).map((proposal) => proposal.expectedImpactPercent));
    return {
      id,
      description: descriptions[id],
      expectedImpact: inWords(own, impact),
      ...(impact === undefined ? {} : { expectedImpactPercent: impact }),
      riskLevel: riskLevel.options[Math.max(0, ...own.map(({ risk }) => riskLevel.options.indexOf(risk)))] ?? 'low',
      proposals: own,
    };
  });

/** Without changes it is advice. */
export const isChange = ({ changes }: Pick<Proposal, 'changes'>): boolean => changes.length > 0;

/** The largest expected impact first, and last those of which nothing says it. */
export const byImpact = (a: Proposal, b: Proposal): number =>
  (b.expectedImpactPercent ?? -1) - (a.expectedImpactPercent ?? -1) || (a.id < b.id ? -1 : 1);

function inWords(proposals: readonly Proposal[], impact: number | undefined): string {
  if (proposals.length === 0) return 'Nothing to do';
  const changes = proposals.filter(isChange).length;
  const counted = [
    ...(changes === 0 ? [] : [`${changes} to apply`]),
    ...(changes === proposals.length ? [] : [`${proposals.length - changes} for advice`]),
  ].join(', ');
  return impact === undefined ? counted : `${counted}: response times some ${Math.round(impact)} % shorter`;
}
