import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TierSpec } from '../../../lib/cache/library/tiers.ts';
import { dynamodb, redis } from '../../../lib/cache/library/tiers.ts';
import type { CacheTierAnswerTo, CacheTierOperation, CacheTierRequest } from '../../../lib/contracts/cache-tier.ts';
import { problem } from '../../../lib/contracts/problem.ts';
import { ensureCacheTable } from '../../../lib/local/provision/tables.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../../support/history-table.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { type CacheDoor, startCacheDoor } from './cache-door.ts';

const server = useRedisServer();
let dynamoDb: TestDynamoDb;
let client: DynamoDB;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  client = new DynamoDB({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials });
  await ensureCacheTable(client, 'cache');
});
afterAll(async () => {
  client.destroy();
  await dynamoDb.stop();
});

const payloadBase64 = Buffer.from('value').toString('base64');
const entry = (changes: object = {}) => {
  const now = Date.now();
  return {
    codec: 'none' as const,
    rawBytes: 5,
    tags: ['t'],
    createdAt: now,
    freshUntil: now + 60_000,
    revalidateUntil: now + 60_000,
    expiresAt: now + 60_000,
    ttlMs: 60_000,
    loaderMs: 1.5,
    negative: false,
    contentType: 'text/plain',
    etag: 'e',
    payloadBase64,
    ...changes,
  };
};

describe.each(['redis', 'dynamodb', 'both'] as const)('the tier of a deployment with %s', (which) => {
  let door: CacheDoor;
  const namespace = `tier-${which}`;

  beforeAll(async () => {
    const tiers: TierSpec[] = [];
    if (which !== 'dynamodb') tiers.push(redis({ client: server.client }));
    if (which !== 'redis') tiers.push(dynamodb({ client, tableName: 'cache' }));
    door = await startCacheDoor(dynamoDb, tiers);
  });
  afterAll(() => door?.stop());

  const ask = async <Request extends CacheTierRequest>(request: Request): Promise<CacheTierAnswerTo<Request['op']>> => {
    const answer = await door.client.call('cacheTier', { params: { namespace }, body: request });
    expect(answer.op).toBe(request.op);
    return answer as CacheTierAnswerTo<Request['op']>;
  };
  const sequence = async () => (await ask({ op: 'read', keys: [] })).sequence;

  it('loads under a lease, and refuses whoever was overtaken', async () => {
    const missing = await ask({ op: 'read', keys: ['a', 'b'], maxAgeMs: 0 });
    expect(missing.entries).toEqual([null, null]);
    const { lease } = await ask({ op: 'lease', key: 'a', ttlMs: 10_000 });
    expect(await ask({ op: 'lease', key: 'a', ttlMs: 10_000 })).toEqual({ op: 'lease', lease: null });
    if (lease === null) throw new Error('there was no lease');
    expect(await ask({ op: 'renew', key: 'a', lease, ttlMs: 10_000 })).toEqual({ op: 'renew', held: true });
    const loaded = { key: 'a', entry: entry({ born: missing.sequence }) as never, lease };
    expect((await ask({ op: 'write', entries: [loaded] })).outcomes).toEqual(['stored']);
    expect((await ask({ op: 'write', entries: [loaded] })).outcomes).toEqual(['overtaken']);
    const { entries } = await ask({ op: 'read', keys: ['a'] });
    expect(entries[0]).toMatchObject({
      stale: false,
      entry: { payloadBase64, tags: ['t'], contentType: 'text/plain' },
    });
  });

  it('sets, under a condition too, and gives other times', async () => {
    const { results } = await ask({ op: 'set', entries: [{ key: 's', entry: entry() as never }] });
    expect(results).toMatchObject([{ outcome: 'stored', born: expect.any(Number) }]);
    const [again] = (await ask({ op: 'set', entries: [{ key: 's', entry: entry() as never, replaces: null }] }))
      .results;
    expect(again?.outcome).toBe('changed');
    const { entries } = await ask({ op: 'read', keys: ['s'], headsOnly: true });
    const { payloadBase64: _, ...head } = entries[0]?.entry ?? { payloadBase64: '' };
    const until = Date.now() + 120_000;
    const lifetime = { createdAt: Date.now(), freshUntil: until, revalidateUntil: until, expiresAt: until };
    expect(await ask({ op: 'touch', key: 's', entry: head as never, lifetime })).toEqual({
      op: 'touch',
      touched: true,
    });
  });

  it('invalidates, tells the log, and reaps', async () => {
    const before = await sequence();
    await ask({ op: 'set', entries: ['x/1', 'x/2', 'y'].map((key) => ({ key, entry: entry() as never })) });
    const request = { kind: 'pattern' as const, values: ['x/**'], soft: false };
    const { acknowledged } = await ask({ op: 'invalidate', request });
    // In the canonical form, whatever form it came in.
    expect(acknowledged).toMatchObject({ kind: 'pattern', values: ['x/*'], soft: false });
    expect((await ask({ op: 'read', keys: ['x/1', 'y'] })).entries.map((hit) => hit !== null)).toEqual([false, true]);
    const { delta } = await ask({ op: 'changes', after: before });
    expect(delta.events).toContainEqual(expect.objectContaining({ sequence: acknowledged.sequence }));
    const { changes } = await ask({ op: 'read', keys: [], after: before });
    expect(changes?.upTo).toBeGreaterThanOrEqual(acknowledged.sequence);
    const invalidation = { ...request, values: acknowledged.values, sequence: acknowledged.sequence };
    expect((await ask({ op: 'reap', invalidation, step: { budget: 100 } })).removed).toBe(2);
  });

  it('tells its usage, sweeps, evicts and drops copies', async () => {
    const { usage } = await ask({ op: 'usage' });
    expect(Object.keys(usage).toSorted()).toEqual(which === 'both' ? ['dynamodb', 'redis'] : [which]);
    expect(await ask({ op: 'sweep', step: { budget: 100 } })).toMatchObject({ removed: 0, bytes: expect.any(Number) });
    const tier = which === 'dynamodb' ? 'dynamodb' : 'redis';
    expect(await ask({ op: 'dropCopies', tier, keys: ['y'] })).toMatchObject({ dropped: which === 'both' ? 1 : 0 });
    expect(await ask({ op: 'evict', tier, bytes: 0 })).toMatchObject({ entries: expect.any(Number) });
    const { lease } = await ask({ op: 'lease', key: 'r', ttlMs: 10_000 });
    if (lease !== null) await ask({ op: 'release', key: 'r', lease });
    expect((await ask({ op: 'lease', key: 'r', ttlMs: 1_000 })).lease).not.toBeNull();
  });

  describe('believes nobody from outside', () => {
    const post = async (body: object, token = door.token) => {
      const answer = await door.ask('POST', `${namespace}/tier`, {
        token,
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      });
      return { status: answer.status, code: answer.ok ? undefined : problem.parse(await answer.json()).code };
    };

    it('who may only read, that it has lost its log', async () => {
      await ask({ op: 'set', entries: [{ key: 'safe', entry: entry() as never }] });
      const token = await door.tokenWith('read');
      const ahead = (await sequence()) + 1;
      for (const request of [
        { op: 'read', keys: ['safe'], after: ahead },
        { op: 'changes', after: ahead },
      ]) {
        expect(await post(request, token)).toEqual({ status: 503, code: 'unavailable' });
      }
      expect(await post({ op: 'read', keys: [], after: ahead - 1 }, token)).toMatchObject({ status: 200 });
      expect((await ask({ op: 'read', keys: ['safe'] })).entries[0]).not.toBeNull();
    });

    it('whoever it is, of sequences that nothing can have reached', async () => {
      const body = { op: 'read', keys: [], after: Number.MAX_SAFE_INTEGER - 1 };
      expect(await post(body)).toEqual({ status: 400, code: 'invalid-request' });
    });

    it('whoever it is, of what has not happened', async () => {
      const later = (await sequence()) + 1;
      const write = { op: 'write', entries: [{ key: 'immortal', entry: entry({ born: later }) }] };
      expect(await post(write)).toEqual({ status: 400, code: 'invalid-request' });
      const invalidation = { sequence: later, kind: 'clear', values: [], soft: false };
      expect(await post({ op: 'reap', invalidation, step: { budget: 10 } })).toMatchObject({ status: 400 });
    });

    it('whoever it is, what nothing can be asked for, and is asked again after that', async () => {
      const backwards = entry({ revalidateUntil: 5 });
      const several = { kind: 'pattern', values: ['a*', 'b*'], soft: false };
      const invalidation = { sequence: 1, kind: 'clear', values: [], soft: false };
      for (const request of [
        { op: 'write', entries: [{ key: 'w', entry: { ...backwards, born: 0 } }] },
        { op: 'set', entries: [{ key: 'w', entry: backwards }] },
        { op: 'invalidate', request: several },
        ...['no JSON', 'null', '[]', '[1]', '["1", null]', '[0, 0, 0]'].flatMap((cursor) => [
          { op: 'reap', invalidation, step: { budget: 10, cursor } },
          { op: 'sweep', step: { budget: 10, cursor } },
        ]),
      ]) {
        expect([request, await post(request)]).toEqual([request, { status: 400, code: 'invalid-request' }]);
      }
      expect(await post({ op: 'usage' })).toMatchObject({ status: 200 });
    });
  });
});

describe('who may do what to a tier', () => {
  let door: CacheDoor;
  beforeAll(async () => {
    door = await startCacheDoor(dynamoDb, [redis({ client: server.client })]);
  });
  afterAll(() => door?.stop());

  const requests: Record<CacheTierOperation, object> = {
    read: { keys: ['a'] },
    changes: { after: 0 },
    usage: {},
    write: { entries: [{ key: 'a', entry: entry({ born: 0 }) }] },
    set: { entries: [{ key: 'a', entry: entry() }] },
    touch: { key: 'a', entry: { ...entry({ born: 0 }), payloadBase64: undefined }, lifetime: lifetimeOf(entry()) },
    invalidate: { request: { kind: 'keys', values: ['a'], soft: false } },
    reap: { invalidation: { sequence: 0, kind: 'keys', values: ['a'], soft: false }, step: { budget: 1 } },
    lease: { key: 'a', ttlMs: 1_000 },
    renew: { key: 'a', lease: { token: 't' }, ttlMs: 1_000 },
    release: { key: 'a', lease: { token: 't' } },
    sweep: { step: { budget: 1 } },
    evict: { tier: 'redis', bytes: 0 },
    dropCopies: { tier: 'redis', keys: ['a'] },
  };
  const reading = ['read', 'changes', 'usage'];

  it.each(Object.entries(requests))('%s', async (op, body) => {
    const post = async (token: string) =>
      door.ask('POST', 'who/tier', {
        token,
        body: JSON.stringify({ op, ...body }),
        headers: { 'content-type': 'application/json' },
      });
    const reader = await post(await door.tokenWith('read'));
    expect(reader.status).toBe(reading.includes(op) ? 200 : 403);
    expect((await post(await door.tokenWith('write'))).status).toBe(200);
  });

  it.each([
    ['an unknown operation', { op: 'drop' }],
    ['no operation', {}],
    ['too many keys', { op: 'read', keys: Array.from({ length: 501 }, String) }],
    ['a payload that is no base64', { op: 'set', entries: [{ key: 'a', entry: entry({ payloadBase64: '?' }) }] }],
    [
      'a pattern that is none',
      { op: 'invalidate', request: { kind: 'pattern', values: ['*a'.repeat(200)], soft: false } },
    ],
    ['an ETag with a quote', { op: 'set', entries: [{ key: 'a', entry: entry({ etag: '"' }) }] }],
    ['a step without a budget', { op: 'sweep', step: { budget: 0 } }],
    ['a lease for an hour', { op: 'lease', key: 'a', ttlMs: 3_600_000 }],
    ['an event of a key without a name', { op: 'invalidate', request: { kind: 'keys', values: [''], soft: false } }],
    [
      'an event of a tag with more bytes than a tag has',
      { op: 'invalidate', request: { kind: 'tags', values: ['€'.repeat(100)], soft: false } },
    ],
    ['a clearing of something', { op: 'invalidate', request: { kind: 'clear', values: ['a'], soft: false } }],
    ['a token that no lease has', { op: 'release', key: 'a', lease: { token: '\u{10000}' } }],
  ])('and %s is refused', async (_, body) => {
    const answer = await door.ask('POST', 'who/tier', {
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });
    expect([answer.status, problem.parse(await answer.json()).code]).toEqual([400, 'invalid-request']);
  });
});

function lifetimeOf({ createdAt, freshUntil, revalidateUntil, expiresAt }: ReturnType<typeof entry>) {
  return { createdAt, freshUntil, revalidateUntil, expiresAt };
}
