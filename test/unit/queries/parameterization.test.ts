import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cachingAdvice } from '../../../lib/queries/rules/caching.ts';
import { parameterize } from '../../../lib/queries/rules/parameterization.ts';
import type { SqlDialect } from '../../../lib/queries/sql/tokens.ts';

describe('A query with its values beside it', () => {
  it.each<[SqlDialect, string, string, unknown[]]>([
    [
      'postgresql',
      "SELECT x FROM a WHERE b = 5 AND c = 'it''s'",
      'SELECT x FROM a WHERE b = $1 AND c = $2',
      [5, "it's"],
    ],
    [
      'postgresql',
      'SELECT x FROM a WHERE b = $2 AND c = $1 AND d = 7.5',
      'SELECT x FROM a WHERE b = $2 AND c = $1 AND d = $3',
      [7.5],
    ],
    [
      'postgresql',
      "SELECT x FROM a WHERE b > now() - interval '1 day'",
      "SELECT x FROM a WHERE b > now() - interval '1 day'",
      [],
    ],
    [
      'postgresql',
      "SELECT x::numeric(10, 2) FROM a WHERE b = E'a\\'b' ORDER BY 1, 2",
      'SELECT x::numeric(10, 2) FROM a WHERE b = $1 ORDER BY 1, 2',
      ["a'b"],
    ],
    ['postgresql', 'SELECT x FROM a WHERE b = $tag$it is$tag$ -- 5', 'SELECT x FROM a WHERE b = $1 -- 5', ['it is']],
    [
      'postgresql',
      'SELECT x FROM a WHERE id = 12345678901234567890',
      'SELECT x FROM a WHERE id = $1',
      ['12345678901234567890'],
    ],
    ['postgresql', 'SELECT x1, "5" FROM a2 GROUP BY 1', 'SELECT x1, "5" FROM a2 GROUP BY 1', []],
    [
      'mysql',
      'SELECT x FROM a WHERE b = "it\\"s" LIMIT 5, 10',
      'SELECT x FROM a WHERE b = ? LIMIT ?, ?',
      ['it"s', 5, 10],
    ],
    ['mysql', "SELECT x # 'no'\nFROM a WHERE b IN (1, 2)", "SELECT x # 'no'\nFROM a WHERE b IN (?, ?)", [1, 2]],
    ['sqlite', 'SELECT "5" FROM [a 5] WHERE b = ?', 'SELECT "5" FROM [a 5] WHERE b = ?', []],
  ])('%s: %s', (dialect, query, text, values) => {
    const parameterization = parameterize(query, dialect);
    expect(parameterization.text).toBe(text);
    expect(parameterization.parameters.map(({ value }) => value)).toEqual(values);
    expect(parameterization.parameterized).toBe(values.length === 0);
  });

  it('has no values left to take out', () => {
    const dialects = fc.constantFrom<SqlDialect>('postgresql', 'mysql', 'sqlite');
    const parts = fc.array(
      fc.constantFrom(
        'SELECT',
        "'a'",
        '5',
        'x',
        '"y"',
        '(',
        ')',
        ',',
        '.',
        '--z\n',
        '/*',
        '*/',
        "''",
        '$$',
        '`',
        '\\',
        "E'",
        'ORDER BY',
        ' ',
        'é',
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(dialects, parts, (dialect, words) => {
        const once = parameterize(words.join(' '), dialect);
        expect(parameterize(once.text, dialect).parameters).toEqual([]);
      }),
    );
  });
});

describe('Whether to cache', () => {
  const read = { isRead: true, isMomentary: false, isAggregate: false };
  const statistics = (readsPerMinute: number, writesPerMinute: number) => ({
    tables: {},
    readsPerMinute,
    writesPerMinute,
  });

  it('depends, as long as nobody says how often it is read and written', () => {
    expect(cachingAdvice(read, undefined)).toMatchObject({ advice: 'depends' });
    expect(cachingAdvice({ ...read, isAggregate: true }, undefined).reason).toContain('adds up');
  });

  it.each([
    ['a change', { ...read, isRead: false }, statistics(100, 0), 'do-not-cache', undefined],
    ['the moment', { ...read, isMomentary: true }, statistics(100, 0), 'do-not-cache', undefined],
    ['what is hardly read', read, statistics(0.5, 0), 'do-not-cache', undefined],
    ['what is written as often as it is read', read, statistics(60, 60), 'do-not-cache', undefined],
    ['what never changes', read, statistics(60, 0), 'cache', 3600],
    ['what changes once a minute', read, statistics(600, 1), 'cache', 12],
    ['what changes each second', read, statistics(6000, 60), 'cache-briefly', 1],
  ] as const)('%s', (_what, kind, given, advice, ttlSeconds) => {
    const told = cachingAdvice(kind, given);
    expect(told.advice).toBe(advice);
    expect(told.ttlSeconds).toBe(ttlSeconds);
  });

  it('keeps answers that are out of date in at most a tenth of the reads, unless a second is too long already', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 12, noNaN: true }), (writesPerMinute) => {
        const { ttlSeconds = 0 } = cachingAdvice(read, statistics(10_000, writesPerMinute));
        // With writes at random, half of what is kept between two of them is read after the first.
        expect(((writesPerMinute / 60) * ttlSeconds) / 2).toBeLessThanOrEqual(0.15);
      }),
    );
  });
});
