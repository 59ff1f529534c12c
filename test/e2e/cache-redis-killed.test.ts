import { randomUUID } from 'node:crypto';
import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Cache } from '../../lib/cache/library/cache.ts';
import { createCache } from '../../lib/cache/library/create-cache.ts';
import { connectRedis } from '../../lib/cache/library/redis/connect.ts';
import type { RedisClient } from '../../lib/cache/library/redis/run-scripts.ts';
import { type TierLabel, TierUnavailableError } from '../../lib/cache/library/shared-tier.ts';
import { dynamodb, memory, redis } from '../../lib/cache/library/tiers.ts';
import { ensureCacheTable } from '../../lib/local/provision/tables.ts';
import { startTestDynamoDb, type TestDynamoDb } from '../support/history-table.ts';
import { MortalRedis } from '../support/mortal-redis.ts';

const TABLE = 'cache';
const WORKERS = 8;
/** Whoever waits for Redis waits for seconds. How soon it is where nothing else runs, `npm run bench:cache` measures. */
const ANSWER_WITHIN_MS = 1000;
const keys = Array.from({ length: 20 }, (_, at) => `item:${at}`);

interface Value {
  version: number;
}

let database: TestDynamoDb;
let table: DynamoDB;
beforeAll(async () => {
  database = await startTestDynamoDb();
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  table = new DynamoDB({ endpoint: database.endpoint, region: 'us-east-1', credentials });
  await ensureCacheTable(table, TABLE);
});
afterAll(async () => {
  table.destroy();
  await database.stop();
});

/** What is cached, and what everybody must know of it: a version is to be seen from when its invalidation was acknowledged. */
class Source {
  readonly #versions = new Map<string, number>();
  readonly #acknowledged = new Map<string, number>();

  readonly load = async ({ key }: { key: string }): Promise<Value> => ({ version: this.#versions.get(key) ?? 0 });

  least(key: string): number {
    return this.#acknowledged.get(key) ?? 0;
  }

  async change(key: string, cache: Cache<Value>): Promise<readonly TierLabel[]> {
    const version = (this.#versions.get(key) ?? 0) + 1;
    this.#versions.set(key, version);
    const { pending = [] } = await cache.invalidate({ keys: [key] });
    this.#acknowledged.set(key, version);
    return pending;
  }
}

/** Two processes' worth of caches over one Redis, with calls that do not stop. */
class Traffic {
  readonly failures: unknown[] = [];
  readonly stale: string[] = [];
  calls = 0;
  readonly caches: readonly Cache<Value>[];
  readonly #source: Source;
  readonly #workers: Promise<void>[];
  #isOver = false;
  #waiting: { calls: number; resolve: () => void }[] = [];

  constructor(caches: readonly Cache<Value>[], source: Source) {
    this.caches = caches;
    this.#source = source;
    this.#workers = Array.from({ length: WORKERS }, (_, at) => this.#work(at));
  }

  /** Resolves when so many more calls have been answered. */
  answered(more: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.push({ calls: this.calls + more, resolve }));
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#workers);
  }

  async call(cache: Cache<Value>, key: string, isGet: boolean): Promise<void> {
    const least = this.#source.least(key);
    try {
      const value = isGet ? await cache.get(key) : await cache.getOrSet(key, this.#source.load);
      if (value !== undefined && value.version < least) this.stale.push(`${key}: ${value.version}, not ${least}`);
      if (value === undefined && !isGet) this.failures.push(new Error(`nothing for ${key}`));
    } catch (error) {
      this.failures.push(error);
    }
    this.calls++;
    for (const waiting of this.#waiting) if (this.calls >= waiting.calls) waiting.resolve();
    this.#waiting = this.#waiting.filter(({ calls }) => calls > this.calls);
  }

  async #work(worker: number): Promise<void> {
    for (let at = worker; !this.#isOver; at += 7) {
      const cache = this.caches[at % this.caches.length];
      if (cache === undefined) return;
      await this.call(cache, keys[at % keys.length] ?? '', at % 3 === 0);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

async function untilSettled(promise: Promise<unknown>, meanwhile: () => Promise<void>): Promise<void> {
  let isSettled = false;
  const settled = promise.finally(() => {
    isSettled = true;
  });
  while (!isSettled) await meanwhile();
  await settled;
}

const untilUp = (cache: Cache<Value>): Promise<void> =>
  new Promise((resolve) => {
    const up = ({ tier }: { tier: TierLabel }) => {
      if (tier !== 'redis') return;
      cache.off('tier-up', up);
      resolve();
    };
    cache.on('tier-up', up);
  });

describe.each([
  ['memory and Redis', false],
  ['memory, Redis and DynamoDB', true],
] as const)('With %s, when Redis goes in the middle of traffic', (_, hasDynamo) => {
  const server = new MortalRedis();
  const clients: RedisClient[] = [];
  let traffic: Traffic;
  let source: Source;
  beforeAll(async () => {
    await server.start();
    const namespace = `killed-${randomUUID().slice(0, 8)}`;
    const caches: Cache<Value>[] = [];
    for (let at = 0; at < 2; at++) {
      const client = await connectRedis(server.url);
      clients.push(client);
      const lower = hasDynamo ? [dynamodb({ client: table, tableName: TABLE })] : [];
      const tiers = [memory(), redis({ client }), ...lower];
      caches.push(createCache<Value>({ namespace, tiers, policy: { coherence: 'strict' } }));
    }
    source = new Source();
    traffic = new Traffic(caches, source);
  });
  afterAll(async () => {
    await traffic.stop();
    for (const cache of traffic.caches) await cache.close();
    for (const client of clients) client.disconnect();
    await server.kill();
  });

  it.each([
    'killed',
    'frozen',
  ])('%s: it answers soon, fails no call, and serves nothing stale when it is back', async (how) => {
    const [one, other] = traffic.caches;
    if (one === undefined || other === undefined) throw new Error('there are two caches');
    for (const key of keys) await source.change(key, one);
    await traffic.answered(300);

    if (how === 'frozen') server.freeze();
    else await server.kill();
    const startedAt = performance.now();
    await Promise.all([traffic.call(one, 'item:1', false), traffic.call(other, 'item:2', false)]);
    expect(performance.now() - startedAt).toBeLessThan(ANSWER_WITHIN_MS);

    await traffic.answered(300);
    for (const key of keys.slice(0, 10)) {
      if (hasDynamo) expect(await source.change(key, one)).toEqual(['redis']);
      else await expect(source.change(key, one)).rejects.toThrow(TierUnavailableError);
    }
    await traffic.answered(300);

    const up = traffic.caches.map(untilUp);
    await server.kill();
    await server.start();
    if (hasDynamo)
      await untilSettled(Promise.all(up), async () => {
        // What is in memory needs no Redis: only who writes finds out that it is back.
        for (const cache of traffic.caches) await source.change('item:0', cache);
      });
    await Promise.all(up);
    for (const key of keys.slice(5, 15)) expect(await source.change(key, other)).toEqual([]);
    await traffic.answered(600);
    expect(traffic.stale).toEqual([]);
    expect(traffic.failures).toEqual([]);
    const { tiers } = await one.stats();
    expect(tiers.redis?.breaker).toBe('closed');
  });
});
