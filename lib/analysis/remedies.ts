import type { OptimizationId } from '../contracts/analysis.ts';

interface RemedyFacts {
  /**
   * How much work it usually is: 1 (an afternoon, one place, easily undone) to 10 (weeks, many places). The figures are
   * judgements, and only order the list.
   */
  effort: number;
  /** The kind of optimization that Headroom can plan for it. Absent: it is in the service's own code. */
  optimization?: OptimizationId;
}

/** What can be done about a finding. */
export const remedies = {
  'add-index': { effort: 2 },
  'cache-result': { effort: 2, optimization: 'cache_optimization' },
  'keep-longer': { effort: 1, optimization: 'cache_optimization' },
  'resize-pool': { effort: 1, optimization: 'resource_optimization' },
  'shorten-hold': { effort: 5 },
  'add-memory': { effort: 2, optimization: 'resource_optimization' },
  'add-cpu': { effort: 3, optimization: 'resource_optimization' },
  'raise-limit': { effort: 2, optimization: 'resource_optimization' },
  'start-faster': { effort: 3, optimization: 'image_optimization' },
  'join-queries': { effort: 3 },
  'fix-errors': { effort: 4 },
  'spare-upstream': { effort: 4 },
  'compute-less': { effort: 5 },
  'fix-leak': { effort: 5 },
  'profile-endpoint': { effort: 6 },
  'unblock-event-loop': { effort: 7 },
} as const satisfies Record<string, RemedyFacts>;

export type Remedy = keyof typeof remedies;

export const remedyFacts = (remedy: Remedy): RemedyFacts => remedies[remedy];
