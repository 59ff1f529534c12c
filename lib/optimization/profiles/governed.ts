import type { Change } from '../../contracts/optimizations.ts';
import type { Profile } from '../../contracts/profiles.ts';
import { policyOf } from './proposals/namespace-policies.ts';

/**
 * Whether a rule of the profile says by itself what is to be there. What modules find is not for that then: the next plan would put back
 * what the rule says, and the one after it what the module finds.
 */
export function isGoverned(profile: Profile, change: Change): boolean {
  const { caching, resourceOptimization, monitoring } = profile.rules;
  if (change.kind === 'cache-policy') return Object.hasOwn(policyOf(profile), change.field);
  if (change.kind !== 'setting') return false;
  switch (change.setting) {
    case 'ttlMultiplier':
      return caching.ttlMultiplier !== undefined;
    case 'cachePolicy':
      return caching.memoryLimitMb !== undefined || caching.earlyRefreshBeta !== undefined;
    case 'memory':
      return resourceOptimization.trimAtPercent !== undefined || resourceOptimization.collectGarbage === true;
    case 'pools':
      return resourceOptimization.poolHeadroom !== undefined;
    case 'sampling':
      return monitoring.continuousProfiling !== undefined;
    default:
      return false;
  }
}
