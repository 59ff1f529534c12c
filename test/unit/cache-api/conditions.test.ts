import { describe, expect, it } from 'vitest';
import { isNamed, strongTags } from '../../../lib/cache/conditions.ts';
import { entryHeaders, sentType } from '../../../lib/cache/entry-headers.ts';

describe('If-None-Match', () => {
  it.each([
    ['"a"', true],
    ['W/"a"', true],
    ['"b" , "a"', true],
    ['*', true],
    [' * ', true],
    ['"b"', false],
    ['"A"', false],
    ['""', false],
    ['"a,b"', false],
  ])('%s names the ETag a: %s', (header, expected) => {
    expect(isNamed(header, 'a')).toBe(expected);
  });
});

describe('If-Match', () => {
  it.each([
    ['*', '*'],
    ['"a"', ['a']],
    ['"a", W/"b","c"', ['a', 'c']],
    ['W/"b"', []],
    ['"a,b"', ['a,b']],
  ])('%s', (header, expected) => {
    expect(strongTags(header)).toEqual(expected);
  });
});

describe('the headers of an entry', () => {
  const head = {
    status: 'hit' as const,
    from: 'redis' as const,
    etag: 'e',
    tags: [],
    createdAt: 1_000_000,
    freshUntil: 1_060_000,
    expiresAt: 1_090_000,
    born: 1,
  };

  it('let a cache count what is left as it must: the lifetime less the age', () => {
    expect(entryHeaders(head, 1_012_500)).toEqual({
      etag: '"e"',
      age: '12',
      'cache-control': 'private, max-age=60',
      'cache-status': 'Headroom; hit; ttl=47; detail=REDIS',
      'x-content-type-options': 'nosniff',
    });
  });

  it('tell of what is stale by a negative ttl', () => {
    expect(entryHeaders(head, 1_062_000)).toMatchObject({
      age: '62',
      'cache-status': expect.stringContaining('ttl=-2'),
    });
  });

  it('count no age below 0, where clocks differ', () => {
    expect(entryHeaders(head, 990_000)).toMatchObject({ age: '0' });
  });

  it.each([
    ['text/plain', 'text/plain'],
    [undefined, 'application/octet-stream'],
    ['a\r\nset-cookie: b', 'application/octet-stream'],
    ['text/grüße', 'application/octet-stream'],
  ])('carry no type that no header can: %j', (stored, sent) => {
    expect(sentType(stored)).toBe(sent);
  });

  it('hold tags as long as they fit', () => {
    const tags = (length: number) => Array.from({ length }, (_, at) => `${at}`.padStart(250, 'x'));
    expect(entryHeaders({ ...head, tags: tags(20) }, 0)['headroom-tags']).toHaveLength(20 * 251 - 1);
    expect(entryHeaders({ ...head, tags: tags(32) }, 0)).not.toHaveProperty('headroom-tags');
  });
});
