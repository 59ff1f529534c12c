import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CacheInputError } from '../../../lib/cache/library/input-error.ts';
import { checkedTags, checkKey, checkTtlSeconds, checkValueBytes } from '../../../lib/cache/library/limits.ts';

const codeOf = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return error instanceof CacheInputError ? error.code : 'another error';
  }
};

describe('The limits', () => {
  it('hold for keys, in bytes of UTF-8', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 700 }),
      fc.string({ unit: fc.constantFrom('a', 'é', '字', '😀', '\ud800'), maxLength: 1_100 }),
    );
    fc.assert(
      fc.property(any, (key) => {
        const isGood = key !== '' && key.isWellFormed() && new TextEncoder().encode(key).length <= 1_024;
        expect(codeOf(() => checkKey(key))).toBe(isGood ? undefined : 'invalid-key');
      }),
    );
    for (const [key, code] of [
      ['a'.repeat(1_024), undefined],
      ['a'.repeat(1_025), 'invalid-key'],
      ['é'.repeat(512), undefined],
      [`${'é'.repeat(512)}a`, 'invalid-key'],
      ['😀'.repeat(256), undefined],
      ['a\udc00', 'invalid-key'],
    ] as const) {
      expect(codeOf(() => checkKey(key))).toBe(code);
    }
  });

  it('hold for tags, each counted once', () => {
    const numbered = (count: number): string[] => Array.from({ length: count }, (_, tag) => `tag ${tag}`);
    expect(checkedTags(['b', 'a', 'b'])).toEqual(['b', 'a']);
    expect(checkedTags([...numbered(32), ...numbered(32)])).toEqual(numbered(32));
    expect(codeOf(() => checkedTags(numbered(33)))).toBe('invalid-tags');
    expect(codeOf(() => checkedTags(['a'.repeat(256)]))).toBeUndefined();
    for (const tag of ['', 'a'.repeat(257), 'é'.repeat(129), '\ud800']) {
      expect(codeOf(() => checkedTags(['fine', tag]))).toBe('invalid-tags');
    }
  });

  it('hold for TTLs and values, and say what is allowed', () => {
    for (const ttl of [0.001, 1, 315_360_000]) expect(codeOf(() => checkTtlSeconds(ttl))).toBeUndefined();
    for (const ttl of [0, -1, Number.NaN, 315_360_001]) expect(codeOf(() => checkTtlSeconds(ttl))).toBe('invalid-ttl');
    expect(codeOf(() => checkValueBytes(10, 10))).toBeUndefined();
    expect(() => checkValueBytes(11, 10)).toThrow('The value has 11 bytes; the namespace takes at most 10');
  });
});
