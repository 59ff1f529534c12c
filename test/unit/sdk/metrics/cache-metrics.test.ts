import { setTimeout as pause } from 'node:timers/promises';
import { expect, it } from 'vitest';
import type { CacheFigures } from '../../../../lib/cache/library/cache.ts';
import { createCache } from '../../../../lib/cache/library/create-cache.ts';
import { CacheMetrics } from '../../../../lib/sdk/metrics/cache-metrics.ts';
import { MetricRegistry } from '../../../../lib/sdk/metrics/registry.ts';

const told = (registry: MetricRegistry) =>
  Object.fromEntries(
    (registry.close().metrics ?? []).map((metric) => [
      [metric.name.replace('headroom_cache_', ''), ...Object.values(metric.labels)].join(' '),
      metric.kind === 'counter' ? metric.value : metric.kind === 'gauge' && metric.last,
    ]),
  );

it('tells of each namespace what its caches did within the window, together', async () => {
  const registry = new MetricRegistry();
  const metrics = new CacheMetrics(registry);
  const caches = [1, 2].map(() => createCache<number>({ namespace: 'shop', policy: { maxEntries: 2 } }));
  for (const cache of caches) {
    metrics.add(cache);
    for (const key of ['a', 'b', 'c']) await cache.set(key, 1);
    await cache.get('c');
    await cache.get('nothing');
  }
  const bytes = caches.reduce((sum, cache) => sum + (cache.figures().memory?.bytes ?? 0), 0);
  expect(told(registry)).toEqual({
    'hits_total shop memory': 2,
    'misses_total shop': 2,
    'evictions_total shop': 2,
    'entries shop': 4,
    'bytes shop': bytes,
  });
  await caches[0]?.get('c');
  expect(told(registry)).toEqual({ 'hits_total shop memory': 1, 'entries shop': 4, 'bytes shop': bytes });
});

it('gives ten namespaces series of their own, and counts the others together', () => {
  const registry = new MetricRegistry();
  const metrics = new CacheMetrics(registry);
  const figures: CacheFigures = { hits: { memory: 0, redis: 0, dynamodb: 0 }, misses: 3 };
  const caches = Array.from({ length: 12 }, (_, at) => ({ namespace: `n${at}`, figures: () => figures, on() {} }));
  for (const cache of caches) metrics.add(cache);
  const all = told(registry);
  expect(Object.keys(all)).toHaveLength(11);
  expect(all['misses_total *other*']).toBe(6);
  expect(caches).toHaveLength(12);
});

it('tells what loaders took for what was missed', async () => {
  const registry = new MetricRegistry();
  const cache = createCache<number>({ namespace: 'shop' });
  new CacheMetrics(registry).add(cache);
  const load = async () => {
    await pause(20);
    return 1;
  };
  for (let times = 0; times < 3; times++) await cache.getOrSet('a', load);
  expect(told(registry)['loader_ms_total shop']).toBeGreaterThan(18);
  expect(told(registry)).not.toHaveProperty('loader_ms_total shop');
});
