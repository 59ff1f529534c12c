import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import http from 'node:http';
import net from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import middy from '@middy/core';
import genericPool from 'generic-pool';
import { Redis } from 'ioredis';
import { MongoClient } from 'mongodb';
import parsePrometheus from 'parse-prometheus-text-format';
import pg from 'pg';
import { expect } from 'vitest';
import { cached, cachedFetch, connectRedis, createCache, memory, redis } from '../../../lib/sdk/cache.ts';
import { cachedQuery, monitorPool } from '../../../lib/sdk/database.ts';
import { monitorResources, onPressure, trimAll } from '../../../lib/sdk/memory.ts';
import { cacheResponse, invalidateOnChange } from '../../../lib/sdk/middleware.ts';
import { profileMemory } from '../../../lib/sdk/profile.ts';
import { BreakerOpenError, batch, breaker, ObjectPool, parallel, rateLimit } from '../../../lib/sdk/work.ts';
import { httpEvent } from '../../contract/sdk-lambda/events.ts';
import { listening } from '../../support/listening.ts';
import { lastOf, registerTarget } from '../../support/load-client.ts';
import { MongodbDouble } from '../../support/mongodb/double.ts';
import {
  endpointWindow,
  poolWindow,
  queryWindow,
  resourceWindow,
  sketchOf,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';
import { ailing, ailingScore, tell } from './told-services.ts';
import type { Row, World } from './world.ts';

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

/** What a request and its answer are on the wire. */
async function exchange(address: string, text: string): Promise<{ requestBytes: number; responseBytes: number }> {
  const { port } = new URL(address);
  const socket = net.connect({ port: Number(port), host: '127.0.0.1' });
  socket.write(text);
  let responseBytes = 0;
  for await (const chunk of socket) responseBytes += chunk.length;
  return { requestBytes: Buffer.byteLength(text), responseBytes };
}

const asUser = (name: string): { authorization: string } => ({
  authorization: `Basic ${Buffer.from(`${name}:x`).toString('base64')}`,
});

/** The endpoints of a project by their name. */
async function endpointsOf({ client }: World, project: string) {
  const query = { limit: 200, minutes: 60 };
  const { items } = await client.call('listEndpoints', { params: { project }, query });
  return Object.fromEntries(items.map((each) => [each.endpoint, each]));
}

export const sdkRows = {
  async A15(world) {
    const samples: number[] = [];
    const monitor = monitorResources({ intervalMs: 3_600_000, onSample: () => {} });
    monitor.sample();
    const [began, cpu] = [performance.now(), process.cpuUsage()];
    while (performance.now() - began < 200) samples.push(Math.sqrt(samples.length));
    const used = process.cpuUsage(cpu);
    const sample = monitor.sample();
    const own = (100 * (used.user + used.system)) / 1_000 / (performance.now() - began);
    monitor.stop();
    expect(sample.cpuPercent).toBeGreaterThan(own * 0.7);
    expect(sample.cpuPercent).toBeLessThan(own * 1.3);
    expect(sample.rssMb).toBeCloseTo(process.memoryUsage.rss() / 2 ** 20, -2);

    let [running, most] = [0, 0];
    const tries: Record<number, number> = {};
    const seen: number[] = [];
    const work = async (item: number): Promise<number> => {
      most = Math.max(most, ++running);
      tries[item] = (tries[item] ?? 0) + 1;
      await delay(5);
      running--;
      if (item === 13 || (item % 5 === 0 && tries[item] === 1)) throw new Error(`no ${item}`);
      return item * item;
    };
    const items = Array.from({ length: 30 }, (_, at) => at);
    const { values, errors, isComplete } = await parallel(items, work, {
      concurrency: 4,
      retries: 1,
      backoff: { baseMs: 1, maxMs: 2 },
      onProgress: ({ done }) => seen.push(done),
    });
    expect([most, isComplete, seen.at(-1), seen.length]).toEqual([4, true, 30, 30]);
    expect(values).toEqual(items.filter((item) => item !== 13).map((item) => item * item));
    expect(errors).toMatchObject([{ item: 13, error: { message: 'no 13' } }]);
    expect(sum(tries)).toBe(30 + items.filter((item) => item % 5 === 0).length + 1);

    await tell(world, 'a15', [ailing()]);
    const { taskId } = await world.client.call('startTask', {
      body: { type: 'analysis', payload: { project: 'a15' } },
    });
    const until = (task: { endedAt?: string | undefined }) => task.endedAt !== undefined;
    const task = await lastOf(world.client.poll('getTask', { params: { taskId } }, { until, intervalMs: 200 }));
    const params = { project: 'a15', analysisId: String(task.result?.analysisId) };
    const analysis = await world.client.call('getAnalysis', { params });
    expect(analysis.status === 'completed' && analysis.performanceScore).toBeCloseTo(ailingScore, 1);
  },

  async B5() {
    let made = 0;
    const factory = { create: async () => ({ id: ++made }), destroy: async () => {} };
    const pool = genericPool.createPool(factory, { max: 3, min: 1, acquireTimeoutMillis: 50 });
    const monitor = monitorPool(pool, { name: 'b5' });
    const taken = await Promise.all([pool.acquire(), pool.acquire(), pool.acquire()]);
    await expect(pool.acquire()).rejects.toThrow();
    expect(monitor.stats()).toMatchObject({ size: 3, open: made, inUse: 3, timeouts: 1, overflow: made - 1 });
    for (const each of taken) await pool.release(each);
    monitor.stop();
    await pool.drain();
    await pool.clear();

    const database = new DatabaseSync(':memory:');
    database.exec('CREATE TABLE goods (id INTEGER PRIMARY KEY, price INTEGER)');
    let asked = 0;
    const cache = createCache<unknown>({ namespace: 'b5', tiers: [memory()] });
    const query = cachedQuery(cache, {
      query: (text, parameters) => {
        asked++;
        return database.prepare(text).all(...(parameters as number[]));
      },
    });
    let inserts = 0;
    const insert = batch(
      (rows: number[]) => {
        inserts++;
        const values = rows.map(() => '(?)').join(', ');
        database.prepare(`INSERT INTO goods (price) VALUES ${values}`).run(...rows);
        return rows;
      },
      { maxItems: 40 },
    );
    await Promise.all(Array.from({ length: 100 }, (_, at) => insert(at)));
    expect(inserts).toBe(3);
    const count = () => query('SELECT count(*) AS count FROM goods WHERE price < ?', [50]);
    expect([await count(), await count(), await count()]).toEqual(Array(3).fill([{ count: 50 }]));
    expect(asked).toBe(1);
    await query('DELETE FROM goods WHERE price < ?', [10]);
    expect(await count()).toEqual([{ count: 40 }]);
    expect(asked).toBe(3);
    await cache.close();
    database.close();
  },

  async B7() {
    let created = 0;
    const pool = new ObjectPool({ create: () => ({ id: ++created }), maxIdle: 2 });
    const taken = [pool.acquire(), pool.acquire(), pool.acquire()];
    for (const each of taken) pool.release(each);
    for (let at = 0; at < 10; at++) await pool.use(() => {});
    expect(created).toBe(3);
    const cache = createCache<string>({ namespace: 'b7', tiers: [memory()] });
    for (let at = 0; at < 100; at++) await cache.set(`key ${at}`, 'x'.repeat(100));
    const levels: string[] = [];
    // This process has more than that.
    const watch = onPressure({ rssPercent: 1, checkMs: 20 }, ({ level, rssMb }) =>
      levels.push(`${level} ${rssMb > 20}`),
    );
    await expect.poll(() => levels.length, { interval: 20 }).toBeGreaterThan(0);
    watch.stop();
    expect(levels[0]).toMatch(/^(moderate|critical) true$/);
    expect(trimAll(0.5).freedBytes).toBeGreaterThan(0);
    const { tiers } = await cache.stats();
    expect(tiers.memory?.entries).toBeLessThanOrEqual(50);
    expect(tiers.memory?.entries).toBeGreaterThan(30);
    await cache.close();
  },

  async B9() {
    const cache = createCache<unknown>({ namespace: 'b9', tiers: [memory()] });
    let calls = 0;
    const answer = cached(
      async function ask(question: string) {
        calls++;
        await delay(20);
        return `${question}!`;
      },
      { cache, ttlSeconds: 60 },
    );
    const answers = await Promise.all([answer('why'), answer('why'), answer('how'), answer('why')]);
    expect([answers, calls]).toEqual([['why!', 'why!', 'how!', 'why!'], 2]);

    const asked: string[] = [];
    const server = http.createServer((request, response) => {
      asked.push(`${request.url} ${request.headers['if-none-match'] ?? ''}`.trim());
      const isKnown = request.headers['if-none-match'] === '"v1"';
      const maxAge = request.url === '/kept' ? 60 : 0;
      response.writeHead(isKnown ? 304 : 200, { etag: '"v1"', 'cache-control': `max-age=${maxAge}` });
      response.end(isKnown ? undefined : 'body');
    });
    const { port, close } = await listening(server);
    const get = cachedFetch({ cache });
    for (const path of ['/kept', '/kept', '/checked', '/checked']) {
      expect(await (await get(`http://127.0.0.1:${port}${path}`)).text()).toBe('body');
    }
    await close();
    expect(asked).toEqual(['/kept', '/checked', '/checked "v1"']);
    await cache.close();

    let now = 0;
    const limiter = rateLimit({ perSecond: 100, burst: 200, adaptive: { slowMs: 50 }, now: () => now });
    for (let at = 0; at < 30; at++) {
      await limiter.run(() => {
        now += 200;
      });
    }
    expect(limiter.perSecond).toBeLessThan(50);

    let tried = 0;
    const price = breaker(
      () => {
        tried++;
        throw new Error('down');
      },
      { failures: 3, openMs: 60_000 },
    );
    for (let at = 0; at < 3; at++) await expect(price()).rejects.toThrow('down');
    await expect(price()).rejects.toThrow(BreakerOpenError);
    expect([tried, price.state]).toEqual([3, 'open']);
  },

  async C3(world) {
    const orders = ['DE-3', 'DE-1', 'FR-8', 'DE-2', 'FR-4'];
    for (const order of orders) await (await fetch(`${world.shop.address}/order/${order}`)).text();
    await world.shop.counts();
    const text = await (await world.get('/v1/projects/shop/prometheus')).text();
    const families = parsePrometheus(text);
    const family = (name: string) => families.find((each) => each.name.endsWith(name));
    const labelled = (family('orders_total')?.metrics ?? []).map(({ labels, value }) => [
      labels?.country,
      Number(value),
    ]);
    expect(labelled.filter(([country]) => country !== 'DK').toSorted()).toEqual([
      ['DE', 3],
      ['FR', 2],
    ]);
    expect(family('stock_pieces')?.metrics.map(({ value }) => Number(value))).toEqual([96]);
    const params = { project: 'shop' };
    const { items } = await world.client.call('listCustomMetrics', { params, query: { name: 'basket_items' } });
    const pieces = orders.map((order) => Number(order.split('-')[1]));
    expect(items).toMatchObject([{ kind: 'histogram', count: 5, sum: 18, min: 1, max: Math.max(...pieces) }]);
  },

  async C4() {
    const kept: string[][] = [];
    function rememberForEver(): void {
      kept.push(Array.from({ length: 2_000 }, (_, at) => `${kept.length} ${at}`));
    }
    const profile = profileMemory({ seconds: 0.6, warmUpSeconds: 0.1 });
    const timer = setInterval(rememberForEver, 5);
    const { growers, grownBytes, heapUsedMb } = await profile;
    clearInterval(timer);
    expect(growers.length).toBeLessThanOrEqual(10);
    const shares = growers.map(({ grownBytes: bytes }) => bytes);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    // It, or what it calls.
    const places = growers.flatMap((grower) => [grower, ...grower.callers]);
    const own = places.find(({ function: name }) => name === 'rememberForEver');
    expect(own?.file).toContain('sdk-rows');
    expect(own?.line).toBeGreaterThan(0);
    expect(grownBytes).toBeGreaterThan(1e6);
    expect(heapUsedMb.after).toBeGreaterThan(heapUsedMb.before);
  },

  async C6(world) {
    const short = { size: 4, open: 4, inUse: 4, peakInUse: 4, waiting: 6, peakWaiting: 9, timeouts: 3 };
    const start = Date.now() - 60_000;
    const windows = [40_000, 30_000, 20_000].map((ago) =>
      telemetryWindow({
        start: start - ago,
        endpoints: [endpointWindow('GET /', { requests: 50, ms: 200, poolWaitUs: 5_000_000 })],
        queries: [queryWindow('SELECT ?', { endpoint: 'GET /', queries: 50, ms: 5 })],
        pools: [
          poolWindow({ ...short, pool: 'small', waitTime: sketchOf(Array(50).fill(100)) }),
          poolWindow({ pool: 'ample' }),
        ],
      }),
    );
    await tell(world, 'c6', windows);
    const { pools } = await world.client.call('getDatabase', { params: { project: 'c6' } });
    const [small, ample] = ['small', 'ample'].map((name) => pools.find(({ pool }) => pool === name));
    expect(small).toMatchObject({ size: 4, peakWaiting: 9, timeouts: 9, requested: 150 });
    expect(small?.advice.length).toBeGreaterThan(0);
    expect(ample?.advice).toEqual([]);

    const connection = await connectRedis(world.platform.runtime.redisUrl ?? '');
    const cache = createCache<number>({ namespace: 'c6', tiers: [redis({ client: connection })] });
    const keys = Array.from({ length: 100 }, (_, at) => `key ${at}`);
    await cache.setMany(keys.map((key, value) => ({ key, value })));
    const raw = new Redis(world.platform.runtime.redisUrl ?? '');
    const replies = async () => Number(/total_reads_processed:(\d+)/.exec(await raw.info('stats'))?.[1]);
    const before = await replies();
    const values = await cache.getMany(keys);
    const reads = (await replies()) - before;
    raw.disconnect();
    await cache.close();
    expect([...values.values()]).toEqual(keys.map((_, value) => value));
    // In a pipeline, not one after the other.
    expect(reads).toBeLessThan(30);
  },

  async D1(world) {
    const { shop, client } = world;
    const text = 'GET /fail HTTP/1.1\r\nHost: a\r\nAuthorization: Basic YWRhOng=\r\nConnection: close\r\n\r\n';
    const bytes = await exchange(shop.address, text);
    for (const name of ['ada', 'bob']) await fetch(`${shop.address}/fail`, { headers: asUser(name) });
    await shop.counts();
    const params = { project: 'shop' };
    const { items } = await client.call('listErrorRequests', { params, query: { limit: 200 } });
    // The newest first.
    const [bob, ada, raw] = items;
    expect(raw).toMatchObject({ method: 'GET', route: '/fail', url: '/fail', status: 500, ...bytes });
    expect(raw?.memoryMb).toBeGreaterThan(10);
    expect(raw?.responseTimeMs).toBeGreaterThan(0);
    expect(raw?.user).toMatch(/^[0-9a-f]{16}$/);
    expect([ada?.user === raw?.user, bob?.user === raw?.user]).toEqual([true, false]);
    expect(bob?.address).toBe(raw?.address);
    expect(JSON.stringify(items)).not.toContain('127.0.0.1');
    const { items: slow } = await client.call('listSlowRequests', { params, query: { minutes: 60, limit: 200 } });
    expect(Math.max(...slow.map(({ cpuMs = 0 }) => cpuMs))).toBeGreaterThan(0);
  },

  async D2(world) {
    const { shop, client } = world;
    const { result } = await world.shopTest();
    const served = (await shop.counts()).came;
    const endpoints = await endpointsOf(world, 'shop');
    const names = {
      products: 'GET /products/:id',
      best: 'GET /best',
      list: 'GET /list',
      fail: 'GET /fail',
      health: 'GET /health',
    };
    for (const [place, name] of Object.entries(names)) {
      expect(endpoints[name]?.requests ?? 0, name).toBe(served[place] ?? 0);
    }
    expect(endpoints['GET /list']?.queriesPerRequest).toBe(20);
    expect(endpoints['GET /fail']?.errorRatePercent).toBe(100);
    expect(served.list).toBeGreaterThanOrEqual(result?.scenarios.list?.requests ?? 1);
    const query = { minutes: 60 };
    const params = { project: 'shop' };
    const summary = await client.call('getSummary', { params, query });
    expect(summary.totalRequests).toBe(sum(served));
    expect(summary.keyMetrics.errorRatePercent).toBeCloseTo((100 * (served.fail ?? 0)) / sum(served), 1);
    const slow = await client.call('listSlowRequests', { params, query });
    const slowTimes = slow.items.map(({ responseTimeMs }) => responseTimeMs);
    expect(slowTimes).toEqual(slowTimes.toSorted((a, b) => b - a));
    const failed = await client.call('listErrorRequests', { params, query });
    expect(failed.items.every(({ url, status }) => url === '/fail' && status === 500)).toBe(true);
    expect(await world.json('metrics', 'endpoints', '--project', 'shop', '--minutes', '60')).toHaveProperty('items');
  },

  async D4(world) {
    // SQLite, in the service: with its checks, twice a second.
    await world.shop.counts();
    const { pools } = await world.client.call('getDatabase', { params: { project: 'shop' }, query: { minutes: 60 } });
    const shelves = pools.find(({ pool }) => pool === 'shelves');
    expect(shelves).toMatchObject({ system: 'sqlite', size: 1, failedChecks: 0 });
    expect(shelves?.checks).toBeGreaterThan(0);

    const url = new URL(world.platform.runtime.redisUrl ?? '');
    const client = new Redis(url.href);
    const ofRedis = monitorPool(client, { name: 'd4-redis', healthCheckMs: 100 });
    await client.ping();
    await expect.poll(() => ofRedis.stats().checks).toBeGreaterThan(0);
    expect(ofRedis.stats()).toMatchObject({ system: 'redis', size: 1, open: 1, failedChecks: 0 });
    ofRedis.stop();
    client.disconnect();

    const double = await MongodbDouble.start();
    const mongo = new MongoClient(double.url, { maxPoolSize: 2 });
    const ofMongo = monitorPool(mongo, { name: 'd4-mongo', healthCheckMs: 100 });
    await mongo.db().collection('goods').insertOne({ a: 1 });
    const passed = () => ofMongo.stats().checks - ofMongo.stats().failedChecks;
    await expect.poll(passed).toBeGreaterThan(0);
    expect(ofMongo.stats()).toMatchObject({ system: 'mongodb', size: 2 });
    ofMongo.stop();
    await mongo.close();
    await double.close();

    // Nobody is there: callers give up, or are refused.
    const nobody = new pg.Pool({ connectionString: 'postgres://127.0.0.1:1/x', max: 3, connectionTimeoutMillis: 100 });
    const ofPostgres = monitorPool(nobody, { name: 'd4-postgres' });
    await expect(nobody.query('SELECT 1')).rejects.toThrow();
    const { system, size, errors, timeouts } = ofPostgres.stats();
    expect([system, size, errors + timeouts]).toEqual(['postgresql', 3, 1]);
    ofPostgres.stop();
    await nobody.end();
  },

  async D7(world) {
    const { shop, client } = world;
    const { result } = await world.shopTest();
    const served = (await shop.counts()).came;
    const metrics = await client.call('getMetrics', { params: { project: 'shop' }, query: { minutes: 60 } });
    expect(metrics.requests?.totalRequests).toBe(sum(served));
    expect(metrics.requests?.errorRatePercent).toBeCloseTo((100 * (served.fail ?? 0)) / sum(served), 1);
    const { p50ResponseTimeMs = 0, p95ResponseTimeMs = 0, maxResponseTimeMs = 0 } = metrics.requests ?? {};
    expect([p50ResponseTimeMs <= p95ResponseTimeMs, p95ResponseTimeMs <= maxResponseTimeMs]).toEqual([true, true]);
    // Over ten seconds, of which the load test filled five.
    expect(metrics.traffic?.peakRequestsPerSecond).toBeGreaterThanOrEqual((result?.totalRequests ?? 0) / 20);
    expect(metrics.traffic?.peakConcurrentRequests).toBeGreaterThanOrEqual(1);
    expect(metrics.cpu?.maxPercent).toBeGreaterThan(0);
    expect(metrics.memory?.maxMb).toBeGreaterThan(20);
    expect(result?.connections?.opened).toBeGreaterThanOrEqual(1);
    expect(result?.connections?.opened).toBeLessThanOrEqual(result?.totalRequests ?? 0);
    const queries = (served.products ?? 0) + 20 * (served.list ?? 0);
    expect(metrics.database?.totalQueries).toBeGreaterThanOrEqual(queries);
  },

  async E1(world) {
    // Nothing of ours stands in it.
    const file = join(world.directory, 'e1.mjs');
    await writeFile(
      file,
      `import { createServer } from 'node:http';
       createServer((request, response) => response.end('hello'))
         .listen(0, '127.0.0.1', function () { process.send(this.address().port); });`,
    );
    await registerTarget(world.client, 'e1', 1);
    const child = fork(file, {
      env: {
        HEADROOM_URL: world.platform.runtime.apiUrl,
        HEADROOM_API_KEY: world.platform.adminToken,
        HEADROOM_PROJECT: 'e1',
      },
      execArgv: ['--conditions=headroom-source', '--import', 'headroom/register'],
    });
    const [port] = await once(child, 'message');
    for (let at = 0; at < 7; at++) await (await fetch(`http://127.0.0.1:${port}/pages/${at}`)).text();
    child.kill();
    await once(child, 'exit');
    expect((await endpointsOf(world, 'e1'))['GET /pages/:id']?.requests).toBe(7);
  },

  async E2(world) {
    const cache = createCache<unknown>({ namespace: 'e2', tiers: [memory()] });
    const calls = { price: 0, page: 0 };
    const price = cached(async (id: number) => id * ++calls.price, {
      cache,
      name: 'price',
      tags: (id) => [`product:${id}`],
    });
    expect([await price(7), await price(7)]).toEqual([7, 7]);
    const context = {} as never;
    const page = middy(async () => {
      calls.page++;
      return { statusCode: 200, headers: { 'content-type': 'text/plain' }, body: `page ${calls.page}` };
    }).use(cacheResponse({ cache, ttlSeconds: 60 }));
    const ask = async () => ((await page(httpEvent('GET', '/page'), context)) as { body: string }).body;
    expect([await ask(), await ask(), calls.page]).toEqual(['page 1', 'page 1', 1]);
    const change = middy(async () => ({ statusCode: 204 })).use(
      invalidateOnChange({ cache, invalidates: () => ({ tags: ['product:7'] }) }),
    );
    await change({ id: 7 }, context);
    expect([await price(7), calls.price, await ask()]).toEqual([14, 2, 'page 1']);
    await cache.close();
    // In the service, for each order.
    await (await fetch(`${world.shop.address}/order/DK-1`)).text();
    const { order } = (await world.shop.counts()).came;
    const { items } = await world.client.call('listQueries', {
      params: { project: 'shop' },
      query: { minutes: 60, limit: 200 },
    });
    const [bills] = items.filter(({ system }) => system === 'ledger');
    expect(bills).toMatchObject({ fingerprint: 'INSERT INTO bills VALUES (?)', queries: order, rows: order });
  },

  async E3(world) {
    // From 1 to 1,000 ms: the percentiles are known.
    const timesMs = Array.from({ length: 1_000 }, (_, at) => at + 1);
    const window = telemetryWindow({
      start: Date.now() - 60_000,
      endpoints: [endpointWindow('GET /', { timesMs, statuses: { 200: 980, 500: 20 }, failed: 20 })],
      queries: [
        queryWindow('SELECT ?', { endpoint: 'GET /', timesMs: [...Array(90).fill(10), ...Array(10).fill(400)] }),
      ],
      resources: resourceWindow({ rssMb: 123 }),
    });
    const old = telemetryWindow({ start: Date.now() - 20 * 60_000, endpoints: [endpointWindow('GET /old')] });
    await tell(world, 'e3', [window, old]);
    const metrics = await world.client.call('getMetrics', { params: { project: 'e3' }, query: { minutes: 5 } });
    expect(metrics).toMatchObject({
      periodMinutes: 5,
      requests: { totalRequests: 1_000, avgResponseTimeMs: 500.5, errorRatePercent: 2 },
      database: { totalQueries: 100, avgQueryTimeMs: 49, slowQueryCount: 10 },
      memory: { currentMb: 123, maxMb: 123 },
    });
    for (const percentile of [50, 95, 99] as const) {
      const found = metrics.requests?.[`p${percentile}ResponseTimeMs`] ?? 0;
      expect(Math.abs(found / (10 * percentile) - 1), `p${percentile}`).toBeLessThan(0.01);
    }
    const all = await world.client.call('getMetrics', { params: { project: 'e3' }, query: { minutes: 30 } });
    expect(all.requests?.totalRequests).toBe(1_100);
  },
} satisfies Record<string, Row>;
