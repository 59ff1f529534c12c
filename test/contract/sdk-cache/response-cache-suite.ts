import { once } from 'node:events';
import http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cache } from '../../../lib/cache/library/cache.ts';
import type { CacheClock } from '../../../lib/cache/library/clock.ts';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import type { ResponseCacheOptions } from '../../../lib/sdk/middleware/response-cache-options.ts';

/** A request as every framework can say it. */
export interface HandledRequest {
  method: string;
  /** Path and query. */
  target: string;
  header(name: string): string | undefined;
}

/** What a handler answers; a body that comes in pieces is sent as a stream. */
export interface Reply {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array | AsyncIterable<Uint8Array>;
}

export type Handler = (request: HandledRequest) => Reply | Promise<Reply>;

export interface Served {
  url: string;
  close(): Promise<void>;
}

/** A framework with the cache in front of a handler, at a port of its own. */
export interface Host {
  name: string;
  serve(options: ResponseCacheOptions, handler: Handler): Promise<Served>;
  /** Whether bodies pass through piece by piece. */
  streams: boolean;
}

/** Goes on only when it is told to. */
class ShiftedClock implements CacheClock {
  shiftMs = 0;
  now = (): number => Date.now() + this.shiftMs;
  monotonic = (): number => performance.now() + this.shiftMs;
  after(ms: number, callback: () => void): () => void {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  }
}

/** Without a word of its own, `fetch` asks with `no-cache` whenever a condition is given. */
const conditional = { 'cache-control': 'max-age=1000' };
const forAMinute = { 'cache-control': 'max-age=60' };
const signal = (): { promise: Promise<void>; give: () => void } => {
  let give = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { promise, give };
};

export function responseCacheSuite({ name, serve, streams }: Host): void {
  const closing: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) await close();
  });

  const start = async (handler: Handler, options: Partial<ResponseCacheOptions> = {}) => {
    const clock = new ShiftedClock();
    const cache: Cache<unknown> = options.cache ?? createCache<unknown>({ namespace: 'shop', clock });
    let calls = 0;
    const errors: unknown[] = [];
    const served = await serve(
      { cache, now: clock.now, onError: (error) => errors.push(error), ...options },
      (request) => {
        calls++;
        return handler(request);
      },
    );
    closing.push(served.close);
    const ask = async (target = '/', init: RequestInit = {}) => {
      const response = await fetch(`${served.url}${target}`, { redirect: 'manual', ...init });
      const body = Buffer.from(await response.arrayBuffer());
      const status = response.headers.get('cache-status') ?? '';
      return { response, status: response.status, body, text: body.toString(), cacheStatus: status };
    };
    return { ...served, ask, cache, clock, errors, calls: () => calls };
  };

  describe(`The response cache in ${name}`, () => {
    it('answers the second time from the cache, with the age', async () => {
      const { ask, calls, clock } = await start(() => ({
        headers: { ...forAMinute, 'content-type': 'text/plain', 'x-kind': 'greeting' },
        body: 'hello',
      }));
      const first = await ask();
      expect([first.status, first.text, first.response.headers.get('age')]).toEqual([200, 'hello', null]);
      expect(first.cacheStatus).toMatch(/^headroom; fwd=uri-miss/);
      clock.shiftMs += 5_000;
      const second = await ask();
      expect([second.status, second.text]).toEqual([200, 'hello']);
      expect(Number(second.response.headers.get('age'))).toBeGreaterThanOrEqual(5);
      expect(second.response.headers.get('x-kind')).toBe('greeting');
      expect(second.response.headers.get('content-length')).toBe('5');
      expect(second.response.headers.get('content-type')).toMatch(/^text\/plain/);
      expect(second.cacheStatus).toMatch(/^headroom; hit; ttl=5\d$/);
      expect(calls()).toBe(1);
      clock.shiftMs += 60_000;
      expect((await ask()).cacheStatus).toMatch(/fwd=(uri-miss|stale)/);
      expect(calls()).toBe(2);
    });

    it('keeps bytes as they are, and bodies that came in pieces whole', async () => {
      const bytes = Uint8Array.from({ length: 100_000 }, (_, at) => (at * 7) % 256);
      async function* pieces() {
        for (let at = 0; at < bytes.length; at += 9_999) yield bytes.subarray(at, at + 9_999);
      }
      const { ask, calls } = await start(() => ({ headers: forAMinute, body: pieces() }));
      expect((await ask()).body.equals(bytes)).toBe(true);
      expect((await ask()).body.equals(bytes)).toBe(true);
      expect(calls()).toBe(1);
    });

    it.each<[string, Record<string, string>]>([
      ['says nothing of how long it serves', {}],
      ['is private', { 'cache-control': 'private, max-age=60' }],
      ['is not to be stored', { 'cache-control': 'max-age=60, no-store' }],
      ['is to be checked every time', { 'cache-control': 'no-cache, max-age=60' }],
      ['sets a cookie', { ...forAMinute, 'set-cookie': 'session=1' }],
      ['varies by everything', { ...forAMinute, vary: '*' }],
      ['has expired', { expires: '0' }],
    ])('does not store an answer that %s', async (_, headers) => {
      let made = 0;
      const { ask } = await start(() => ({ headers, body: `answer ${++made}` }), { passSeconds: 0 });
      expect((await ask()).text).toBe('answer 1');
      expect((await ask()).text).toBe('answer 2');
    });

    it.each(['authorization', 'cookie', 'x-api-key'])('answers and stores nothing for who sends %s', async (field) => {
      let made = 0;
      const { ask } = await start(({ header }) => ({ headers: forAMinute, body: `${header(field)} ${++made}` }));
      const asUser = { headers: { [field]: 'alice=1' } };
      expect((await ask('/', asUser)).text).toBe('alice=1 1');
      expect((await ask('/', asUser)).text).toBe('alice=1 2');
      expect((await ask()).text).toBe('undefined 3');
      expect((await ask()).text).toBe('undefined 3');
      const last = await ask('/', asUser);
      expect(last.text).toBe('alice=1 4');
      expect(last.cacheStatus).toBe('headroom; fwd=bypass; detail=credentials');
    });

    it('keeps an answer for each value of what it varies by', async () => {
      const { ask, calls } = await start(({ header }) => ({
        headers: { ...forAMinute, vary: 'Accept-Language' },
        body: `in ${header('accept-language')}`,
      }));
      const inLanguage = (language: string) => ask('/', { headers: { 'accept-language': language } });
      for (let round = 0; round < 2; round++) {
        for (const language of ['de', 'en', 'fr']) expect((await inLanguage(language)).text).toBe(`in ${language}`);
      }
      expect(calls()).toBe(3);
    });

    it('answers HEAD from what it has for GET', async () => {
      const { ask, calls } = await start(() => ({ headers: forAMinute, body: 'hello' }));
      await ask();
      const head = await ask('/', { method: 'HEAD' });
      expect([head.status, head.text, head.response.headers.get('content-length')]).toEqual([200, '', '5']);
      expect(head.cacheStatus).toMatch(/hit/);
      expect(calls()).toBe(1);
    });

    it('lets the handler answer HEAD when it has nothing, and stores nothing', async () => {
      const { ask, calls } = await start(() => ({ headers: forAMinute, body: 'hello' }));
      expect((await ask('/', { method: 'HEAD' })).text).toBe('');
      expect((await ask()).text).toBe('hello');
      expect(calls()).toBe(2);
    });

    it('answers 304 to who has it already, from the cache and from the handler', async () => {
      const { ask, calls } = await start(({ header }) => ({
        headers: { ...forAMinute, etag: '"v1"', 'x-seen': String(header('if-none-match')) },
        body: 'hello',
      }));
      const known = { headers: { ...conditional, 'if-none-match': 'W/"v1", "v0"' } };
      const first = await ask('/', known);
      expect([first.status, first.text, first.response.headers.get('etag')]).toEqual([304, '', '"v1"']);
      // It made the whole answer, which is there for others now.
      expect(first.response.headers.get('x-seen')).toBe('undefined');
      const other = await ask();
      expect([other.status, other.text]).toEqual([200, 'hello']);
      const again = await ask('/', known);
      expect([again.status, again.text]).toEqual([304, '']);
      expect(again.response.headers.get('content-length')).toBeNull();
      expect(calls()).toBe(1);
    });

    it('gives what it stores a validator of its own', async () => {
      const { ask, calls } = await start(() => ({ headers: forAMinute, body: 'hello' }));
      await ask();
      const etag = (await ask()).response.headers.get('etag') ?? '';
      expect((await ask('/', { headers: { ...conditional, 'if-none-match': etag } })).status).toBe(304);
      expect(calls()).toBe(1);
    });

    it('asks the handler once for all who ask the same at the same time', async () => {
      const gate = signal();
      const { ask, calls } = await start(async () => {
        await gate.promise;
        return { headers: forAMinute, body: 'for all' };
      });
      const asked = Array.from({ length: 20 }, () => ask());
      await expect.poll(calls).toBe(1);
      gate.give();
      const answers = await Promise.all(asked);
      expect(new Set(answers.map(({ text }) => text))).toEqual(new Set(['for all']));
      expect(calls()).toBe(1);
    });

    it.each<[string, Record<string, string>]>([
      ['private', { 'cache-control': 'private, max-age=60' }],
      ['with a cookie', { ...forAMinute, 'set-cookie': 'session=1' }],
    ])('gives no waiting request an answer that turns out to be %s', async (_, headers) => {
      const gate = signal();
      let made = 0;
      const { ask, calls } = await start(async () => {
        const mine = ++made;
        if (mine === 1) await gate.promise;
        return { headers, body: `for request ${mine}` };
      });
      const asked = Array.from({ length: 10 }, () => ask());
      await expect.poll(calls).toBe(1);
      gate.give();
      const texts = (await Promise.all(asked)).map(({ text }) => text);
      expect(new Set(texts).size).toBe(10);
      // For a while nobody waits any more.
      expect((await ask()).cacheStatus).toMatch(/fwd=bypass/);
    });

    it('lets nobody wait for the body of an answer that will not be shared', async () => {
      if (!streams) return;
      const gate = signal();
      async function* slow() {
        yield Buffer.from('begin');
        await gate.promise;
      }
      let made = 0;
      const { ask, url } = await start(() =>
        ++made === 1 ? { headers: { 'cache-control': 'private' }, body: slow() } : { body: 'quick' },
      );
      const first = await fetch(url);
      expect((await ask()).text).toBe('quick');
      gate.give();
      expect(await first.text()).toBe('begin');
    });

    it('passes large bodies through and does not keep them', async () => {
      const body = Buffer.alloc(300_000, 'x');
      const { ask, calls } = await start(() => ({ headers: forAMinute, body }), { maxBodyBytes: 100_000 });
      for (let round = 1; round <= 2; round++) {
        expect((await ask()).body.equals(body)).toBe(true);
        expect(calls()).toBe(round);
      }
    });

    it('stores nothing of a handler that fails', async () => {
      let made = 0;
      const { ask } = await start(() => {
        if (++made === 1) throw new Error('out of order');
        return { headers: forAMinute, body: 'fine' };
      });
      expect((await ask()).status).toBe(500);
      expect((await ask()).text).toBe('fine');
      expect((await ask()).text).toBe('fine');
      expect(made).toBe(2);
    });

    it('stores no answer that was cut off', async () => {
      if (!streams) return;
      let made = 0;
      async function* broken() {
        yield Buffer.from('begin');
        throw new Error('the connection to the database was lost');
      }
      const { ask } = await start(() => ({ headers: forAMinute, body: ++made === 1 ? broken() : 'whole' }));
      await expect(ask()).rejects.toThrow();
      expect((await ask()).text).toBe('whole');
      expect(made).toBe(2);
    });

    it('stores nothing when the client goes away, and lets others not wait for it', async () => {
      if (!streams) return;
      const gate = signal();
      const begun = signal();
      let made = 0;
      async function* slow() {
        yield Buffer.from('begin');
        begun.give();
        await gate.promise;
        yield Buffer.from('end');
      }
      const { ask, url, calls } = await start(() => ({ headers: forAMinute, body: ++made === 1 ? slow() : 'whole' }));
      const request = http.get(url);
      const [response] = (await once(request, 'response')) as [http.IncomingMessage];
      await begun.promise;
      const waiting = ask();
      response.on('error', () => undefined);
      request.on('error', () => undefined);
      request.destroy();
      expect((await waiting).text).toBe('whole');
      gate.give();
      expect((await ask()).text).toBe('whole');
      expect(calls()).toBe(2);
    });

    it('forgets a URL when a change of it succeeds, before the client hears of it', async () => {
      let stock = 3;
      const { ask } = await start(({ method }) => {
        if (method === 'DELETE') return { status: 409, body: 'no' };
        if (method !== 'GET') stock--;
        return { headers: forAMinute, body: `${stock} left` };
      });
      expect((await ask('/items?id=1')).text).toBe('3 left');
      expect((await ask('/items?id=1', { method: 'DELETE' })).status).toBe(409);
      expect((await ask('/items?id=1')).cacheStatus).toMatch(/hit/);
      expect((await ask('/items?id=1', { method: 'POST', body: 'one' })).text).toBe('2 left');
      expect((await ask('/items?id=1')).text).toBe('2 left');
      expect((await ask('/items?id=1')).cacheStatus).toMatch(/hit/);
    });

    it('invalidates what a change says that it makes stale', async () => {
      let name = 'old';
      const { ask } = await start(
        ({ method }) => {
          if (method === 'PUT') name = 'new';
          return { headers: forAMinute, body: name };
        },
        { tags: () => ['names'], invalidates: () => ({ tags: ['names'] }) },
      );
      expect((await ask('/list')).text).toBe('old');
      await ask('/item', { method: 'PUT' });
      expect((await ask('/list')).text).toBe('new');
    });

    it('stores nothing that a change has overtaken', async () => {
      let stock = 3;
      const gate = signal();
      const { ask, calls } = await start(async ({ method, target }) => {
        if (method === 'POST') {
          stock--;
          return { body: 'done' };
        }
        const read = stock;
        if (target === '/items' && read === 3) await gate.promise;
        return { headers: forAMinute, body: `${read} left` };
      });
      const reading = ask('/items');
      await expect.poll(calls).toBe(1);
      await ask('/items', { method: 'POST' });
      gate.give();
      expect((await reading).text).toBe('3 left');
      expect((await ask('/items')).text).toBe('2 left');
    });

    it('serves stale while one request makes it anew', async () => {
      const gate = signal();
      let made = 0;
      const { ask, clock, calls } = await start(async () => {
        const mine = ++made;
        if (mine === 2) await gate.promise;
        return { headers: { 'cache-control': 'max-age=10, stale-while-revalidate=60' }, body: `version ${mine}` };
      });
      await ask();
      clock.shiftMs += 20_000;
      const revalidating = ask();
      await expect.poll(calls).toBe(2);
      const meanwhile = await ask();
      expect(meanwhile.text).toBe('version 1');
      expect(meanwhile.cacheStatus).toBe('headroom; hit; ttl=-11');
      gate.give();
      const anew = await revalidating;
      expect([anew.text, anew.cacheStatus]).toEqual(['version 2', expect.stringMatching(/^headroom; fwd=stale/)]);
      expect((await ask()).text).toBe('version 2');
      expect(calls()).toBe(2);
    });

    it.each(['throws', 'answers 503'])('serves stale when the handler %s, while that is allowed', async (how) => {
      let isBroken = false;
      const { ask, clock } = await start(() => {
        if (isBroken && how === 'throws') throw new Error('out of order');
        if (isBroken) return { status: 503, body: 'out of order' };
        return { headers: { 'cache-control': 'max-age=10, stale-if-error=60' }, body: 'good' };
      });
      await ask();
      isBroken = true;
      clock.shiftMs += 20_000;
      for (let round = 0; round < 2; round++) {
        const stale = await ask();
        expect([stale.status, stale.text]).toEqual([200, 'good']);
        expect(stale.cacheStatus).toMatch(/^headroom; fwd=stale; detail=/);
      }
      clock.shiftMs += 60_000;
      expect((await ask()).status).toBeGreaterThanOrEqual(500);
    });

    it('heeds what clients ask of its freshness', async () => {
      let made = 0;
      const { ask, clock } = await start(() => ({ headers: forAMinute, body: `version ${++made}` }));
      const asking = (directive: string) => ask('/', { headers: { 'cache-control': directive } });
      expect((await asking('only-if-cached')).status).toBe(504);
      expect((await ask()).text).toBe('version 1');
      expect((await asking('only-if-cached')).text).toBe('version 1');
      expect((await asking('no-cache')).text).toBe('version 2');
      expect((await ask()).text).toBe('version 2');
      clock.shiftMs += 20_000;
      expect((await asking('max-age=30')).text).toBe('version 2');
      expect((await asking('max-age=10')).text).toBe('version 3');
      expect((await asking('no-store')).text).toBe('version 4');
      expect((await ask()).text).toBe('version 3');
    });

    it('passes requests for a part of an answer on', async () => {
      const { ask, calls } = await start(() => ({ headers: forAMinute, body: 'hello' }));
      await ask();
      expect((await ask('/', { headers: { range: 'bytes=0-1' } })).cacheStatus).toBe(
        'headroom; fwd=bypass; detail=range',
      );
      expect(calls()).toBe(2);
    });

    it('lets the handler answer when a callback of the options throws, and says so', async () => {
      const { ask, errors } = await start(() => ({ headers: forAMinute, body: 'hello' }), {
        skip: ({ target }) => {
          if (target === '/skip') throw new Error('skip failed');
          return false;
        },
        tags: () => {
          throw new Error('tags failed');
        },
      });
      for (const target of ['/skip', '/tags', '/tags']) expect((await ask(target)).text).toBe('hello');
      expect(errors.map((error) => (error instanceof Error ? error.message : ''))).toEqual([
        'skip failed',
        'tags failed',
      ]);
    });

    it('stores by the TTL of its options what may be stored and says nothing', async () => {
      const { ask, calls } = await start(({ target }) => ({ status: target === '/none' ? 404 : 200, body: 'x' }), {
        ttlSeconds: 30,
      });
      for (const target of ['/none', '/none', '/some', '/some']) await ask(target);
      expect(calls()).toBe(2);
    });
  });
}
