import type { NamespaceProposal, ObservedNamespace } from './namespaces.ts';
import { namespaceModule } from './namespaces.ts';

const hotSharePercent = 50;
const earlyBeta = 2;
const warmed = 50;
const poorHitRatePercent = 70;

const isHot = ({ figures }: ObservedNamespace): boolean => figures.topKeysSharePercent >= hotSharePercent;

/** Keys that everybody reads are loaded anew before they expire, so that nobody waits for them. */
export const cacheEarlyRefresh = namespaceModule('cache-early-refresh', (observed): NamespaceProposal | undefined => {
  const { namespace, policy, figures } = observed;
  if (!isHot(observed) || policy.earlyRefreshBeta >= earlyBeta) return undefined;
  return {
    name: `Early refresh for the cache ${namespace}`,
    description: `Ten keys get ${figures.topKeysSharePercent} % of all reads: when one expires, many wait for it. Entries are loaded anew earlier (beta ${policy.earlyRefreshBeta} becomes ${earlyBeta}).`,
    policy: { earlyRefreshBeta: earlyBeta },
    risk: 'low',
  };
});

/** Hot keys belong into memory. */
export const cacheTiers = namespaceModule('cache-tiers', (observed): NamespaceProposal | undefined => {
  const { namespace, policy, figures } = observed;
  const isWithout = policy.strategy !== 'memory' && !policy.tiers.includes('memory');
  if (!isHot(observed) || !isWithout) return undefined;
  return {
    name: `Memory as a tier of the cache ${namespace}`,
    description: `Ten keys get ${figures.topKeysSharePercent} % of all reads, and each is asked of a shared tier: copies in memory answer at once, and are as coherent as the policy says.`,
    policy: { tiers: ['memory', ...policy.tiers] },
    risk: 'medium',
  };
});

/** Which keys a process that begins should have. A measure for once: it is advice. */
export const cacheWarming = namespaceModule('cache-warming', (observed): NamespaceProposal | undefined => {
  const { namespace, figures } = observed;
  if (!isHot(observed) || figures.hitRatePercent >= poorHitRatePercent) return undefined;
  const count = Math.min(warmed, figures.topKeys.length);
  return {
    name: `Warm the cache ${namespace}`,
    description: `Ten keys get ${figures.topKeysSharePercent} % of all reads, at a hit rate of ${figures.hitRatePercent} %: bring the most read keys into memory after deployments, with \`headroom cache warm ${namespace} --top ${count}\`, or POST /v1/cache/${namespace}/warm.`,
    policy: {},
    risk: 'low',
  };
});
