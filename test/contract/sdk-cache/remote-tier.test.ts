import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cache/library/clock.ts';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { TierUnavailableError } from '../../../lib/cache/library/shared-tier.ts';
import { memory, type RemoteSpec } from '../../../lib/cache/library/tiers.ts';
import { type RemoteOptions, remote } from '../../../lib/sdk/cache.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import { ReferenceTier } from '../../support/reference-tier.ts';
import { bornAt, textOf } from '../../support/tier-entries.ts';
import { describeSharedTier } from '../cache/shared-tier-suite.ts';
import { type CacheDoor, startCacheDoor } from '../cache-api/cache-door.ts';

/** Of the deployment, by namespace. */
const tiers = new Map<string, ReferenceTier>();
const behind: RemoteSpec = {
  kind: 'remote',
  owner({ namespace }) {
    const tier = tiers.get(namespace) ?? new ReferenceTier();
    tiers.set(namespace, tier);
    return tier;
  },
};

let dynamoDb: TestDynamoDb;
let door: CacheDoor;
beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  door = await startCacheDoor(dynamoDb, [behind]);
});
afterAll(async () => {
  await door.stop();
  await dynamoDb.stop();
});

/** What happens in place of the calls to come. */
const instead: ((init: RequestInit | undefined) => Promise<Response>)[] = [];
const asked: { url: string; op: unknown }[] = [];
afterEach(() => {
  asked.length = 0;
  instead.length = 0;
});
const send: typeof fetch = (url, init) => {
  asked.push({ url: String(url), op: JSON.parse(String(init?.body)).op });
  return instead.shift()?.(init) ?? fetch(url, init);
};
const open = (options: RemoteOptions = {}) => remote({ url: door.url, apiKey: door.token, fetch: send, ...options });

let made = 0;
function openTier(options: RemoteOptions = {}) {
  const namespace = `ns-${++made}`;
  return { namespace, tier: open(options).owner({ namespace, clock: systemClock, notify: () => {} }) };
}

describeSharedTier('A deployment over HTTP', () => {
  const { namespace, tier } = openTier();
  return { tier, home: 'redis', expire: async (key) => tiers.get(namespace)?.expire(key) };
});

describe('remote', () => {
  it('is a tier of a cache: what one process stores or invalidates, another knows', async () => {
    const namespace = 'prices';
    const policy = { coherence: 'strict' } as const;
    const openCache = () =>
      createCache<number>({
        namespace,
        policy,
        tiers: [memory(), open({ url: `${door.url}/`, project: 'shop' })],
      });
    const [one, two] = [openCache(), openCache()];
    let loads = 0;
    const load = () => ++loads;
    expect(await one.getOrSet('a', load, { tags: ['t'] })).toBe(1);
    expect(await two.getOrSet('a', load)).toBe(1);
    await one.invalidate({ tags: ['t'] });
    expect(await two.get('a')).toBeUndefined();
    expect(new Set(asked.map(({ url }) => url))).toEqual(new Set([`${door.url}/v1/cache/shop.prices/tier`]));
  });

  it('takes more entries than one request does, and larger ones', async () => {
    const { tier } = openTier();
    const keys = Array.from({ length: 1_100 }, (_, at) => `key:${at}`);
    const { sequence } = await tier.read([]);
    asked.length = 0;
    const outcomes = await tier.write(keys.map((key) => ({ key, entry: bornAt(sequence, [], key) })));
    expect(outcomes).toEqual(keys.map(() => 'stored'));
    expect(asked.map(({ op }) => op)).toEqual(['write', 'write', 'write']);
    const { entries } = await tier.read(keys);
    expect(entries.map((hit) => hit && textOf(hit.entry))).toEqual(keys);
    asked.length = 0;
    const large = ['large:1', 'large:2', 'large:3'];
    await tier.write(large.map((key) => ({ key, entry: bornAt(sequence, [], 'x'.repeat(3_000_000)) })));
    expect(asked).toHaveLength(3);
    const read = await tier.read(large);
    expect(read.entries.map((hit) => hit?.entry.payload.length)).toEqual([3_000_000, 3_000_000, 3_000_000]);
  });

  it('asks again for what may be asked twice, and only for that', async () => {
    const { tier } = openTier();
    const failing = (status: number) => async () => new Response('no', { status });
    instead.push(failing(503), () => Promise.reject(new TypeError('fetch failed')));
    expect((await tier.read(['a'])).sequence).toBeGreaterThanOrEqual(0);
    expect(asked).toHaveLength(3);
    instead.push(failing(502));
    await expect(tier.write([{ key: 'a', entry: bornAt(0) }])).rejects.toThrow(TierUnavailableError);
    expect(asked).toHaveLength(4);
    instead.push(failing(403));
    await expect(tier.changes(0)).rejects.toThrow('answered 403, and not as Headroom does');
    expect(asked).toHaveLength(5);
  });

  it('waits for nobody longer than it was told', async () => {
    const { tier } = openTier({ timeoutMs: 150 });
    instead.push(
      (init) => new Promise((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))),
    );
    const startedAt = performance.now();
    await expect(tier.read(['a'])).rejects.toThrow(TierUnavailableError);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });

  it('says what is missing', () => {
    expect(() => remote({ url: door.url })).toThrow('HEADROOM_API_KEY');
    expect(() => remote({ url: 'no url', apiKey: 'hr_key' })).toThrow(TypeError);
  });
});
