import { once } from 'node:events';
import http from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import { type CachedFetchOptions, cachedFetch } from '../../../lib/sdk/cache/cached-fetch.ts';
import { listening } from '../../support/listening.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function start(
  answer: (request: http.IncomingMessage, response: http.ServerResponse) => void,
  options: Partial<CachedFetchOptions> = {},
) {
  const requests: http.IncomingMessage[] = [];
  const server = http.createServer((request, response) => {
    requests.push(request);
    request.resume();
    // The clock of the test goes before that of the server.
    response.sendDate = false;
    answer(request, response);
  });
  const { port, close } = await listening(server);
  closing.push(close);
  const clock = { shiftMs: 0 };
  const now = () => Date.now() + clock.shiftMs;
  const cache = createCache<unknown>({
    namespace: 'shop',
    clock: {
      now,
      monotonic: () => performance.now(),
      after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
  });
  const fetchCached = cachedFetch({ cache, now, ...options });
  const url = `http://127.0.0.1:${port}`;
  const text = async (target = '/', init?: RequestInit) => {
    const body = await (await fetchCached(`${url}${target}`, init)).text();
    await fetchCached.settled();
    return body;
  };
  return { url, requests, clock, cache, fetchCached, text };
}

const forAMinute = { 'cache-control': 'max-age=60' };

describe('cachedFetch', () => {
  it('is used as fetch is, and keeps what may be kept', async () => {
    let made = 0;
    const { url, text, fetchCached, requests } = await start((_, response) => {
      response.writeHead(200, 'Fine', { ...forAMinute, 'content-type': 'text/plain' }).end(`answer ${++made}`);
    });
    const first = await fetchCached(new URL(`${url}/a#part`));
    expect([first.status, first.statusText, first.url, first.headers.get('cache-status')]).toEqual([
      200,
      'Fine',
      `${url}/a`,
      'headroom; fwd=uri-miss',
    ]);
    expect(await first.text()).toBe('answer 1');
    const second = await fetchCached(new Request(`${url}/a`));
    expect([second.url, second.headers.get('content-type'), second.headers.get('age')]).toEqual([
      `${url}/a`,
      'text/plain',
      '0',
    ]);
    expect(await second.text()).toBe('answer 1');
    expect(await text('/b')).toBe('answer 2');
    expect(requests).toHaveLength(2);
  });

  it('asks once for all who ask the same at the same time, also when nobody reads the answer', async () => {
    const { fetchCached, url, requests } = await start((_, response) => {
      response.writeHead(200, forAMinute).end('x'.repeat(100_000));
    });
    const answers = await Promise.all(Array.from({ length: 10 }, () => fetchCached(url)));
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(requests).toHaveLength(1);
    for (const answer of answers) expect(await answer.text()).toHaveLength(100_000);
  });

  it.each([
    ['etag', '"v1"', 'if-none-match'],
    ['last-modified', 'Wed, 21 Oct 2015 07:28:00 GMT', 'if-modified-since'],
  ])('asks by %s whether what it has is still right', async (field, value, condition) => {
    let version = 1;
    const { text, requests, clock, fetchCached, url } = await start((request, response) => {
      const isSame = version === 1 && request.headers[condition] === value;
      const headers = {
        'cache-control': 'max-age=10',
        [field]: version === 1 ? value : '"v2"',
        'x-count': `${version}`,
      };
      if (isSame) response.writeHead(304, { ...headers, 'x-count': 'renewed' }).end();
      else response.writeHead(200, headers).end(`version ${version}`);
    });
    expect(await text()).toBe('version 1');
    clock.shiftMs += 20_000;
    const renewed = await fetchCached(url);
    expect([renewed.status, renewed.headers.get('x-count'), await renewed.text()]).toEqual([
      200,
      'renewed',
      'version 1',
    ]);
    expect(await text()).toBe('version 1');
    expect(requests).toHaveLength(2);
    clock.shiftMs += 20_000;
    version = 2;
    expect(await text()).toBe('version 2');
    expect(requests.map(({ headers }) => headers[condition])).toEqual([undefined, value, value]);
  });

  it('asks every time for what says no-cache, and is told that it is the same', async () => {
    const { text, requests } = await start((request, response) => {
      const headers = { 'cache-control': 'no-cache', etag: '"v1"' };
      if (request.headers['if-none-match'] === '"v1"') response.writeHead(304, headers).end();
      else response.writeHead(200, headers).end('the same');
    });
    expect([await text(), await text(), await text()]).toEqual(['the same', 'the same', 'the same']);
    expect(requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"', '"v1"']);
  });

  it('serves stale at once and asks behind the caller’s back, or when nobody answers', async () => {
    let made = 0;
    let isDown = false;
    const { text, clock, fetchCached } = await start((_, response) => {
      if (isDown) response.destroy();
      else {
        const headers = { 'cache-control': 'max-age=10, stale-while-revalidate=30, stale-if-error=100' };
        response.writeHead(200, headers).end(`version ${++made}`);
      }
    });
    expect(await text()).toBe('version 1');
    clock.shiftMs += 20_000;
    expect(await text()).toBe('version 1');
    await fetchCached.settled();
    expect(await text()).toBe('version 2');
    isDown = true;
    clock.shiftMs += 60_000;
    expect(await text()).toBe('version 2');
    clock.shiftMs += 100_000;
    await expect(text()).rejects.toThrow('fetch failed');
  });

  it('keeps nothing of one caller for another, but, as a private cache, one’s own for oneself', async () => {
    const answer = (request: http.IncomingMessage, response: http.ServerResponse): void => {
      response.writeHead(200, { 'cache-control': 'private, max-age=60' }).end(`for ${request.headers.authorization}`);
    };
    const as = (user: string) => ({ headers: { authorization: user } });
    for (const [kind, asked] of [
      ['shared', 4],
      ['private', 2],
    ] as const) {
      const { text, requests } = await start(answer, { as: kind });
      for (let round = 0; round < 2; round++) {
        for (const user of ['alice', 'bob']) expect(await text('/', as(user))).toBe(`for ${user}`);
      }
      expect(requests).toHaveLength(asked);
    }
  });

  it('passes changes on, and forgets the URL that was changed', async () => {
    let value = 'old';
    const { text, requests } = await start((request, response) => {
      if (request.method === 'PUT') value = 'new';
      response.writeHead(200, forAMinute).end(value);
    });
    expect(await text('/a')).toBe('old');
    expect(await text('/a', { method: 'PUT', body: 'new' })).toBe('new');
    expect(await text('/a')).toBe('new');
    expect(requests.map(({ method }) => method)).toEqual(['GET', 'PUT', 'GET']);
  });

  it('heeds what the request says of caches', async () => {
    let made = 0;
    const { text, fetchCached, url } = await start((_, response) => {
      response.writeHead(200, forAMinute).end(`${++made}`);
    });
    const only = await fetchCached(url, { headers: { 'cache-control': 'only-if-cached' } });
    expect(only.status).toBe(504);
    expect(await text()).toBe('1');
    expect(await text('/', { cache: 'no-store' })).toBe('2');
    expect(await text('/', { cache: 'reload' })).toBe('3');
    expect(await text()).toBe('3');
  });

  it('passes on what is larger than it keeps, and ends what the caller ends', async () => {
    const { fetchCached, url, text, requests } = await start(
      (request, response) => {
        response.writeHead(200, forAMinute);
        if (request.url === '/endless') response.write('begin');
        else response.end('x'.repeat(50_000));
      },
      { maxBodyBytes: 10_000 },
    );
    expect(await text('/large')).toHaveLength(50_000);
    expect(await text('/large')).toHaveLength(50_000);
    expect(requests).toHaveLength(2);
    const ending = new AbortController();
    const endless = await fetchCached(`${url}/endless`, { signal: ending.signal });
    const last = requests.at(-1);
    const closed = last && once(last.socket, 'close');
    ending.abort(new Error('enough'));
    await expect(endless.text()).rejects.toThrow('enough');
    await closed;
    await expect(fetchCached(url, { signal: AbortSignal.abort(new Error('never')) })).rejects.toThrow('never');
  });

  it('stores nothing that was cut off', async () => {
    let made = 0;
    const { text } = await start((_, response) => {
      response.writeHead(200, { ...forAMinute, 'content-length': '10' });
      if (++made === 1) response.write('begin', () => response.destroy());
      else response.end('0123456789');
    });
    await expect(text()).rejects.toThrow();
    expect(await text()).toBe('0123456789');
    expect(await text()).toBe('0123456789');
    expect(made).toBe(2);
  });
});
