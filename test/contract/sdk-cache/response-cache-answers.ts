import { expect, it } from 'vitest';
import { conditional, forAMinute, type Start } from '../../support/response-cache-host.ts';

/** What is stored, and what is answered from it. */
export function answersSuite(start: Start): void {
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

  it('passes large bodies through and does not keep them', async () => {
    const body = Buffer.alloc(300_000, 'x');
    const { ask, calls } = await start(() => ({ headers: forAMinute, body }), { maxBodyBytes: 100_000 });
    for (let round = 1; round <= 2; round++) {
      expect((await ask()).body.equals(body)).toBe(true);
      expect(calls()).toBe(round);
    }
  });

  it('passes requests for a part of an answer on', async () => {
    const { ask, calls } = await start(() => ({ headers: forAMinute, body: 'hello' }));
    await ask();
    expect((await ask('/', { headers: { range: 'bytes=0-1' } })).cacheStatus).toBe(
      'headroom; fwd=bypass; detail=range',
    );
    expect(calls()).toBe(2);
  });
}
