import { describe, expect, it } from 'vitest';
import { type CachePolicyInput, cachePolicy } from '../../../../lib/contracts/cache-policy.ts';
import type { CacheStats } from '../../../../lib/contracts/cache-stats.ts';
import { cacheFiguresOf } from '../../../../lib/optimization/cache/cache-figures.ts';
import type { OptimizationModule } from '../../../../lib/optimization/module.ts';
import {
  cacheEarlyRefresh,
  cacheTiers,
  cacheWarming,
} from '../../../../lib/optimization/modules/cache/cache-hot-keys.ts';
import { cacheMaintenance } from '../../../../lib/optimization/modules/cache/cache-maintenance.ts';
import { cacheMemory } from '../../../../lib/optimization/modules/cache/cache-memory.ts';
import { cacheTtl } from '../../../../lib/optimization/modules/cache/cache-ttl.ts';
import { placeOf } from '../../../../lib/optimization/sides.ts';
import type { Situation } from '../../../../lib/optimization/situation.ts';
import { situationOf } from '../../../support/optimization/situation.ts';
import { noon } from '../../../support/telemetry-batches.ts';

interface Given {
  hits?: number;
  misses?: number;
  evictions?: number;
  entries?: number;
  usedMb?: number;
  limitMb?: number;
  hotReads?: number;
  /** Redis stands above DynamoDB. */
  hasUpperTier?: boolean;
}

/** As a process tells it that has answered well so far. */
function told({
  hits = 9_900,
  misses = 100,
  evictions = 0,
  entries = 100,
  usedMb = 50,
  limitMb = 512,
  hotReads = 10,
  hasUpperTier = true,
}: Given): CacheStats {
  const tier = { entries, usedMb, limitMb, usagePercent: (100 * usedMb) / limitMb, hits, errors: 0 };
  return {
    totalRequests: hits + misses,
    cacheHits: hits,
    cacheMisses: misses,
    tiers: { memory: tier, dynamodb: tier, ...(hasUpperTier ? { redis: tier } : {}) },
    performance: { evictions },
    topKeys: Array.from({ length: 10 }, (_, at) => ({ key: `k${at}`, reads: hotReads })),
    savings: { loaderMs: 0, compressionBytes: 0 },
    cost: { dynamodbReadUnits: 0, dynamodbWriteUnits: 0, usd: 0 },
  };
}

const plannedBy = (
  module: OptimizationModule,
  given: Given,
  policy: CachePolicyInput = {},
  rest: Partial<Situation> = {},
) => {
  const figures = cacheFiguresOf([told(given)]);
  return module.plan(
    situationOf({
      ...rest,
      cachePolicies: new Map([['shop.pages', cachePolicy.parse(policy)]]),
      ...(figures === undefined ? {} : { cacheFigures: new Map([['shop.pages', figures]]) }),
    }),
  );
};

const full: Given = { hits: 7_000, misses: 3_000, evictions: 2_500, entries: 900, usedMb: 500, limitMb: 512 };
const expiring: Given = { hits: 6_000, misses: 4_000, entries: 200 };
const hot: Given = { hotReads: 600 };
const poor: Given = { hits: 5_000, misses: 5_000 };

describe.each<[string, OptimizationModule, Given, CachePolicyInput, object[]]>([
  ['room', cacheMemory, full, {}, [{ field: 'memoryLimitMb', before: 512, after: 1_024 }]],
  ['TTLs', cacheTtl, expiring, {}, [{ field: 'defaultTtlSeconds', before: 3_600, after: 7_200 }]],
  [
    'TTLs by prefix',
    cacheTtl,
    expiring,
    { defaultTtlSeconds: 60, ttlRules: [{ prefix: 'p:', ttlSeconds: 80_000 }] },
    [
      { field: 'defaultTtlSeconds', before: 60, after: 120 },
      { field: 'ttlRules', after: [{ prefix: 'p:', ttlSeconds: 86_400 }] },
    ],
  ],
  ['early refresh', cacheEarlyRefresh, hot, {}, [{ field: 'earlyRefreshBeta', before: 1, after: 2 }]],
  [
    'tiers',
    cacheTiers,
    hot,
    { tiers: ['redis', 'dynamodb'] },
    [{ field: 'tiers', before: ['redis', 'dynamodb'], after: ['memory', 'redis', 'dynamodb'] }],
  ],
  [
    'warming',
    cacheWarming,
    { ...poor, hotReads: 600 },
    {},
    [{ kind: 'cache-upkeep', work: 'warming', topKeys: 10, dueAt: '2026-01-31T12:00:00.000Z' }],
  ],
  ['maintenance', cacheMaintenance, poor, {}, [{ kind: 'cache-upkeep', work: 'maintenance' }]],
])('The module for %s', (_, module, given, policy, changes) => {
  it('proposes it where the figures say so, with the figures', () => {
    const [proposal, ...others] = plannedBy(module, given, policy);
    expect(others).toEqual([]);
    expect(proposal?.changes).toMatchObject(
      changes.map((each) => ({ kind: 'cache-policy', namespace: 'shop.pages', ...each })),
    );
    expect(proposal?.changes).toHaveLength(changes.length);
    expect(proposal?.evidence[0]).toMatchObject({ subject: 'shop.pages', values: { requests: 10_000 } });
  });

  it('proposes nothing for a cache that does well, or of which little is known', () => {
    expect(plannedBy(module, {}, policy)).toEqual([]);
    const few = Object.fromEntries(
      Object.entries(given).map(([name, value]) => [name, /hits|misses/.test(name) ? value / 20 : value]),
    );
    expect(plannedBy(module, { hits: 495, misses: 5, ...few }, policy)).toEqual([]);
    expect(module.plan(situationOf())).toEqual([]);
  });

  it('waits after a change, until what is counted is of the time after it', () => {
    const places = plannedBy(module, given, policy).flatMap(({ changes }) => changes.map(placeOf));
    const changed = (hoursAgo: number) => new Map(places.map((place) => [place, noon - hoursAgo * 3_600_000]));
    expect(plannedBy(module, given, policy, { placesChangedAt: changed(5) })).toEqual([]);
    expect(plannedBy(module, given, policy, { placesChangedAt: changed(7) })).toHaveLength(1);
    const elsewhere = new Map(places.map((place) => [place.replace('shop.pages', 'shop.other'), noon]));
    expect(plannedBy(module, given, policy, { placesChangedAt: elsewhere })).toHaveLength(1);
  });
});

describe('Work that is done once', () => {
  it('says that there is nothing of it to put back', () => {
    for (const [module, given] of [
      [cacheWarming, { ...poor, hotReads: 600 }],
      [cacheMaintenance, poor],
    ] as const) {
      const [proposal] = plannedBy(module, given);
      expect(proposal).toMatchObject({ reversible: false, description: expect.stringMatching(/nothing to put back/) });
    }
  });

  it('is not for a cache that is kept in memory alone', () => {
    expect(plannedBy(cacheMaintenance, poor, { strategy: 'memory' })).toEqual([]);
    expect(plannedBy(cacheMaintenance, poor, { tiers: ['memory'] })).toEqual([]);
  });

  it('is advice with the command, where only the memory of each process could be warmed', () => {
    expect(plannedBy(cacheWarming, { ...poor, hotReads: 600, hasUpperTier: false })).toMatchObject([
      { changes: [], description: expect.stringContaining('headroom cache warm shop.pages --top 10') },
    ]);
  });
});

describe('Bounds', () => {
  it('of the module for room: not beyond what a process has, nor beyond 4 GB', () => {
    expect(plannedBy(cacheMemory, full, { memoryLimitMb: 800 })).toEqual([]);
    expect(plannedBy(cacheMemory, { ...full, usedMb: 4_000, limitMb: 4_096 }, { memoryLimitMb: 4_096 })).toEqual([]);
  });

  it('of the module for TTLs: a day, and not where misses are those of new keys', () => {
    expect(plannedBy(cacheTtl, expiring, { defaultTtlSeconds: 80_000 })).toEqual([]);
    expect(plannedBy(cacheTtl, { ...expiring, entries: 3_900 })).toEqual([]);
    expect(plannedBy(cacheTtl, { ...expiring, evictions: 3_000 })).toEqual([]);
  });
});

describe('The figures of a cache', () => {
  it('add up what its processes told', () => {
    expect(
      cacheFiguresOf([told({ hits: 60, misses: 40, usedMb: 10 }), told({ hits: 90, misses: 10, usedMb: 400 })]),
    ).toMatchObject({
      requests: 200,
      hits: 150,
      misses: 50,
      hitRatePercent: 75,
      memory: { usedMb: 400 },
      topKeysSharePercent: 100,
    });
    expect(cacheFiguresOf([])).toBeUndefined();
    expect(cacheFiguresOf([told({ hits: 0, misses: 0 })])).toBeUndefined();
  });
});
