import { describe, expect, it } from 'vitest';
import { CacheControl } from '../../../lib/sdk/middleware/cache-control.ts';
import { isNotModified } from '../../../lib/sdk/middleware/conditional.ts';
import { keptFields, listOf } from '../../../lib/sdk/middleware/header-fields.ts';
import { lifetimeOf } from '../../../lib/sdk/middleware/lifetime.ts';
import { storability } from '../../../lib/sdk/middleware/storable.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const at = (seconds: number): string => new Date(now + seconds * 1_000).toUTCString();
const options = { isShared: true, maxBodyBytes: 1_000 };
type Fields = Record<string, string>;
const lifetime = (fields: Fields, more: object = {}, status = 200) =>
  lifetimeOf(status, Object.entries(fields), now, { ...options, ...more });

describe('Cache-Control', () => {
  it('reads directives whatever their case, quotes and commas within them', () => {
    const control = new CacheControl('Public, MAX-AGE="60" , private="set-cookie, x", , stale-if-error=5');
    expect([control.has('public'), control.seconds('max-age'), control.seconds('stale-if-error')]).toEqual([
      true,
      60,
      5,
    ]);
    expect([control.has('private'), control.has('x'), control.isBare('public')]).toEqual([true, false, true]);
  });

  it.each([
    ['max-age=abc', 0],
    ['max-age=-1', 0],
    ['max-age', 0],
    ['max-age=1.5', 0],
    ['max-age=60, max-age=5', 5],
    ['max-age=5, max-age=60', 5],
    ['max-age=99999999999999', 2_147_483_648],
    ['', undefined],
  ])('takes %j for a max-age of %s seconds', (field, seconds) => {
    expect(new CacheControl(field).seconds('max-age')).toBe(seconds);
  });

  it('splits lists at commas that are in no quotes, also where a quote is never closed', () => {
    expect(listOf('a, "b,c" ,,d')).toEqual(['a', '"b,c"', 'd']);
    expect(listOf('a="x, no-store')).toContain('no-store');
  });

  it('splits the longest list at once, also one that was made to take long', () => {
    // With a search for its end behind each of the quotes this takes minutes.
    expect(listOf(`"${'\\"'.repeat(500_000)}, b`)).toHaveLength(2);
  });
});

describe('The lifetime of an answer', () => {
  it.each<[string, Fields, number | undefined]>([
    ['max-age', { 'cache-control': 'max-age=60' }, 60],
    ['s-maxage before max-age', { 'cache-control': 'max-age=60, s-maxage=5' }, 5],
    ['max-age before Expires', { 'cache-control': 'max-age=60', expires: at(5) }, 60],
    ['Expires less Date', { date: at(-10), expires: at(50) }, 60],
    ['Expires in the past', { expires: at(-1) }, undefined],
    ['an Expires that is no date', { expires: '0' }, undefined],
    ['nothing', {}, undefined],
    ['an age that uses it up', { 'cache-control': 'max-age=60', age: '60' }, undefined],
  ])('is by %s', (_, fields, seconds) => {
    const found = lifetime(fields);
    expect(found && found.freshMs / 1_000).toBe(seconds);
  });

  it('counts the age that it came with, by Age or Date', () => {
    expect(lifetime({ 'cache-control': 'max-age=60', age: '20' })?.ageMs).toBe(20_000);
    expect(lifetime({ 'cache-control': 'max-age=60', date: at(-30), age: '20' })?.ageMs).toBe(30_000);
  });

  it('is the one of the options for statuses that may be guessed at, and no others', () => {
    for (const status of [200, 301, 404, 410]) expect(lifetime({}, { ttlSeconds: 9 }, status)?.freshMs).toBe(9_000);
    for (const status of [201, 302, 403, 500, 503]) expect(lifetime({}, { ttlSeconds: 9 }, status)).toBeUndefined();
  });

  it.each([
    ['max-age=1', 7],
    ['max-age=1, stale-while-revalidate=3', 3],
    ['max-age=1, s-maxage=1', 7],
    ['max-age=1, must-revalidate', 0],
    ['max-age=1, must-revalidate, stale-while-revalidate=3', 0],
    ['max-age=1, proxy-revalidate', 0],
  ])('has with %j a window of %s seconds in which it is made anew', (control, seconds) => {
    const found = lifetime({ 'cache-control': control }, { staleWhileRevalidateSeconds: 7 });
    expect(found?.staleWhileRevalidateMs).toBe(seconds * 1_000);
  });

  it('is one’s own in a private cache', () => {
    const fields = { 'cache-control': 'private, max-age=60, s-maxage=5' };
    expect(lifetime(fields, { isShared: false })?.freshMs).toBe(60_000);
  });
});

describe('An answer', () => {
  const judge = (fields: Fields, status = 200, isAuthorized = false) =>
    storability(status, Object.entries({ 'cache-control': 'max-age=60', ...fields }), isAuthorized, now, options);

  it.each<[string, Fields, number]>([
    ['set-cookie', { 'set-cookie': 'a=1' }, 200],
    ['no-store', { 'cache-control': 'max-age=60, no-store' }, 200],
    ['private', { 'cache-control': 'max-age=60, private="x"' }, 200],
    ['no-cache', { 'cache-control': 'max-age=60, no-cache="x"' }, 200],
    ['vary', { vary: 'accept, *' }, 200],
    ['partial', { 'content-range': 'bytes 0-1/2' }, 200],
    ['trailer', { trailer: 'x' }, 200],
    ['event-stream', { 'content-type': 'text/event-stream; charset=utf-8' }, 200],
    ['too-large', { 'content-length': '1001' }, 200],
    ['status', {}, 206],
    ['status', {}, 304],
    ['status', {}, 401],
    ['status', {}, 429],
    ['no-lifetime', { 'cache-control': 'public' }, 200],
  ])('is not stored because of %s', (refused, fields, status) => {
    expect(judge(fields, status)).toEqual({ refused });
  });

  it('may be stored for one who was authorized only when it says that it is for others too', () => {
    expect(judge({}, 200, true)).toEqual({ refused: 'authorization' });
    for (const word of ['public', 's-maxage=60', 'must-revalidate']) {
      expect(judge({ 'cache-control': `max-age=60, ${word}` }, 200, true)).toHaveProperty('lifetime');
    }
  });

  it('varies by what it says, and by the origin that it names', () => {
    expect(judge({ vary: 'Accept, accept ,X' })).toMatchObject({ vary: ['accept', 'x'] });
    expect(judge({ 'access-control-allow-origin': 'https://a.example' })).toMatchObject({ vary: ['origin'] });
    expect(judge({ 'access-control-allow-origin': '*' })).toMatchObject({ vary: [] });
  });

  it('is kept without what was of its connection, or of its client', () => {
    const fields = [
      ['connection', 'close, X-Hop'],
      ['x-hop', '1'],
      ['transfer-encoding', 'chunked'],
      ['x-request-id', 'r'],
      ['ratelimit-remaining', '1'],
      ['x-ratelimit-reset', '1'],
      ['content-type', 'text/plain'],
      ['link', 'a'],
      ['link', 'b'],
    ] as const;
    expect(keptFields(fields)).toEqual([
      ['content-type', 'text/plain'],
      ['link', 'a'],
      ['link', 'b'],
    ]);
  });
});

describe('A condition', () => {
  const fields = [
    ['etag', 'W/"a,b"'],
    ['last-modified', at(0)],
  ] as const;
  it.each([
    ['"x", "a,b"', undefined, true],
    ['W/"a,b"', undefined, true],
    ['*', undefined, true],
    ['"a"', at(100), false],
    [undefined, at(0), true],
    [undefined, at(-1), false],
    [undefined, 'never', false],
    [undefined, undefined, false],
  ])('of %s and %s is met: %s', (ifNoneMatch, ifModifiedSince, isMet) => {
    expect(isNotModified({ ifNoneMatch, ifModifiedSince }, fields)).toBe(isMet);
  });
});
