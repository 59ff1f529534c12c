import { describe, expect, it } from 'vitest';
import { analyseSql } from '../../../lib/queries/analyse-sql.ts';
import type { SqlDialect } from '../../../lib/queries/sql/tokens.ts';

const ddlOf = async (dialect: SqlDialect, query: string, schema?: string): Promise<string[]> =>
  (await analyseSql({ dialect, query, ...(schema === undefined ? {} : { schema }) })).indexSuggestions.map(
    ({ ddl }) => ddl,
  );

describe('Without a planner, an index is suggested', () => {
  it.each<[about: string, SqlDialect, string, string[]]>([
    [
      'on what is compared with values',
      'mysql',
      'SELECT x FROM `t` WHERE a = ? AND b = 5',
      ['CREATE INDEX t_a_b_idx ON t (a, b);'],
    ],
    [
      'with the range after the values',
      'mysql',
      'SELECT x FROM t WHERE b > ? AND a = ?',
      ['CREATE INDEX t_a_b_idx ON t (a, b);'],
    ],
    [
      'with the order after the values',
      'sqlite',
      'SELECT x FROM t WHERE a = ? ORDER BY b DESC LIMIT 5',
      ['CREATE INDEX t_a_b_idx ON t (a, b);'],
    ],
    [
      'in both directions where that matters',
      'sqlite',
      'SELECT x FROM t ORDER BY a, b DESC LIMIT 5',
      ['CREATE INDEX t_a_b_idx ON t (a, b DESC);'],
    ],
    [
      'for the order rather than for the range',
      'mysql',
      'SELECT x FROM t WHERE b > ? ORDER BY a LIMIT 5',
      ['CREATE INDEX t_a_idx ON t (a);'],
    ],
    [
      'on a name in quotes',
      'mysql',
      'SELECT x FROM `order` WHERE `key` = ?',
      ['CREATE INDEX order_key_idx ON `order` (`key`);'],
    ],
    [
      'on a name in quotes',
      'postgresql',
      'SELECT x FROM "Order" WHERE "userId" = $1',
      ['CREATE INDEX order_userid_idx ON "Order" ("userId");'],
    ],
    [
      'in its schema',
      'postgresql',
      'SELECT x FROM sales.orders WHERE a = $1',
      ['CREATE INDEX orders_a_idx ON sales.orders (a);'],
    ],
    [
      'on an expression',
      'mysql',
      'SELECT x FROM t WHERE lower(t.a) = ?',
      ['CREATE INDEX t_lower_a_idx ON t ((lower(a)));'],
    ],
    [
      'on what joins',
      'mysql',
      'SELECT c.x FROM orders o JOIN customers c ON c.ref = o.customer WHERE o.number = ?',
      ['CREATE INDEX orders_number_idx ON orders (number);', 'CREATE INDEX customers_ref_idx ON customers (ref);'],
    ],
    [
      'of a partial kind',
      'sqlite',
      'SELECT x FROM t WHERE a = ? AND gone_at IS NULL',
      ['CREATE INDEX t_a_partial_idx ON t (a) WHERE gone_at IS NULL;'],
    ],
    [
      'of no partial kind, which MySQL has not',
      'mysql',
      'SELECT x FROM t WHERE a = ? AND gone_at IS NULL',
      ['CREATE INDEX t_a_gone_at_idx ON t (a, gone_at);'],
    ],
    [
      'for both sides of OR',
      'sqlite',
      'SELECT x FROM t WHERE a = ? OR b = ?',
      ['CREATE INDEX t_a_idx ON t (a);', 'CREATE INDEX t_b_idx ON t (b);'],
    ],
    [
      'within a subquery',
      'mysql',
      'SELECT x FROM t WHERE id IN (SELECT t_id FROM u WHERE a = ?)',
      ['CREATE INDEX u_a_idx ON u (a);'],
    ],
    [
      'by what the outer query gives',
      'postgresql',
      'SELECT x FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.t_id = t.id)',
      ['CREATE INDEX u_t_id_idx ON u (t_id);'],
    ],
    ['for no table that WITH names', 'postgresql', 'WITH u AS (SELECT 1 AS a) SELECT a FROM u WHERE a = $1', []],
    ['for nothing that all rows are read for', 'postgresql', 'SELECT o.x FROM o JOIN c ON c.id = o.c_id', []],
    ['for no number of an output', 'postgresql', 'SELECT count(*) FROM t ORDER BY 1 LIMIT 5', []],
    ['for no name of a sum', 'mysql', 'SELECT a, sum(b) AS total FROM t GROUP BY a ORDER BY total LIMIT 5', []],
  ])('%s (%s): %s', async (_about, dialect, query, expected) => {
    expect(await ddlOf(dialect, query)).toEqual(expected);
  });

  it.each<[SqlDialect, string]>([
    [
      'mysql',
      'CREATE TABLE t (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT, a INT, b INT, PRIMARY KEY (id), KEY ix (a, b)) ENGINE=InnoDB',
    ],
    ['sqlite', 'CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT); CREATE INDEX ix ON t (a, b)'],
    ['postgresql', 'CREATE TABLE t (id int PRIMARY KEY, a int, b int); CREATE INDEX ix ON t USING btree (a, b)'],
  ])('unless %s has one already', async (dialect, schema) => {
    for (const condition of [
      'id = 5',
      'a = 5',
      'a = 5 AND b = 6',
      'b = 6 AND a = 5',
      'a = 5 AND b > 6',
      'a = 5 ORDER BY b DESC LIMIT 3',
    ]) {
      expect(await ddlOf(dialect, `SELECT id FROM t WHERE ${condition}`, schema), condition).toEqual([]);
    }
    expect(await ddlOf(dialect, 'SELECT id FROM t WHERE b = 5', schema)).toEqual(['CREATE INDEX t_b_idx ON t (b);']);
  });

  it('and says that it is unchecked, and why', async () => {
    const { planning } = await analyseSql({ dialect: 'postgresql', query: 'SELECT x FROM t WHERE a = 1' });
    expect(planning).toEqual({ assumptions: [], unchecked: 'No schema was given.' });
  });
});
