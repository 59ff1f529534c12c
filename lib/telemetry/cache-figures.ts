import type { TelemetryAggregate } from './aggregate.ts';

/** What the service's own caches (`headroom/cache`) said of a namespace, as counters of their windows. */
export interface CacheUse {
  namespace: string;
  hits: number;
  misses: number;
  evictions: number;
  /** What loaders took for what was missed. Undefined: they were not timed. */
  loaderMs: number | undefined;
}

const names = {
  hits: 'headroom_cache_hits_total',
  misses: 'headroom_cache_misses_total',
  evictions: 'headroom_cache_evictions_total',
  loaderMs: 'headroom_cache_loader_ms_total',
} as const;

/** By namespace, those that were asked for something, the most used first. */
export function cacheUses({ metrics }: Pick<TelemetryAggregate, 'metrics'>): CacheUse[] {
  const byNamespace = new Map<string, CacheUse>();
  for (const metric of metrics) {
    const figure = (Object.keys(names) as (keyof typeof names)[]).find((each) => names[each] === metric.name);
    const namespace = metric.labels.namespace;
    if (figure === undefined || namespace === undefined || metric.kind !== 'counter') continue;
    const use = byNamespace.get(namespace) ?? { namespace, hits: 0, misses: 0, evictions: 0, loaderMs: undefined };
    use[figure] = (use[figure] ?? 0) + metric.value;
    byNamespace.set(namespace, use);
  }
  return [...byNamespace.values()]
    .filter(({ hits, misses }) => hits + misses > 0)
    .sort((a, b) => b.hits + b.misses - a.hits - a.misses);
}

/** Of all namespaces together. Undefined: no cache was asked for anything. */
export function cacheHitRate(
  telemetry: Pick<TelemetryAggregate, 'metrics'>,
): { hitRatePercent: number; totalOperations: number } | undefined {
  const uses = cacheUses(telemetry);
  const hits = uses.reduce((sum, use) => sum + use.hits, 0);
  const totalOperations = uses.reduce((sum, use) => sum + use.misses, hits);
  return totalOperations === 0
    ? undefined
    : { hitRatePercent: Math.round((10_000 * hits) / totalOperations) / 100, totalOperations };
}
