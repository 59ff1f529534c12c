import { once } from 'node:events';
import {
  Agent,
  createServer,
  globalAgent as hostsAgent,
  get as httpGet,
  type IncomingMessage,
  type RequestListener,
  Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import express from 'express';
import fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../lib/cache/library/clock.ts';
import type { LiveSettings } from '../../../lib/contracts/live-settings.ts';
import { createCache } from '../../../lib/sdk/cache.ts';
import { type EffectLoaders, SettingEffects } from '../../../lib/sdk/live-settings/effects.ts';
import { loadersWith } from '../../../lib/sdk/live-settings/follow-settings.ts';
import { addTrimmable } from '../../../lib/sdk/memory/trimmables.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';
import { ChangingSampling } from '../../../lib/sdk/telemetry/sampling.ts';
import { windowSources } from '../../../lib/sdk/telemetry/sources.ts';

/** Not in Node's types, though `keepAlive` is what it goes by. */
const globalAgent = hostsAgent as Agent & { keepAlive: boolean };
const sampling = new ChangingSampling({ flushMs: 10_000, slowRequests: 10 });
const printed: string[] = [];
const loaders: EffectLoaders = loadersWith(sampling);
const effects = new SettingEffects(loaders, new OwnErrors((message) => printed.push(message)));
const set = async (settings: LiveSettings): Promise<void> => {
  await effects.prepare(settings);
  effects.apply(settings);
};

const closing: (() => unknown)[] = [];
afterEach(async () => {
  effects.apply({});
  for (const close of closing.splice(0)) await close();
  expect(printed.splice(0)).toEqual([]);
  // Nothing is left on the way of requests.
  expect(Object.hasOwn(Server.prototype, 'emit')).toBe(false);
});

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
const serve = (listener: RequestListener): Promise<string> => listen(createServer(listener));

interface Got {
  status: number;
  headers: IncomingMessage['headers'];
  bytes: Buffer;
  text: string;
}

/** Not `fetch`, which sends fields of its own and decodes by itself. */
const ask = (url: string, headers: Record<string, string> = {}, method = 'GET', agent?: Agent): Promise<Got> =>
  new Promise((resolve, reject) => {
    const sent = httpGet(url, { headers, method, ...(agent && { agent }) }, async (response) => {
      try {
        const bytes = Buffer.concat(await response.toArray());
        const isPacked = response.headers['content-encoding'] === 'gzip' && bytes.length > 0;
        const text = (isPacked ? gunzipSync(bytes) : bytes).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, bytes, text });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', reject);
  });

describe('caching of answers', () => {
  const caching = (endpoint: string, more = {}): LiveSettings => ({
    responseCaching: [{ endpoint, ttlSeconds: 60, staleWhileRevalidateSeconds: 0, ...more }],
  });

  /** Tells each time how often it was asked. */
  function counting(
    head: (asked: IncomingMessage) => Record<string, string> = () => ({}),
  ): [RequestListener, () => number] {
    let asked = 0;
    const listener: RequestListener = (request, response) => {
      response.writeHead(200, { 'content-type': 'text/plain', ...head(request) }).end(`${++asked}`);
    };
    return [listener, () => asked];
  }

  it('begins and ends while the service runs, for its endpoint alone', async () => {
    const [listener] = counting();
    const url = await serve(listener);
    expect((await ask(`${url}/items/17`)).text).toBe('1');
    await set(caching('GET /items/:id'));
    expect((await ask(`${url}/items/17`)).headers['cache-status']).toMatch(/fwd=uri-miss/);
    const hit = await ask(`${url}/items/17`);
    expect([hit.text, hit.headers['cache-status']]).toEqual(['2', expect.stringMatching(/^headroom; hit/)]);
    expect((await ask(`${url}/items/17`, {}, 'HEAD')).headers['content-length']).toBe('1');
    expect((await ask(`${url}/others`)).text).toBe('3');
    expect((await ask(`${url}/others`)).text).toBe('4');
    await set({});
    expect((await ask(`${url}/items/17`)).text).toBe('5');
    // What was kept before is not served again: nobody saw what changed meanwhile.
    await set(caching('GET /items/:id'));
    expect((await ask(`${url}/items/17`)).text).toBe('6');
  });

  it.each([
    ['whose caller is known', { authorization: 'Bearer x' }, {}],
    ['with cookies', { cookie: 'a=b' }, {}],
    ['with a field that only the service understands', { 'x-tenant': 'one' }, {}],
    ['that set cookies', {}, { 'set-cookie': 'a=b' }],
    ['that are private', {}, { 'cache-control': 'private' }],
    ['that nobody may store', {}, { 'cache-control': 'no-store' }],
    ['that must be asked for', {}, { 'cache-control': 'no-cache' }],
    ['that vary by everything', {}, { vary: '*' }],
  ])('leaves alone answers %s', async (_, sent, head) => {
    const [listener, asked] = counting(() => head);
    const url = await serve(listener);
    await set(caching('GET /items/:id'));
    await ask(`${url}/items/1`, sent);
    await ask(`${url}/items/1`, sent);
    expect(asked()).toBe(2);
  });

  it('keeps answers apart that vary, and none but 200', async () => {
    const [listener, asked] = counting(() => ({ vary: 'accept-language' }));
    const url = await serve(listener);
    await set(caching('GET /items/:id'));
    for (const language of ['de', 'fr', 'de', 'fr']) await ask(`${url}/items/1`, { 'accept-language': language });
    expect(asked()).toBe(2);
    let failures = 0;
    const failing = await serve((_, response) => response.writeHead(404).end(`${++failures}`));
    await ask(`${failing}/items/1`);
    expect((await ask(`${failing}/items/1`)).text).toBe('2');
  });

  it('is made by one for all who ask at the same time, and forgotten when the URL is changed', async () => {
    let asked = 0;
    let go = (): void => {};
    const url = await serve((request, response) => {
      if (request.method === 'PUT') return response.writeHead(204).end();
      asked++;
      go = () => response.end(`${asked}`);
      if (asked > 1) go();
      return response;
    });
    await set(caching('GET /items/:id'));
    const all = Array.from({ length: 5 }, () => ask(`${url}/items/1`));
    await expect.poll(() => asked).toBe(1);
    go();
    expect((await Promise.all(all)).map(({ text }) => text)).toEqual(['1', '1', '1', '1', '1']);
    await ask(`${url}/items/1`, {}, 'PUT');
    expect((await ask(`${url}/items/1`)).text).toBe('2');
  });

  it('knows endpoints as the framework routes them: Express', async () => {
    let asked = 0;
    const app = express();
    app.get('/products/new', (_, response) => response.json(++asked));
    app.get('/products/:name', (_, response) => response.json(++asked));
    const url = await serve(app);
    await set(caching('GET /products/:name'));
    await ask(`${url}/products/chair`);
    expect((await ask(`${url}/products/chair`)).text).toBe('1');
    await ask(`${url}/products/new`);
    expect((await ask(`${url}/products/new`)).text).toBe('3');
  });

  it('works in front of Fastify, which sends its answers in its own way', async () => {
    let asked = 0;
    const app = fastify();
    app.get('/products/17', async () => ({ asked: ++asked }));
    await app.listen({ port: 0, host: '127.0.0.1' });
    closing.push(() => app.close());
    const url = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
    // Without what watches it, the path has to do.
    await set({ ...caching('GET /products/:id'), compression: { aboveBytes: 0 } });
    await ask(`${url}/products/17`);
    const hit = await ask(`${url}/products/17`, { 'accept-encoding': 'gzip' });
    expect([hit.text, hit.headers['content-encoding']]).toEqual(['{"asked":1}', 'gzip']);
  });
});

describe('compression', () => {
  const long = 'headroom '.repeat(500);
  const gzip = { 'accept-encoding': 'gzip, br;q=0.5' };

  it.each<[string, RequestListener]>([
    ['given at once', (_, response) => response.setHeader('content-type', 'text/html').end(long)],
    ['after its head', (_, response) => response.writeHead(200, 'Fine', { 'Content-Type': 'text/html' }).end(long)],
    [
      'with its length',
      (_, response) =>
        response.writeHead(200, ['content-type', 'text/html', 'content-length', String(long.length)]).end(long),
    ],
    [
      'in pieces',
      (_, response) => {
        response.setHeader('content-type', 'application/problem+json; charset=utf-8');
        response.write(long.slice(0, 10));
        response.write(Buffer.from(long.slice(10)));
        response.end();
      },
    ],
  ])('packs text %s, and no longer when it is taken back', async (_, listener) => {
    const url = await serve(listener);
    expect((await ask(url, gzip)).headers).not.toHaveProperty('content-encoding');
    await set({ compression: { aboveBytes: 1_000 } });
    const { text, bytes, headers, status } = await ask(url, gzip);
    expect([status, text]).toEqual([200, long]);
    expect(headers).toMatchObject({ 'content-encoding': 'gzip', vary: 'Accept-Encoding' });
    expect(bytes.length).toBeLessThan(500);
    const plain = await ask(url);
    expect([plain.text, plain.headers['content-encoding'], plain.headers.vary]).toEqual([
      long,
      undefined,
      'Accept-Encoding',
    ]);
    await set({});
    expect((await ask(url, gzip)).headers).not.toHaveProperty('content-encoding');
  });

  it.each<[string, RequestListener, string?]>([
    ['is short', (_, response) => response.setHeader('content-type', 'text/html').end('short')],
    ['is no text', (_, response) => response.setHeader('content-type', 'image/png').end(long)],
    ['says nothing of what it is', (_, response) => response.end(long)],
    ['is events', (_, response) => response.setHeader('content-type', 'text/event-stream').end(long)],
    [
      'is encoded',
      (_, response) =>
        response.writeHead(200, { 'content-type': 'text/html', 'content-encoding': 'identity' }).end(long),
    ],
    [
      'is not to be changed',
      (_, response) =>
        response.writeHead(200, { 'content-type': 'text/html', 'cache-control': 'no-transform' }).end(long),
    ],
    [
      'is a part',
      (_, response) =>
        response.writeHead(206, { 'content-type': 'text/html', 'content-range': 'bytes 0-4499/9000' }).end(long),
    ],
    ['has no body', (_, response) => response.writeHead(304, { 'content-type': 'text/html' }).end()],
  ])('leaves as it is what %s', async (_, listener) => {
    const url = await serve(listener);
    const { 'content-encoding': before, ...head } = (await ask(url, gzip)).headers;
    await set({ compression: { aboveBytes: 1_000 } });
    const after = await ask(url, gzip);
    expect(after.headers['content-encoding']).toBe(before);
    expect(Object.keys(after.headers)).toEqual(
      expect.arrayContaining(Object.keys(head).filter((n) => n !== 'transfer-encoding')),
    );
  });

  it('answers HEAD as before, calls back, and weakens the tag of what it changes', async () => {
    let called = 0;
    const url = await serve((_, response) => {
      response.setHeader('etag', '"one"');
      response.setHeader('content-type', 'text/plain');
      response.end(long, () => called++);
    });
    await set({ compression: { aboveBytes: 0 } });
    expect((await ask(url, gzip)).headers.etag).toBe('W/"one"');
    expect(called).toBe(1);
    expect(await ask(url, gzip, 'HEAD')).toMatchObject({ status: 200, text: '' });
  });

  it('passes on large answers that are read slowly, whole', async () => {
    const piece = Buffer.from(Array.from({ length: 64_000 }, (_, i) => 97 + ((i * i) % 26)));
    const url = await serve(async (_, response) => {
      response.setHeader('content-type', 'text/plain');
      for (let i = 0; i < 100; i++) if (!response.write(piece)) await once(response, 'drain');
      response.end();
    });
    await set({ compression: { aboveBytes: 0 } });
    expect((await ask(url, gzip)).text.length).toBe(6_400_000);
  });
});

it('lets so many requests in, has others wait in line, and refuses what is beyond', async () => {
  const held: (() => void)[] = [];
  const url = await serve((_, response) => held.push(() => response.end('done')));
  await set({ concurrency: { maxRequests: 1, maxWaiting: 1 } });
  const first = ask(url);
  await expect.poll(() => held.length).toBe(1);
  const second = ask(url);
  await expect.poll(async () => (await ask(url)).status).toBe(503);
  const refused = await ask(url);
  expect(refused.headers).toMatchObject({ 'retry-after': '1', 'cache-control': 'no-store' });
  expect(held).toHaveLength(1);
  held.shift()?.();
  expect((await first).text).toBe('done');
  await expect.poll(() => held.length).toBe(1);
  const third = ask(url);
  await expect.poll(async () => (await ask(url)).status).toBe(503);
  // Taken back, all go in.
  await set({});
  await expect.poll(() => held.length).toBe(2);
  const fourth = ask(url);
  await expect.poll(() => held.length).toBe(3);
  for (const release of held) release();
  expect((await Promise.all([second, third, fourth])).map(({ text }) => text)).toEqual(['done', 'done', 'done']);
});

it('keeps connections for longer, and for as long as before', async () => {
  const server = createServer((_, response) => response.end('done'));
  server.keepAliveTimeout = 3_000;
  const url = await listen(server);
  const agent = new Agent({ keepAlive: true });
  closing.push(() => agent.destroy());
  const before = globalAgent.keepAlive;
  await set({ keepAlive: { incomingSeconds: 30, outgoing: !before } });
  expect(globalAgent.keepAlive).toBe(!before);
  await ask(url, {}, 'GET', agent);
  expect(server.keepAliveTimeout).toBe(30_000);
  expect((await ask(url, {}, 'GET', agent)).headers['keep-alive']).toBe('timeout=30');
  await set({ keepAlive: { incomingSeconds: 60 } });
  expect([server.keepAliveTimeout, globalAgent.keepAlive]).toEqual([60_000, before]);
  await set({});
  expect((await ask(url, {}, 'GET', agent)).headers['keep-alive']).toBe('timeout=3');
});

it('changes how long caches keep things, how much, and how early they refresh', async () => {
  const time = { now: 1_000_000 };
  const cache = createCache<string>({
    namespace: 'live',
    clock: { ...systemClock, now: () => time.now },
  });
  closing.push(() => cache.close());
  const ttlMs = async (key: string): Promise<number> => {
    await cache.set(key, 'x'.repeat(1_000), { ttlSeconds: 10 });
    const hit = await cache.lookup(key);
    return (hit?.freshUntil ?? 0) - time.now;
  };
  expect(await ttlMs('a')).toBe(10_000);
  await set({ ttlMultiplier: 3 });
  expect(await ttlMs('b')).toBe(30_000);
  await set({ cachePolicy: { maxEntries: 1 } });
  expect(cache.figures().memory?.entries).toBe(1);
  expect(await ttlMs('c')).toBe(10_000);
  expect(cache.figures().memory?.entries).toBe(1);
  await set({});
  await ttlMs('d');
  expect(cache.figures().memory?.entries).toBe(2);
});

it('trims caches when memory reaches the level that is set, until it is taken back', async () => {
  const pressure = (): unknown =>
    [...windowSources]
      .flatMap((source) => source.close().metrics ?? [])
      .flatMap((metric) =>
        metric.name === 'headroom_memory_pressure' && metric.kind === 'gauge' ? [metric.last] : [],
      )[0];
  const whenTrimmed = new Promise((resolve) => {
    closing.push(addTrimmable({ trim: () => resolve('trimmed') }));
  });
  // Any process is beyond a thousandth of a percent of its memory.
  await set({ memory: { trimAtPercent: 0.001, collectGarbage: false } });
  expect(await whenTrimmed).toBe('trimmed');
  expect(pressure()).toBe(1);
  await set({});
  expect(pressure()).toBe(0);
});

it('changes what is kept of requests, and how often it is sent', async () => {
  await set({ sampling: { slowRequests: 3 } });
  expect(sampling.now).toEqual({ flushMs: 10_000, slowRequests: 3 });
  await set({ sampling: { flushSeconds: 30 } });
  expect(sampling.now).toEqual({ flushMs: 30_000, slowRequests: 10 });
  await set({});
  expect(sampling.now).toEqual({ flushMs: 10_000, slowRequests: 10 });
});
