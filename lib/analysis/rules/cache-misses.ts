import { type CacheUse, cacheUses } from '../../telemetry/cache-figures.ts';
import { rounded } from '../../telemetry/resources.ts';
import { enough } from '../enough.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed, share } from './finding.ts';

/** Caches of the service that seldom have what they are asked for. */
export const cacheMisses = (observed: Observed): Finding[] =>
  cacheUses(observed.telemetry).flatMap((use): Finding[] => {
    const { namespace, hits, misses, evictions, loaderMs } = use;
    const lookups = hits + misses;
    const threshold = observed.thresholds.cacheHitRatePercent.value;
    const hitRatePercent = rounded((100 * hits) / lookups);
    if (lookups < enough.lookups || hitRatePercent >= threshold) return [];
    const needlessUs = needlessLoadingUs(use, threshold);
    const isFull = evictions >= 0.1 * misses;
    return [
      {
        component: `Cache ${namespace}`,
        issue: `Has ${inWords.percent(hitRatePercent)} of what it is asked for, with a threshold of ${threshold} %${loaderMs === undefined ? '' : `; a miss costs ${inWords.ms(loaderMs / misses)}`}.`,
        performanceImpact: share(needlessUs ?? 0, observed.requestTimeUs),
        evidence: [
          evidence(observed, 'cache.hitRatePercent', namespace, {
            lookups,
            hits,
            misses,
            evictions,
            hitRatePercent,
            thresholdPercent: threshold,
            ...(loaderMs === undefined
              ? {}
              : { loaderMs: rounded(loaderMs), loaderPerMissMs: rounded(loaderMs / misses) }),
          }),
        ],
        recommendation: isFull
          ? `Give the cache ${namespace} more room: ${evictions} entries had to leave it for others.`
          : `Keep entries of the cache ${namespace} for longer (time to live), warm it, and look whether its keys hold what makes each request a new one.`,
        remedy: 'keep-longer',
        opportunity: `Raise the hit rate of the cache ${namespace}`,
        ...(needlessUs === undefined
          ? {}
          : {
              saving: {
                removed: [{ us: needlessUs }],
                remains: `the misses of a hit rate of ${threshold} %`,
              },
            }),
      },
    ];
  });

/** Of the misses beyond those of a hit rate at the threshold. Loads in the background are among them: it is the most that can be won. */
function needlessLoadingUs({ hits, misses, loaderMs }: CacheUse, threshold: number): number | undefined {
  if (loaderMs === undefined) return undefined;
  const allowed = (hits + misses) * (1 - threshold / 100);
  return loaderMs * 1000 * Math.max(0, 1 - allowed / misses);
}
