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

/**
 * Brings the most read keys to where all processes find them. Where no shared tier stands above another one there is only the memory of
 * each process, which it has to fill by itself: then it is advice.
 */
export const cacheWarming = namespaceModule('cache-warming', (observed): NamespaceProposal | undefined => {
  const { namespace, figures } = observed;
  if (!isHot(observed) || figures.hitRatePercent >= poorHitRatePercent) return undefined;
  const topKeys = Math.min(warmed, figures.topKeys.length);
  const evidence = `Ten keys get ${figures.topKeysSharePercent} % of all reads, at a hit rate of ${figures.hitRatePercent} %`;
  const name = `Warm the cache ${namespace}`;
  if (!figures.hasUpperTier) {
    const description = `${evidence}: bring the most read keys into memory after deployments, with \`headroom cache warm ${namespace} --top ${topKeys}\`, or POST /v1/cache/${namespace}/warm.`;
    return { name, description, risk: 'low' };
  }
  return {
    name,
    description: `${evidence}: the ${topKeys} most read keys are copied from DynamoDB into Redis, where every process finds them. It is done once, and leaves nothing to put back: what is copied stays where it is, too.`,
    upkeep: { work: 'warming', topKeys },
    risk: 'low',
  };
});
