import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statementOf } from '../../../lib/sdk/database/statement.ts';

describe('what a cache may do with a statement', () => {
  it.each([
    ['SELECT * FROM products', ['products']],
    ['select a.id from Shop.Products a, "Order Lines" AS l, `x` where a.id = l.id', ['products', 'order lines', 'x']],
    ['SELECT * FROM a JOIN b ON a.x = b.y, c LEFT JOIN [d e] USING (x)', ['a', 'b', 'c', 'd e', 'x']],
    ['SELECT (SELECT max(x) FROM b) FROM (SELECT * FROM a) s WHERE EXISTS (SELECT 1 FROM c)', ['b', 'a', 'c']],
    ['SELECT * FROM (a JOIN b ON a.x = b.x), c', ['a', 'b', 'c']],
    ['WITH s AS (SELECT * FROM a) SELECT * FROM s', ['a', 's']],
    ["SELECT * FROM a WHERE name = 'from b' -- FROM c\n/* join d */", ['a']],
    ['SELECT replace(name, ?, ?) FROM a WHERE created_at > now()', ['a']],
    ['SELECT * FROM ONLY a;', ['a']],
    ['(SELECT * FROM a) UNION ALL (SELECT * FROM b ORDER BY x, y)', ['a', 'b']],
    ['TABLE a', ['a']],
  ])('keeps %s', (sql, tables) => {
    expect(statementOf(sql)).toEqual({ kind: 'cacheable', tables });
  });

  it.each([
    'SELECT 1',
    'SELECT now()',
    'SELECT * FROM a FOR UPDATE SKIP LOCKED',
    "SELECT nextval('a_id_seq') FROM a",
    'SELECT * FROM a ORDER BY random()',
    "SELECT * FROM a WHERE b = 'it\\'s' AND c = 'from d'",
    'EXPLAIN DELETE FROM a',
    'PRAGMA user_version',
    'BEGIN',
    'COMMIT',
    `SELECT * FROM a WHERE id IN (${'1, '.repeat(50_000)} 1)`,
  ])('asks the database for %.60s', (sql) => {
    expect(statementOf(sql).kind).toBe('direct');
  });

  it.each([
    ['INSERT INTO a (x) VALUES (1)', ['a']],
    ['INSERT INTO shop.a SELECT * FROM b ON CONFLICT (x) DO UPDATE SET y = 1', ['a', 'b']],
    ['UPDATE a SET x = 1 WHERE y IN (SELECT y FROM b)', ['a', 'b']],
    ['DELETE FROM a USING b WHERE a.x = b.x', ['a', 'b']],
    ['REPLACE INTO a VALUES (1)', ['a']],
    ['MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE', ['a', 'b']],
    ['TRUNCATE a, b', ['a', 'b']],
    ['DROP TABLE IF EXISTS a', ['a']],
    ['ALTER TABLE "A" ADD x int', ['a']],
    ['WITH gone AS (DELETE FROM a RETURNING *) SELECT * FROM gone', ['a', 'gone']],
    ['SELECT * INTO b FROM a', ['b', 'a']],
    ['SELECT * FROM a; DELETE FROM b', ['a', 'b']],
    ['CALL tidy()', []],
    ['', []],
    ["UPDATE a SET x = 'it\\'s'", []],
  ])('takes %s for a write', (sql, tables) => {
    expect(statementOf(sql)).toEqual({ kind: 'write', tables });
  });

  it('misses no table, however the statement is written', () => {
    const name = fc.stringMatching(/^t[a-z0-9_]{0,8}$/);
    const written = (table: string) =>
      fc.constantFrom(table, `"${table}"`, `\`${table}\``, `[${table}]`, `shop.${table}`);
    const space = fc.constantFrom(' ', '\n', ' /* from x, y */ ', ' -- it"s\n');
    const value = fc.constantFrom('1', "'a, b'", "'it''s from z'", '$1', ':p', '(1, 2)');
    const statement = fc.array(name, { minLength: 1, maxLength: 4 }).chain((tables) =>
      fc
        .tuple(
          fc.tuple(...tables.map(written)),
          space,
          value,
          fc.constantFrom(', ', ' JOIN ', ' alias, ', ' LEFT JOIN '),
        )
        .map(([parts, gap, literal, joint]) => ({
          tables,
          sql: `SELECT x, ${literal}${gap}FROM${gap}${parts.join(`${joint}`)}${gap}WHERE a = ${literal}`,
        })),
    );
    fc.assert(
      fc.property(statement, ({ tables, sql }) => {
        expect(statementOf(sql).tables).toEqual(expect.arrayContaining(tables));
      }),
    );
  });

  it('is quick for whatever text', () => {
    for (const part of ['(', 'from ', 'from a, ', '"', "'", 'a.', ',', '; ', ';', 'with ', 'select update ']) {
      const startedAt = performance.now();
      statementOf(`${part.repeat(20_000)}x`);
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    }
  });
});
