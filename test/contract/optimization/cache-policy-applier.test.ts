import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { NamespaceService } from '../../../lib/cache/namespace-service.ts';
import { CachePolicies } from '../../../lib/cache/policies.ts';
import { NamespaceRegistry } from '../../../lib/cache/registry.ts';
import { NamespaceReports } from '../../../lib/cache/reports.ts';
import { cachePolicy } from '../../../lib/contracts/cache-policy.ts';
import { cacheStats } from '../../../lib/contracts/cache-stats.ts';
import type { ChangeOf } from '../../../lib/contracts/optimizations.ts';
import { CachePolicyApplier } from '../../../lib/optimization/cache/policy-applier.ts';
import { cacheSource } from '../../../lib/optimization/cache/situation-source.ts';
import { cacheMaintenance } from '../../../lib/optimization/modules/cache/cache-maintenance.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { situationOf } from '../../support/optimization/situation.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let namespaces: NamespaceService;
let applier: CachePolicyApplier;
let paused: number[];

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  parts = await dynamoDb.createParts();
  paused = [];
  namespaces = new NamespaceService(parts, {
    pause: async (ms) => {
      paused.push(ms);
    },
  });
  applier = new CachePolicyApplier(namespaces);
});

const change = (field: string, before: unknown, after: unknown, namespace = 'shop.pages') =>
  ({ kind: 'cache-policy', namespace, field, before, after }) as ChangeOf<'cache-policy'>;
const inForce = async () => (await new CachePolicies(parts).get('shop.pages')).policy;

describe('A change of a cache policy', () => {
  it.each([
    change('defaultTtlSeconds', 3_600, 7_200),
    change('maxEntries', null, 50),
    change('ttlRules', [], [{ prefix: 'p:', ttlSeconds: 5 }]),
  ])('is made, seen and undone: $field', async (one) => {
    const held = await applier.read('shop', one);
    expect(held).toEqual({ value: one.before, revision: '0' });
    const made = await applier.write('shop', one, one.after, held);
    expect(made).toEqual({ value: one.after, revision: '1' });
    expect(await inForce()).toEqual({ ...cachePolicy.parse({}), [one.field]: one.after });
    expect(await applier.write('shop', one, one.before, made)).toMatchObject({ value: one.before });
    expect(await inForce()).toEqual(cachePolicy.parse({}));
    // Until it is in force in each process.
    expect(paused).toEqual([5_000, 5_000]);
  });

  it('comes to the same however often it is made', async () => {
    const one = change('defaultTtlSeconds', 3_600, 7_200);
    const held = await applier.read('shop', one);
    for (let i = 0; i < 3; i++) expect((await applier.write('shop', one, 7_200, held)).value).toBe(7_200);
    expect(paused).toHaveLength(1);
  });

  it('leaves the other fields as they are, also those that were changed meanwhile', async () => {
    const one = change('defaultTtlSeconds', 3_600, 7_200);
    const held = await applier.read('shop', one);
    await new CachePolicies(parts).put('shop.pages', cachePolicy.parse({ maxEntries: 7 }));
    await applier.write('shop', one, 7_200, held);
    expect(await inForce()).toMatchObject({ defaultTtlSeconds: 7_200, maxEntries: 7 });
  });

  it('is refused where somebody else changed the same', async () => {
    const one = change('defaultTtlSeconds', 3_600, 7_200);
    const held = await applier.read('shop', one);
    await new CachePolicies(parts).put('shop.pages', cachePolicy.parse({ defaultTtlSeconds: 1 }));
    await expect(applier.write('shop', one, 7_200, held)).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    ['of another project', change('defaultTtlSeconds', 3_600, 7_200, 'office.pages'), 'forbidden'],
    ['of a field that is none', change('colour', null, 'red'), 'invalid-request'],
    ['that no policy may have', change('defaultTtlSeconds', 3_600, -1), 'invalid-request'],
    ['that moves entries between shared tiers', change('strategy', 'hybrid', 'memory'), 'forbidden'],
  ])('is refused: one %s', async (_, one, code) => {
    const written = applier.read('shop', one).then((held) => applier.write('shop', one, one.after, held));
    await expect(written).rejects.toMatchObject({ code });
  });
});

describe('What is known of caches outside of their functions', () => {
  it('is what those who serve them left in the table: from a minute on, once a minute', async () => {
    const cache = createCache<string>({ namespace: 'shop.pages' });
    const reports = new NamespaceReports(parts);
    const read = async () =>
      (await cacheSource(namespaces).read(situationOf().project, Promise.resolve(situationOf().telemetry)))
        .cacheFigures;
    await new NamespaceRegistry(parts).enter('shop.pages');
    await new NamespaceRegistry(parts).enter('office.pages');
    await reports.tell('shop.pages', cache);
    expect(await read()).toEqual(new Map());
    for (let i = 0; i < 1_500; i++) await cache.get(`k${i % 3 === 0 ? 0 : i}`);
    await cache.set('k0', 'x');
    parts.time.now += 60_000;
    await reports.tell('shop.pages', cache);
    expect((await read())?.get('shop.pages')).toMatchObject({ requests: 1_500, hits: 0, entries: 1 });
    await cache.get('k0');
    parts.time.now += 59_000;
    await reports.tell('shop.pages', cache);
    expect((await read())?.get('shop.pages')).toMatchObject({ requests: 1_500 });
    parts.time.now += 1_000;
    await reports.tell('shop.pages', cache);
    expect((await read())?.get('shop.pages')).toMatchObject({ requests: 1_501, hits: 1 });
    const known = await cacheSource(namespaces).read(situationOf().project, Promise.resolve(situationOf().telemetry));
    expect([...(known.cachePolicies?.keys() ?? [])]).toEqual(['shop.pages']);
    expect(cacheMaintenance.plan(situationOf(known))).toHaveLength(1);
    expect(cacheStats.safeParse((await namespaces.reports('shop.pages'))[0]).success).toBe(true);
    parts.time.now += 3 * 3_600_000;
    expect(await read()).toEqual(new Map());
    await cache.close();
  });
});
