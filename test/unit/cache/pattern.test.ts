import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CacheInputError } from '../../../lib/cache/library/input-error.ts';
import { parsePattern } from '../../../lib/cache/library/pattern.ts';

/** By the words of the definition, in exponential time. */
function oracle(pattern: readonly string[], key: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return key.length === 0;
  if (first === '*') return oracle(rest, key) || (key.length > 0 && oracle(pattern, key.slice(1)));
  if (key.length === 0) return false;
  if (first === '?') return oracle(rest, key.slice(1));
  return (first.length > 1 && first.startsWith('\\') ? first.slice(1) : first) === key[0] && oracle(rest, key.slice(1));
}

const characters = ['a', 'b', '😀', '*', '?', '\\'];
const patternParts = fc.array(fc.constantFrom('a', 'b', '😀', '?', '*', '*', '\\*', '\\?', '\\\\', '\\a'), {
  minLength: 1,
  maxLength: 9,
});
const keyParts = fc.array(fc.constantFrom(...characters), { maxLength: 9 });

/** A key that a pattern was made to match, and may be changed after. */
const likely = patternParts.chain((pattern) =>
  fc.record({
    pattern: fc.constant(pattern),
    key: fc
      .tuple(
        ...pattern.map((part) => {
          if (part === '*') return fc.array(fc.constantFrom(...characters), { maxLength: 3 });
          if (part === '?') return fc.constantFrom(...characters).map((character) => [character]);
          return fc.constant([part.replace(/^\\/, '') || '\\']);
        }),
      )
      .map((parts) => parts.flat()),
  }),
);

const escaped = (text: string): string => text.replace(/[*?\\]/g, '\\$&');

describe('A key pattern', () => {
  it('matches what it should, as told by a naive oracle', () => {
    const either = fc.oneof(likely, fc.record({ pattern: patternParts, key: keyParts }));
    let matched = 0;
    fc.assert(
      fc.property(either, ({ pattern, key }) => {
        const expected = oracle(pattern, key);
        if (expected) matched++;
        expect(parsePattern(pattern.join('')).matches(key.join(''))).toBe(expected);
      }),
      { numRuns: 3_000 },
    );
    expect(matched).toBeGreaterThan(500);
  });

  it('matches long runs between stars as well', () => {
    const run = fc.array(fc.constantFrom('a', 'b', '?'), { minLength: 25, maxLength: 80 });
    fc.assert(
      fc.property(run, fc.array(fc.constantFrom('a', 'b'), { maxLength: 40 }), fc.nat(90), (middle, around, change) => {
        const found = middle.map((part) => (part === '?' ? 'a' : part));
        const key = [...around, ...found, ...around];
        const changed = key.map((part, at) => (at === change ? 'c' : part));
        const pattern = parsePattern(`*${middle.join('')}*`);
        const regex = new RegExp(middle.join('').replaceAll('?', '.'), 'u');
        expect(pattern.matches(key.join(''))).toBe(true);
        expect(pattern.matches(changed.join(''))).toBe(regex.test(changed.join('')));
      }),
    );
  });

  it('lets its beginning and its end not overlap, nor count for more characters than they are', () => {
    expect(parsePattern('aba*aba').matches('abaaba')).toBe(true);
    for (const [pattern, key] of [
      ['aba*aba', 'ababa'],
      ['😀*😀', '😀'],
      ['??', '😀'],
    ] as const) {
      expect(parsePattern(pattern).matches(key)).toBe(false);
    }
  });

  it('says what all its keys begin with, and which is the only one', () => {
    fc.assert(
      fc.property(likely, ({ pattern, key }) => {
        const parsed = parsePattern(pattern.join(''));
        expect(key.join('').startsWith(parsed.prefix)).toBe(true);
        if (parsed.literal !== undefined) expect(parsed.literal).toBe(key.join(''));
      }),
    );
    expect(parsePattern('user:\\*:7:?*').prefix).toBe('user:*:7:');
    expect(parsePattern('user:\\*:7').literal).toBe('user:*:7');
    expect(parsePattern('user:*').literal).toBeUndefined();
  });

  it('has one canonical form, which means the same', () => {
    fc.assert(
      fc.property(likely, keyParts, ({ pattern, key }, other) => {
        const parsed = parsePattern(pattern.join(''));
        const again = parsePattern(parsed.canonical);
        expect(again.canonical).toBe(parsed.canonical);
        for (const each of [key, other]) expect(again.matches(each.join(''))).toBe(parsed.matches(each.join('')));
      }),
    );
    expect(parsePattern('\\a**b').canonical).toBe('a*b');
  });

  it('stands for any key when that is escaped', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 50 }), (key) => {
        expect(parsePattern(escaped(key)).literal).toBe(key);
        expect(parsePattern(`${escaped(key)}*`).matches(`${key}?`)).toBe(true);
      }),
    );
  });

  it('takes no longer for what drives backtracking mad', () => {
    const key = 'a'.repeat(1_024);
    const nasty = [
      '*a?a?a?a?a?a?a?ab',
      '*?'.repeat(16),
      `*${'a'.repeat(500)}b*`,
      `${'*a'.repeat(15)}*b`,
      `*${'?a'.repeat(400)}b*`,
    ];
    const patterns = nasty.map(parsePattern);
    const began = performance.now();
    for (let round = 0; round < 20; round++) for (const pattern of patterns) pattern.matches(key);
    // 100 matches of the longest key; a matcher that backtracks takes minutes.
    expect(performance.now() - began).toBeLessThan(1_000);
  });

  it.each([
    ['', 'at least one character'],
    ['a\\', 'does not end with a backslash'],
    ['a'.repeat(1_025), '1024 bytes'],
    ['é'.repeat(513), '1024 bytes'],
    ['*a'.repeat(17), '16 stars, not 17'],
    ['\ud800*', 'well-formed'],
  ])('is refused when it is %j', (pattern, why) => {
    expect(() => parsePattern(pattern)).toThrow(CacheInputError);
    expect(() => parsePattern(pattern)).toThrow(why);
  });
});
