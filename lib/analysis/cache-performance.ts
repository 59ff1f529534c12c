import type { Analytics } from '../contracts/recommendations.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';
import { rounded } from '../telemetry/resources.ts';

/** What the SDK counts of a service's caches. */
const hitsMetric = 'headroom_cache_hits_total';
const missesMetric = 'headroom_cache_misses_total';

/** Of all caches of a service that report, together. @returns undefined where none was asked for anything */
export function cachePerformanceOf({ metrics }: TelemetryAggregate): Analytics['cachePerformance'] {
  const counted = (name: string): number =>
    metrics.reduce((sum, each) => (each.name === name && each.kind === 'counter' ? sum + each.value : sum), 0);
  const hits = counted(hitsMetric);
  const totalOperations = hits + counted(missesMetric);
  return totalOperations === 0
    ? undefined
    : { hitRatePercent: rounded((100 * hits) / totalOperations), totalOperations };
}
