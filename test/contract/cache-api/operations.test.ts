import { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { redis } from '../../../lib/cache/library/tiers.ts';
import { CacheMaintenance } from '../../../lib/cache/maintenance.ts';
import { opener } from '../../../lib/cache/open-namespace.ts';
import { CacheService } from '../../../lib/cache/service.ts';
import { cachePolicy } from '../../../lib/contracts/cache-policy.ts';
import { problem } from '../../../lib/contracts/problem.ts';
import { functionParts } from '../../support/function-parts.ts';
import { quietLog, startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { type CacheDoor, startCacheDoor } from './cache-door.ts';

const server = useRedisServer();
let dynamoDb: TestDynamoDb;
let door: CacheDoor;
const opened: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  door = await startCacheDoor(dynamoDb, [redis({ client: server.client })]);
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.stop();
});
afterAll(async () => {
  await door?.stop();
  await dynamoDb.stop();
});

const post = (path: string, body: unknown, token = door.token) =>
  door.ask('POST', path, { token, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
const put = (path: string, headers: Record<string, string> = {}) => door.ask('PUT', path, { body: path, headers });
const statusOf = async (path: string) => (await door.ask('GET', path)).status;
const problemOf = async (answer: Response) => problem.parse(await answer.json());

describe('an invalidation', () => {
  it('of keys, of a pattern, of tags or of all removes what it says, and counts it once', async () => {
    for (const key of ['user/1', 'user/2', 'post/1', 'post/2']) {
      await put(`one/entries/${key}`, { 'headroom-tags': `kind-${key[0]},all` });
    }
    const keys = await post('one/invalidations', { keys: ['user/1', 'user/none'] });
    expect([keys.status, await keys.json()]).toEqual([200, { invalidated: 1, exact: true }]);
    expect(await statusOf('one/entries/user/1')).toBe(404);
    const pattern = await post('one/invalidations', { pattern: 'user/*' });
    expect(await pattern.json()).toEqual({ invalidated: 1, exact: true });
    const tags = await post('one/invalidations', { tags: ['kind-p'] });
    expect(await tags.json()).toEqual({ invalidated: 2, exact: true });
    await put('one/entries/more');
    const cleared = await door.ask('DELETE', 'one');
    expect(await cleared.json()).toEqual({ invalidated: 1, exact: true });
    expect(await statusOf('one/entries/more')).toBe(404);
  });

  it('is seen by whoever sends back the epoch that its answer carried, on any instance', async () => {
    const other = await startCacheDoor(dynamoDb, [redis({ client: server.client })]);
    opened.push(other);
    await put('two/entries/a?ttlSeconds=600');
    // In the memory of the other one, for a second at least: the default bound.
    expect((await other.ask('GET', 'two/entries/a')).status).toBe(200);
    const told = await post('two/invalidations', { keys: ['a'] });
    const epoch = told.headers.get('headroom-epoch') ?? '';
    expect((await other.ask('GET', 'two/entries/a', { headers: { 'headroom-epoch': epoch } })).status).toBe(404);
  });

  it('that is soft leaves what it hits to be served while it is loaded anew', async () => {
    await door.client.call('putCachePolicy', {
      params: { namespace: 'soft' },
      body: { staleWhileRevalidateSeconds: 60 },
    });
    await put('soft/entries/a');
    expect(await (await post('soft/invalidations', { keys: ['a'], soft: true })).json()).toMatchObject({ exact: true });
    const { status, headers } = await door.ask('GET', 'soft/entries/a');
    expect([status, headers.get('headroom-epoch')]).toEqual([200, expect.stringMatching(/^\d+$/)]);
  });

  it.each([
    ['nothing', {}, 'body'],
    ['two things', { keys: ['a'], tags: ['b'] }, 'body'],
    ['no key', { keys: [] }, 'body.keys'],
    ['501 keys', { keys: Array.from({ length: 501 }, String) }, 'body.keys'],
    ['an empty key', { keys: [''] }, 'body.keys.0'],
    ['33 tags', { tags: Array.from({ length: 33 }, String) }, 'body.tags'],
    ['an empty pattern', { pattern: '' }, 'body.pattern'],
    ['a pattern that could take for ever', { pattern: '*a'.repeat(100) }, 'body.pattern'],
    ['what is not known', { regex: '.*' }, 'body'],
  ])('of %s is refused with a sentence', async (_, body, where) => {
    const answer = await post('one/invalidations', body);
    expect(answer.status).toBe(400);
    const { errors = [] } = await problemOf(answer);
    expect(errors[0]?.path).toBe(where);
  });

  it('by the 65th pattern waits until one of the others is done', async () => {
    for (let at = 0; at < 64; at++) {
      const request = { kind: 'pattern' as const, values: [`p${at}/*`], soft: false };
      await door.client.call('cacheTier', { params: { namespace: 'bans' }, body: { op: 'invalidate', request } });
    }
    const refused = await post('bans/invalidations', { pattern: 'other/*' });
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '1']);
    expect((await problemOf(refused)).code).toBe('too-many-patterns');
    // One of those that are at work may be given again, and is then reaped.
    expect((await post('bans/invalidations', { pattern: 'p1/*' })).status).toBe(200);
    expect((await post('bans/invalidations', { pattern: 'other/*' })).status).toBe(200);
  });

  it('of more than 5,000 entries is finished by maintenance, and every entry is counted once', async () => {
    const total = 6_000;
    await door.service.within('large', ({ cache }) =>
      cache.setMany(Array.from({ length: total }, (_, at) => ({ key: `k/${at}`, value: { bytes: Buffer.from('x') } }))),
    );
    const answer = await post('large/invalidations', { pattern: 'k/*' });
    const told = (await answer.json()) as { invalidated: number; exact: boolean; upperBound: number; taskId: string };
    expect([answer.status, answer.headers.get('location')]).toEqual([
      202,
      `/v1/cache/large/invalidations/${told.taskId}`,
    ]);
    expect(told.exact).toBe(false);
    expect(told.upperBound).toBeGreaterThanOrEqual(total);
    expect(await statusOf('large/entries/k/5999')).toBe(404);
    const show = () =>
      door.client.call('getCacheInvalidation', { params: { namespace: 'large', taskId: told.taskId } });
    expect(await show()).toMatchObject({ status: 'running', invalidated: told.invalidated });

    const maintenance = maintenanceOf();
    // Two at the same time: one has it, and the other leaves it alone.
    const removed = await Promise.all([maintenance.finishInvalidations(), maintenanceOf().finishInvalidations()]);
    expect(removed[0] + removed[1]).toBe(total - told.invalidated);
    expect(await show()).toMatchObject({ status: 'completed', invalidated: total });
    expect(await maintenance.finishInvalidations()).toBe(0);
    expect((await door.ask('GET', `other/invalidations/${told.taskId}`)).status).toBe(404);
  });
});

/** As the function of its own that it is: with a process of its own, as it were, and perhaps at a later time. */
const maintenanceOf = ({ laterMs = 0, budgetMs = 20_000 } = {}) => {
  const parts = {
    ...functionParts('cache-maintenance', door.parts),
    clock: () => Date.now() + laterMs,
    log: quietLog,
    meter: { count() {}, milliseconds() {}, flush() {} },
  };
  const open = opener({ tiers: [redis({ client: server.client })], memoryMb: 16, log: quietLog });
  return new CacheMaintenance(parts, new CacheService(parts, { open }), { budgetMs });
};

describe('maintenance', () => {
  const large = async (namespace: string) => {
    await door.service.within(namespace, ({ cache }) =>
      cache.setMany(Array.from({ length: 5_500 }, (_, at) => ({ key: `k/${at}`, value: { bytes: Buffer.from('x') } }))),
    );
    const { invalidated, taskId = '' } = await door.client.call('clearCache', { params: { namespace } });
    const found = [];
    for await (const each of door.service.rests.all()) if (each.value.taskId === taskId) found.push(each);
    const [rest] = found;
    if (rest === undefined) throw new Error('nothing was left');
    return { invalidated, taskId, rest };
  };

  it('leaves alone what another is at, and takes it over when that one is gone', async () => {
    const { invalidated, taskId, rest } = await large('claimed');
    const { rests } = door.service;
    expect(await rests.claim(rest, 60_000)).toBeDefined();
    // Who read it before that cannot claim it any longer, and who reads it now sees that it is taken.
    expect(await rests.claim(rest, 60_000)).toBeUndefined();
    expect(await maintenanceOf().finishInvalidations()).toBe(0);
    expect(await maintenanceOf({ laterMs: 61_000 }).finishInvalidations()).toBe(5_500 - invalidated);
    expect(await rests.show('claimed', taskId)).toMatchObject({ status: 'completed', invalidated: 5_500 });
  });

  it('gives back what the time was too short for', async () => {
    const { invalidated } = await large('short');
    expect(await maintenanceOf({ budgetMs: 0 }).finishInvalidations()).toBe(0);
    expect(await maintenanceOf().finishInvalidations()).toBe(5_500 - invalidated);
  });

  it('sweeps namespaces that something was stored in, and strikes out those that are empty', async () => {
    await put('swept/entries/a?ttlSeconds=0.001');
    await put('swept/entries/b?ttlSeconds=600');
    while ((await statusOf('swept/entries/a')) !== 404);
    const usage = async () =>
      (await door.client.call('getCacheStats', { params: { namespace: 'swept' } })).tiers.redis?.entries;
    const maintenance = maintenanceOf();
    expect(await maintenance.sweepNamespaces()).toBeGreaterThan(0);
    expect(await usage()).toBe(1);
    // Its turn comes once an hour.
    expect(await maintenance.sweepNamespaces()).toBe(0);
  });
});

describe('a batch', () => {
  it('stores and gets JSON and bytes', async () => {
    const answer = await post('many/batch', {
      set: [
        { key: 'json', value: { a: [1, null] }, tags: ['t'], ttlSeconds: 60 },
        { key: 'bytes', valueBase64: Buffer.from([0, 255]).toString('base64'), contentType: 'image/png' },
        { key: 'null', value: null },
      ],
      get: ['bytes', 'none', 'json', 'null'],
    });
    expect(answer.headers.get('headroom-epoch')).toMatch(/^\d+$/);
    const { stored, entries } = (await answer.json()) as { stored: { key: string }[]; entries: object[] };
    expect(stored.map(({ key }) => key)).toEqual(['json', 'bytes', 'null']);
    expect(entries).toMatchObject([
      { key: 'bytes', valueBase64: 'AP8=', contentType: 'image/png' },
      { key: 'json', value: { a: [1, null] }, contentType: 'application/json', tags: ['t'] },
      { key: 'null', value: null },
    ]);
    const single = await door.ask('GET', 'many/entries/json');
    expect([single.headers.get('content-type'), await single.text()]).toEqual(['application/json', '{"a":[1,null]}']);
  });

  it('gives JSON as bytes where reading it would change it', async () => {
    const text = '{"id":12345678901234567890}';
    await door.ask('PUT', 'many/entries/id', { body: text, headers: { 'content-type': 'application/json' } });
    const { entries } = (await (await post('many/batch', { get: ['id'] })).json()) as { entries: object[] };
    expect(entries).toMatchObject([{ valueBase64: Buffer.from(text).toString('base64') }]);
  });

  it('leaves out what the answer has no room for, and says so', async () => {
    const value = Buffer.alloc(2_000_000, 1);
    for (const key of ['a', 'b']) await door.ask('PUT', `many/entries/${key}`, { body: value });
    const { entries } = (await (await post('many/batch', { get: ['a', 'b'] })).json()) as {
      entries: { key: string; omitted?: true; valueBase64?: string }[];
    };
    expect(entries.map(({ key, omitted, valueBase64 }) => [key, omitted, valueBase64?.length])).toEqual([
      ['a', undefined, 2_666_668],
      ['b', true, undefined],
    ]);
  });

  it.each([
    ['nothing', {}],
    ['a value that is two', { set: [{ key: 'a', value: 1, valueBase64: 'AA==' }] }],
    ['no value', { set: [{ key: 'a' }] }],
    ['base64 that is none', { set: [{ key: 'a', valueBase64: 'A' }] }],
    ['a TTL of 0', { set: [{ key: 'a', value: 1, ttlSeconds: 0 }] }],
    ['101 values', { set: Array.from({ length: 101 }, (_, at) => ({ key: `k${at}`, value: 1 })) }],
    ['501 keys', { get: Array.from({ length: 501 }, String) }],
    ['a content type with a line break', { set: [{ key: 'a', valueBase64: 'AA==', contentType: 'a\r\nb: c' }] }],
    ['an empty tag', { set: [{ key: 'a', value: 1, tags: [''] }] }],
  ])('of %s is refused', async (_, body) => {
    const answer = await post('many/batch', body);
    expect([answer.status, (await problemOf(answer)).code]).toEqual([400, 'invalid-request']);
  });
});

describe('a policy', () => {
  const params = { namespace: 'ruled' };

  it('has defaults, is replaced as a whole, and is in force at once here', async () => {
    expect(await door.client.call('getCachePolicy', { params })).toEqual(cachePolicy.parse({}));
    const given = { defaultTtlSeconds: 60, ttlRules: [{ prefix: 'news/', ttlSeconds: 5 }] };
    const policy = await door.client.call('putCachePolicy', { params, body: given });
    expect(policy).toEqual(cachePolicy.parse(given));
    expect(await door.client.call('getCachePolicy', { params })).toEqual(policy);
    await put('ruled/entries/a');
    await put('ruled/entries/news/a');
    const maxAge = async (key: string) => (await door.ask('GET', `ruled/entries/${key}`)).headers.get('cache-control');
    expect([await maxAge('a'), await maxAge('news/a')]).toEqual(['private, max-age=60', 'private, max-age=5']);
  });

  it('may keep a namespace in memory alone, which then has no tier to share', async () => {
    await door.client.call('putCachePolicy', { params: { namespace: 'near' }, body: { strategy: 'memory' } });
    await put('near/entries/a');
    const { tiers } = await door.client.call('getCacheStats', { params: { namespace: 'near' } });
    expect(tiers).toEqual({ memory: expect.objectContaining({ entries: 1 }) });
    const answer = await post('near/tier', { op: 'usage' });
    expect([answer.status, (await problemOf(answer)).code]).toEqual([409, 'conflict']);
  });

  it.each([
    ['a TTL of 0', { defaultTtlSeconds: 0 }, 'body.defaultTtlSeconds'],
    ['an unknown tier', { tiers: ['disk'] }, 'body.tiers.0'],
    ['no tier', { tiers: [] }, 'body.tiers'],
    ['a coherence of no time', { coherence: { boundedMs: 0 } }, 'body.coherence.boundedMs'],
    ['what is not known', { ttl: 5 }, 'body'],
  ])('with %s is refused', async (_, body, where) => {
    const answer = await door.ask('PUT', 'ruled/policy', {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect((await problemOf(answer)).errors?.[0]?.path).toBe(where);
  });
});

describe('statistics', () => {
  it('count what was asked, and the metrics count the same', async () => {
    door.counted.clear();
    await put('counted/entries/a');
    for (const key of ['a', 'a', 'a', 'b']) await door.ask('GET', `counted/entries/${key}`);
    const stats = await door.client.call('getCacheStats', { params: { namespace: 'counted' } });
    expect(stats).toMatchObject({
      totalRequests: 4,
      cacheHits: 3,
      cacheMisses: 1,
      hitRatePercent: 75,
      missRatePercent: 25,
      tiers: { redis: { entries: 1 } },
    });
    expect(stats.topKeys[0]).toEqual({ key: 'a', reads: 3 });
    expect(Object.fromEntries(door.counted)).toMatchObject({ CacheHits: 3, CacheMisses: 1 });
    expect(door.counted.has('CacheTierErrors')).toBe(false);
    expect(door.flushed.at(-1)).toMatchObject({ namespace: 'counted', status: '200' });
  });
});

describe('a tier that does not answer', () => {
  it('keeps nobody from reading, and is said to whoever writes, with when to try again', async () => {
    const client = new Redis('redis://127.0.0.1:9', { maxRetriesPerRequest: 0, retryStrategy: () => null });
    client.on('error', () => {});
    const down = await startCacheDoor(dynamoDb, [redis({ client })]);
    opened.push(down);
    expect((await down.ask('GET', 'shop/entries/a')).status).toBe(404);
    for (const [method, path, body] of [
      ['PUT', 'shop/entries/a', 'x'],
      ['DELETE', 'shop', undefined],
      ['DELETE', 'shop/entries/a', undefined],
    ] as const) {
      const answer = await down.ask(method, path, body === undefined ? {} : { body });
      expect([answer.status, answer.headers.get('retry-after')], `${method} ${path}`).toEqual([503, '1']);
      const { code, detail } = await problemOf(answer);
      expect(code).toBe('unavailable');
      expect(detail).not.toContain('127.0.0.1');
    }
    expect((await down.ask('GET', 'shop/stats')).status).toBe(200);
    expect(down.counted.get('CacheTierErrors')).toBeGreaterThan(0);
    client.disconnect();
  });
});
