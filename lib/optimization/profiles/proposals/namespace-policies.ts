import { movesTiers } from '../../../cache/moved-tiers.ts';
import type { CachePolicy } from '../../../contracts/cache-policy.ts';
import type { ChangeOf } from '../../../contracts/optimizations.ts';
import type { Profile } from '../../../contracts/profiles.ts';
import { canonicalJson } from '../../../platform/canonical-json.ts';
import { changeValue } from '../../change-value.ts';
import type { OptimizationModule, Proposed } from '../../module.ts';
import type { Situation } from '../../situation.ts';
import { baseTtlSeconds } from '../built-in.ts';
import { profileEvidence } from './profile-evidence.ts';

/** What the policies of a project's namespaces are by the rules. What a rule says nothing of is left as it is. */
export function policyOf({ rules: { caching } }: Profile): Partial<CachePolicy> {
  const { strategy, ttlMultiplier, memoryLimitMb, earlyRefreshBeta } = caching;
  return {
    ...(strategy === undefined ? {} : { strategy }),
    ...(ttlMultiplier === undefined ? {} : { defaultTtlSeconds: baseTtlSeconds * ttlMultiplier }),
    ...(memoryLimitMb === undefined ? {} : { memoryLimitMb }),
    ...(earlyRefreshBeta === undefined ? {} : { earlyRefreshBeta }),
  };
}

/** Puts the profile's policy in force, in one step for each namespace. */
export const namespacePolicies = (profile: Profile): OptimizationModule => ({
  name: 'profile-cache-policy',
  optimizationId: 'cache_optimization',
  plan: (situation) =>
    [...(situation.cachePolicies ?? [])].flatMap(([namespace, policy]) =>
      planned(namespace, policy, profile, situation),
    ),
});

function planned(namespace: string, policy: CachePolicy, profile: Profile, situation: Situation): Proposed[] {
  // Other shared tiers must be cleared first, by who can reach them: that is for somebody to do.
  const wanted = policyOf(profile);
  const isMoving = movesTiers(policy, { ...policy, ...wanted });
  const changes = Object.entries(wanted).flatMap(([field, after]): ChangeOf<'cache-policy'>[] => {
    if (field === 'strategy' && isMoving) return [];
    const before = changeValue(policy[field as keyof CachePolicy]);
    if (canonicalJson(before) === canonicalJson(after)) return [];
    return [{ kind: 'cache-policy', namespace, field, before, after: changeValue(after) }];
  });
  if (changes.length === 0) return [];
  const isOther = changes.some(({ field }) => field === 'strategy');
  return [
    {
      name: `The cache ${namespace} as the profile has it`,
      description: `Changes the policy of ${namespace}: ${changes.map(({ field, before, after }) => `${field} ${before} becomes ${after}`).join(', ')}.`,
      changes,
      risk: isOther || isLonger(changes) ? 'medium' : 'low',
      requiresRestart: false,
      reversible: true,
      evidence: [
        {
          ...profileEvidence(profile, 'caching', situation, {
            defaultTtlSeconds: policyOf(profile).defaultTtlSeconds ?? 0,
          }),
          subject: namespace,
        },
      ],
    },
  ];
}

const isLonger = (changes: readonly ChangeOf<'cache-policy'>[]): boolean =>
  changes.some(({ field, before, after }) => field === 'defaultTtlSeconds' && Number(after) > Number(before));
