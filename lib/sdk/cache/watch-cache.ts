import type { Cache } from '../../cache/library/cache.ts';
import { addWhileUsed } from '../memory/trimmables.ts';
import { CacheMetrics } from '../metrics/cache-metrics.ts';
import { metricRegistry } from '../metrics/registry.ts';
import { enabled } from '../telemetry/configuration.ts';

const key = Symbol.for('headroom.cache-metrics');
const shared: typeof globalThis & { [key]?: CacheMetrics } = globalThis;

const memoryBytes = (cache: Pick<Cache<unknown>, 'figures'>): number => cache.figures().memory?.bytes ?? 0;

/** Has the cache trimmed when memory is short, and its figures told as metrics, unless `HEADROOM_CACHE_ENABLED` is off. */
export function watchCache<V>(cache: Cache<V>): Cache<V> {
  addWhileUsed(cache, (held, fraction) => {
    const before = memoryBytes(held);
    held.trim(before * (1 - fraction));
    return before - memoryBytes(held);
  });
  if (enabled(process.env.HEADROOM_CACHE_ENABLED)) {
    shared[key] ??= new CacheMetrics(metricRegistry());
    shared[key].add(cache);
  }
  return cache;
}
