import { namespaceModule } from './namespaces.ts';

/** Below it, checks maintain a cache too. */
const poorHitRatePercent = 70;

/** Removes what expired left behind, and moves entries to where they fit. A measure for once: it is advice. */
export const cacheMaintenance = namespaceModule('cache-maintenance', ({ namespace, figures }) => {
  if (figures.hitRatePercent >= poorHitRatePercent || figures.entries === 0) return undefined;
  return {
    name: `Maintain the cache ${namespace}`,
    description: `Its hit rate is ${figures.hitRatePercent} %, below ${poorHitRatePercent} %: remove what expired left behind and move entries to the tiers that fit their use, with \`headroom cache optimize ${namespace}\`, or POST /v1/cache/${namespace}/optimize.`,
    policy: {},
    risk: 'low',
  };
});
