import type { Evidence } from '../../../contracts/analysis.ts';
import type { CachePolicy } from '../../../contracts/cache-policy.ts';
import type { Change, ChangeOf } from '../../../contracts/optimizations.ts';
import { isoTime } from '../../../platform/clock.ts';
import type { CacheFigures } from '../../cache/cache-figures.ts';
import { changeValue } from '../../change-value.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import { isDoneOnce, placeOf } from '../../sides.ts';
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
  /** Fields of the policy that become others. */
  policy?: Partial<CachePolicy>;
  /** Work that is done once. Without that and `policy` it is advice. */
  upkeep?: Pick<ChangeOf<'cache-upkeep'>, 'work' | 'topKeys'>;
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
    return observedIn(situation).flatMap((observed) => {
      const proposal = propose(observed);
      const planned = proposal && proposed(observed, proposal, situation);
      return planned === undefined || planned.changes.some((change) => isSettling(change, situation)) ? [] : [planned];
    });
  },
});

function isSettling(change: Change, { placesChangedAt, period }: Situation): boolean {
  const changedAt = placesChangedAt?.get(placeOf(change));
  return changedAt !== undefined && period.to - changedAt < settlingMs;
}

function observedIn({ cachePolicies, cacheFigures }: Situation): ObservedNamespace[] {
  return [...(cacheFigures ?? [])].flatMap(([namespace, figures]) => {
    const policy = cachePolicies?.get(namespace);
    return policy === undefined || figures.requests < minRequests ? [] : [{ namespace, policy, figures }];
  });
}

function proposed(
  { namespace, policy, figures }: ObservedNamespace,
  { policy: wanted = {}, upkeep, ...rest }: NamespaceProposal,
  situation: Situation,
): Proposed {
  const fields = Object.entries(wanted).map(
    ([field, after]): Change => ({
      kind: 'cache-policy',
      namespace,
      field,
      before: changeValue(policy[field as keyof CachePolicy]),
      after: changeValue(after),
    }),
  );
  const dueAt = isoTime(situation.period.to);
  const changes: Change[] = upkeep === undefined ? fields : [{ kind: 'cache-upkeep', namespace, ...upkeep, dueAt }];
  return {
    ...rest,
    changes,
    requiresRestart: false,
    reversible: !changes.some(isDoneOnce),
    evidence: [evidenceOf(namespace, figures, situation)],
  };
}

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
