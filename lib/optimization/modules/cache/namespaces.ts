import type { Evidence } from '../../../contracts/analysis.ts';
import type { CachePolicy } from '../../../contracts/cache-policy.ts';
import type { Change } from '../../../contracts/optimizations.ts';
import { isoTime } from '../../../platform/clock.ts';
import type { CacheFigures } from '../../cache/cache-figures.ts';
import { changeValue } from '../../change-value.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import type { Situation } from '../../situation.ts';

/** Fewer gets say nothing of how a cache is used. */
const minRequests = 1_000;

export interface ObservedNamespace {
  namespace: string;
  policy: CachePolicy;
  figures: CacheFigures;
}

/** Processes count since their start: for so long after a change, most of what they tell was before it. */
const settlingMs = 6 * 60 * 60_000;

/** What a module proposes for a namespace. */
export interface NamespaceProposal {
  name: string;
  description: string;
  /** Fields of the policy that become others. None: advice. */
  policy: Partial<CachePolicy>;
  risk: Proposed['risk'];
}

/** A module that looks at one namespace after the other, at those that are used enough to say something of. */
export const namespaceModule = (
  name: string,
  propose: (observed: ObservedNamespace) => NamespaceProposal | undefined,
): OptimizationModule => ({
  name,
  optimizationId: 'cache_optimization',
  plan(situation) {
    const changedAt = situation.lastChangedAt?.get(name);
    if (changedAt !== undefined && situation.period.to - changedAt < settlingMs) return [];
    return observedIn(situation).flatMap((observed) => {
      const proposal = propose(observed);
      return proposal === undefined ? [] : [proposed(observed, proposal, situation)];
    });
  },
});

function observedIn({ cachePolicies, cacheFigures }: Situation): ObservedNamespace[] {
  return [...(cacheFigures ?? [])].flatMap(([namespace, figures]) => {
    const policy = cachePolicies?.get(namespace);
    return policy === undefined || figures.requests < minRequests ? [] : [{ namespace, policy, figures }];
  });
}

const proposed = (
  { namespace, policy, figures }: ObservedNamespace,
  { policy: wanted, ...rest }: NamespaceProposal,
  situation: Situation,
): Proposed => ({
  ...rest,
  changes: Object.entries(wanted).map(
    ([field, after]): Change => ({
      kind: 'cache-policy',
      namespace,
      field,
      before: changeValue(policy[field as keyof CachePolicy]),
      after: changeValue(after),
    }),
  ),
  requiresRestart: false,
  reversible: true,
  evidence: [evidenceOf(namespace, figures, situation)],
});

const evidenceOf = (namespace: string, figures: CacheFigures, { period }: Situation): Evidence => {
  const { requests, hitRatePercent, misses, evictions, entries, topKeysSharePercent, memory } = figures;
  return {
    metric: 'cache.gets',
    subject: namespace,
    from: isoTime(period.from),
    to: isoTime(period.to),
    values: {
      requests,
      hitRatePercent,
      misses,
      evictions,
      entries,
      topKeysSharePercent,
      ...(memory === undefined ? {} : { memoryUsedMb: memory.usedMb, memoryLimitMb: memory.limitMb }),
    },
  };
};
