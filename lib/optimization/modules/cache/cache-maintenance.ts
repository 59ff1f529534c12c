import { namespaceModule } from './namespaces.ts';

/** Below it, checks maintain a cache too. */
const poorHitRatePercent = 70;

/** Removes what expired left behind, and what is above the limits of the shared tiers. Each process keeps its memory in order by itself. */
export const cacheMaintenance = namespaceModule('cache-maintenance', ({ namespace, policy, figures }) => {
  const isShared = policy.strategy !== 'memory' && policy.tiers.some((tier) => tier !== 'memory');
  if (!isShared || figures.hitRatePercent >= poorHitRatePercent || figures.entries === 0) return undefined;
  return {
    name: `Maintain the cache ${namespace}`,
    description: `Its hit rate is ${figures.hitRatePercent} %, below ${poorHitRatePercent} %: what expired left behind is removed, and what is above the limits of its tiers. It is done once, as by \`headroom cache optimize ${namespace}\`, and leaves nothing to put back: what goes was served to nobody any more, or was about to expire.`,
    upkeep: { work: 'maintenance' },
    risk: 'low',
  };
});
