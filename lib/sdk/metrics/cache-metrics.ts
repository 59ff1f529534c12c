import type { Cache, CacheFigures } from '../../cache/library/cache.ts';
import { LivingSet } from '../memory/living-set.ts';
import type { BoundCounter, BoundGauge } from './instruments.ts';
import type { MetricRegistry } from './registry.ts';

interface Counted extends Pick<Cache<unknown>, 'namespace' | 'figures'> {
  on(event: 'loaded', listener: (loaded: { loaderMs: number }) => void): unknown;
}

/** Each namespace has eight series: further ones are told together, so that the service's own metrics have room. */
const maxNamespaces = 10;
const other = '*other*';

interface Instruments {
  readonly hits: BoundCounter;
  readonly misses: BoundCounter;
  readonly evictions: BoundCounter;
  readonly loaderMs: BoundCounter;
  readonly entries: BoundGauge;
  readonly bytes: BoundGauge;
}

const instrumentsOf = (registry: MetricRegistry): Instruments => {
  const labels = ['namespace'];
  return {
    hits: registry.counter('headroom_cache_hits_total', { labels: ['namespace', 'tier'] }),
    misses: registry.counter('headroom_cache_misses_total', { labels }),
    evictions: registry.counter('headroom_cache_evictions_total', { labels }),
    loaderMs: registry.counter('headroom_cache_loader_ms_total', { labels, unit: 'ms' }),
    entries: registry.gauge('headroom_cache_entries', { labels }),
    bytes: registry.gauge('headroom_cache_bytes', { labels, unit: 'bytes' }),
  };
};

const nothing: CacheFigures = { hits: { memory: 0, redis: 0, dynamodb: 0 }, misses: 0 };
const tiers = ['memory', 'redis', 'dynamodb'] as const;

/** Tells in each window what the caches of this process did in it, those of one namespace together. */
export class CacheMetrics {
  readonly #caches = new LivingSet<Counted>();
  readonly #told = new WeakMap<Counted, CacheFigures>();
  /** What loaders took since the last window. */
  readonly #loads = new WeakMap<Counted, { ms: number }>();
  /** Those that have series of their own. */
  readonly #namespaces = new Set<string>();
  /** Those whose sizes were told. */
  readonly #sized = new Set<string>();
  readonly #instruments: Instruments;

  constructor(registry: MetricRegistry) {
    this.#instruments = instrumentsOf(registry);
    registry.addCollector(() => this.#collect());
  }

  add(cache: Counted): void {
    this.#caches.add(cache);
    // The cache holds this, and this not the cache: it may go whenever nobody else holds it.
    const loads = { ms: 0 };
    this.#loads.set(cache, loads);
    cache.on('loaded', ({ loaderMs }) => {
      loads.ms += loaderMs;
    });
  }

  #collect(): void {
    const sizes = new Map<string, { entries: number; bytes: number }>();
    for (const cache of this.#caches) {
      const namespace = this.#labelOf(cache.namespace);
      const figures = cache.figures();
      this.#count(namespace, figures, this.#told.get(cache) ?? nothing);
      this.#told.set(cache, figures);
      this.#countLoads(namespace, this.#loads.get(cache));
      const size = sizes.get(namespace) ?? { entries: 0, bytes: 0 };
      size.entries += figures.memory?.entries ?? 0;
      size.bytes += figures.memory?.bytes ?? 0;
      if (figures.memory !== undefined) sizes.set(namespace, size);
    }
    const { entries, bytes } = this.#instruments;
    for (const [namespace, size] of sizes) {
      this.#sized.add(namespace);
      entries.labels({ namespace }).set(size.entries);
      bytes.labels({ namespace }).set(size.bytes);
    }
    for (const namespace of this.#sized) {
      if (sizes.has(namespace)) continue;
      // None of its caches is left.
      this.#sized.delete(namespace);
      entries.labels({ namespace }).unset();
      bytes.labels({ namespace }).unset();
    }
  }

  #labelOf(namespace: string): string {
    if (this.#namespaces.size < maxNamespaces) this.#namespaces.add(namespace);
    return this.#namespaces.has(namespace) ? namespace : other;
  }

  #countLoads(namespace: string, loads: { ms: number } | undefined): void {
    if (loads === undefined || loads.ms === 0) return;
    this.#instruments.loaderMs.labels({ namespace }).add(loads.ms);
    loads.ms = 0;
  }

  #count(namespace: string, now: CacheFigures, before: CacheFigures): void {
    const { hits, misses, evictions } = this.#instruments;
    for (const tier of tiers) {
      const more = now.hits[tier] - before.hits[tier];
      if (more > 0) hits.labels({ namespace, tier }).add(more);
    }
    if (now.misses > before.misses) misses.labels({ namespace }).add(now.misses - before.misses);
    const evicted = (now.memory?.evictions ?? 0) - (before.memory?.evictions ?? 0);
    if (evicted > 0) evictions.labels({ namespace }).add(evicted);
  }
}
