import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fingerprintOf, mysqlFingerprintOf } from '../../../lib/contracts/fingerprint.ts';

describe('the fingerprint of a query', () => {
  it.each([
    ["SELECT * FROM t WHERE a = 'x''y' AND b = 12", 'SELECT * FROM t WHERE a = ? AND b = ?'],
    ['SELECT  a\n FROM t -- why\n WHERE b /* what */ = 1.5e3', 'SELECT a FROM t WHERE b = ?'],
    [
      'SELECT a FROM t1 WHERE b = :name OR c = @c OR d = $d OR e = ?3',
      'SELECT a FROM t1 WHERE b = ? OR c = ? OR d = ? OR e = ?',
    ],
    ['SELECT a FROM t WHERE b IN (1, 2,3)', 'SELECT a FROM t WHERE b IN (?)'],
    ['SELECT a FROM t WHERE b in(?, ?)', 'SELECT a FROM t WHERE b in (?)'],
    ["INSERT INTO t VALUES (1, 'a'), (2, 'b')", 'INSERT INTO t VALUES (?, ?)'],
    ['SELECT "it\'s 5", `b 6`, [c 7] FROM t', 'SELECT "it\'s 5", `b 6`, [c 7] FROM t'],
    ["SELECT x'ab01', 0xFF;", 'SELECT ?, ?'],
    ["SELECT 'unfinished", 'SELECT ?'],
    ['SELECT $1::int, :name::text, a::date', 'SELECT ?::int, ?::text, a::date'],
    ["SELECT E'it\\'s', $$ it's $$, $q$ $$ 5 $q$, b'01' FROM t", 'SELECT ?, ?, ?, ? FROM t'],
    ['SELECT $tag$ unfinished', 'SELECT ?'],
    ['', '(empty)'],
  ])('%j gives %j', (sql, fingerprint) => {
    expect(fingerprintOf(sql)).toBe(fingerprint);
  });

  it.each([
    ['SELECT "a text", \'it\\\'s\', "it\\"s" FROM `my 5`', 'SELECT ?, ?, ? FROM `my 5`'],
    ['SELECT 1 # why\n, 2 -- what\n, 5--1', 'SELECT ? , ? , ?--?'],
    ['SELECT a FROM t WHERE b = ? AND c = :c AND d = @d', 'SELECT a FROM t WHERE b = ? AND c = ? AND d = ?'],
    ['SELECT "unfinished', 'SELECT ?'],
  ])('of MySQL, %j gives %j', (sql, fingerprint) => {
    expect(mysqlFingerprintOf(sql)).toBe(fingerprint);
  });

  it('names no literal, whatever it holds', () => {
    const literal = fc.string({ unit: 'grapheme' }).map((text) => `'${text.replaceAll("'", "''")}'`);
    fc.assert(
      fc.property(
        fc.oneof(
          literal,
          fc.nat().map(String),
          fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map(String),
        ),
        (value) => {
          const sql = `SELECT a FROM t WHERE b = ${value} AND c > 1`;
          expect(fingerprintOf(sql)).toBe('SELECT a FROM t WHERE b = ? AND c > ?');
        },
      ),
    );
    const quote = fc.constantFrom('"', "'");
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), quote, (text, mark) => {
        const value = `${mark}${text.replaceAll(/['"\\]/g, (special) => `\\${special}`)}${mark}`;
        expect(mysqlFingerprintOf(`SELECT a FROM t WHERE b = ${value} AND c > 1`)).toBe(
          'SELECT a FROM t WHERE b = ? AND c > ?',
        );
      }),
    );
  });

  it('is text without half characters, which Headroom refuses, wherever it is cut', () => {
    for (const sql of ['a', 'ab'].map((name) => `SELECT ${name} AS "${'\u{1f600}'.repeat(600)}"`)) {
      expect(fingerprintOf(sql)).toHaveLength(1_000);
      expect(fingerprintOf(sql).isWellFormed()).toBe(true);
    }
    expect(fingerprintOf('SELECT "\ud800"')).toBe('SELECT "\ufffd"');
  });

  it('is bounded, and fast for whatever text', () => {
    for (const text of [
      'a, '.repeat(1e6),
      "'".repeat(1e6),
      '/*'.repeat(1e6),
      '$a$b'.repeat(1e6),
      '"'.repeat(1e6),
      '('.repeat(1e6),
    ]) {
      const startedAt = performance.now();
      expect(fingerprintOf(text).length).toBeLessThanOrEqual(1_000);
      expect(mysqlFingerprintOf(text).length).toBeLessThanOrEqual(1_000);
      expect(performance.now() - startedAt).toBeLessThan(500);
    }
  });
});
