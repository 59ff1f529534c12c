import http from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cache/library/clock.ts';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { LivePatternsError, type SharedTier, TierUnavailableError } from '../../../lib/cache/library/shared-tier.ts';
import { memory } from '../../../lib/cache/library/tiers.ts';
import { answerTier } from '../../../lib/cache/tier-operations.ts';
import { cacheTierAnswer, cacheTierRequest } from '../../../lib/contracts/cache-tier.ts';
import { remote } from '../../../lib/sdk/cache.ts';
import { type Listening, listening } from '../../support/listening.ts';
import { ReferenceTier } from '../../support/reference-tier.ts';
import { bornAt, textOf } from '../../support/tier-entries.ts';
import { describeSharedTier } from '../cache/shared-tier-suite.ts';

/** Tiers of a deployment by their namespaces, behind the operations of the API. */
const tiers = new Map<string, SharedTier>();
const asked: { op: string; authorization: string | undefined; namespace: string }[] = [];
/** Answers in place of the deployment, as long as there are any. */
const instead: ((response: http.ServerResponse) => void)[] = [];

const server = http.createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  const namespace = decodeURIComponent(request.url?.split('/')[3] ?? '');
  const body = cacheTierRequest.parse(JSON.parse(Buffer.concat(chunks).toString()));
  asked.push({ op: body.op, authorization: request.headers.authorization, namespace });
  const other = instead.shift();
  if (other !== undefined) return other(response);
  const problem = (status: number, code: string, detail: string): void => {
    const told = { type: 'about:blank', title: code, status, code, detail, correlationId: 'c' };
    response.writeHead(status, { 'content-type': 'application/problem+json', 'retry-after': '1' });
    response.end(JSON.stringify(told));
  };
  try {
    const answer = cacheTierAnswer.parse(await answerTier(namespace, tiers.get(namespace), body));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  } catch (error) {
    const { message, code } = error as Error & { code?: string };
    if (error instanceof LivePatternsError) problem(429, 'too-many-patterns', message);
    else if (code === 'payload-too-large') problem(413, code, message);
    else problem(500, 'internal', message);
  }
});

let address: Listening;
let url = '';
beforeAll(async () => {
  address = await listening(server);
  url = `http://127.0.0.1:${address.port}`;
});
afterAll(() => address.close());
afterEach(() => {
  asked.length = 0;
  instead.length = 0;
});

let made = 0;
function open(options: { timeoutMs?: number } = {}) {
  const namespace = `ns-${++made}`;
  const behind = new ReferenceTier();
  tiers.set(namespace, behind);
  const tier = remote({ url, apiKey: 'hr_key', ...options }).owner({ namespace, clock: systemClock });
  return { namespace, behind, tier };
}

describeSharedTier('A deployment over HTTP', () => {
  const { tier, behind } = open();
  return { tier, home: 'redis', expire: async (key) => behind.expire(key) };
});

describe('remote', () => {
  it('is a tier of a cache: what one process stores or invalidates, another knows', async () => {
    const namespace = 'prices';
    tiers.set('shop.prices', new ReferenceTier());
    const policy = { coherence: 'strict' } as const;
    const openCache = () =>
      createCache<number>({
        namespace,
        policy,
        tiers: [memory(), remote({ url: `${url}/`, apiKey: 'hr_key', project: 'shop' })],
      });
    const [one, two] = [openCache(), openCache()];
    let loads = 0;
    const load = () => ++loads;
    expect(await one.getOrSet('a', load, { tags: ['t'] })).toBe(1);
    expect(await two.getOrSet('a', load)).toBe(1);
    await one.invalidate({ tags: ['t'] });
    expect(await two.get('a')).toBeUndefined();
    expect(new Set(asked.map(({ authorization, namespace: its }) => `${authorization} ${its}`))).toEqual(
      new Set(['Bearer hr_key shop.prices']),
    );
  });

  it('takes more entries than one request does, and larger ones', async () => {
    const { tier } = open();
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
    const { tier } = open();
    const failing = (status: number) => (response: http.ServerResponse) => response.writeHead(status).end('no');
    instead.push(failing(503), (response) => response.destroy());
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
    const { tier } = open({ timeoutMs: 150 });
    const silent: http.ServerResponse[] = [];
    instead.push((response) => silent.push(response));
    const startedAt = performance.now();
    await expect(tier.read(['a'])).rejects.toThrow(TierUnavailableError);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    for (const response of silent) response.destroy();
  });

  it('says what is missing', () => {
    expect(() => remote({ url })).toThrow('HEADROOM_API_KEY');
    expect(() => remote({ url: 'no url', apiKey: 'hr_key' })).toThrow(TypeError);
  });
});
