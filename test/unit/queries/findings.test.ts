import { describe, expect, it } from 'vitest';
import { analyseSql } from '../../../lib/queries/analyse-sql.ts';
import type { SqlDialect } from '../../../lib/queries/sql/tokens.ts';

const every: readonly SqlDialect[] = ['postgresql', 'mysql', 'sqlite'];

/** What was found, each with the text at its place. */
async function found(dialect: SqlDialect, query: string, schema?: string): Promise<string[]> {
  const { findings } = await analyseSql({ dialect, query, ...(schema === undefined ? {} : { schema }) });
  return findings.map(({ code, position }) => {
    if (position === undefined) return code;
    const { offset, length } = position;
    return `${code}: ${query.slice(offset, offset + length)}`;
  });
}

const cases: readonly [query: string, found: string, schema?: string][] = [
  ['SELECT * FROM a WHERE x = 1', 'select-star: *'],
  ['SELECT a.* FROM a WHERE x = 1', 'select-star: a.*'],
  ["SELECT x FROM a WHERE name LIKE '%son'", "leading-wildcard: name LIKE '%son'"],
  ["SELECT x FROM a WHERE lower(b) = 'x'", 'function-on-column: lower(b)'],
  ['SELECT x FROM a WHERE b + 1 > 5', 'function-on-column: b + 1'],
  ["SELECT x FROM a WHERE 'y' = upper(c)", 'function-on-column: upper(c)'],
  ['SELECT x FROM a ORDER BY y LIMIT 10 OFFSET 5000', 'offset-paging: 5000'],
  ['SELECT x FROM a WHERE b NOT IN (SELECT c FROM d)', 'not-in-nulls: b NOT IN (SELECT c FROM d)'],
  ['SELECT x FROM a WHERE b NOT IN (1, NULL)', 'not-in-nulls: b NOT IN (1, NULL)'],
  ['SELECT a.x FROM a, b WHERE a.y = 1', 'cartesian-join: b'],
  ['SELECT a.x FROM b, a JOIN c ON a.i = c.i WHERE a.y = 1', 'cartesian-join: a'],
  ['SELECT x FROM a ORDER BY RANDOM() LIMIT 1', 'random-order: RANDOM()'],
  ['SELECT x FROM a WHERE b = 1 OR c = 2', 'or-across-columns: b = 1 OR c = 2'],
  ['SELECT x FROM a', 'missing-limit: SELECT'],
  ['UPDATE a SET b = 1', 'no-where: UPDATE'],
  ['DELETE FROM a', 'no-where: DELETE'],
  ['SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE b.k = 3', 'contradictory-join: b.k = 3'],
  ['SELECT x, count(*) FROM a GROUP BY x HAVING x > 5', 'having-without-group: x > 5'],
  ['SELECT x FROM a WHERE y = 1 UNION SELECT y FROM b WHERE y = 1', 'union-removes-duplicates: UNION'],
  ["SELECT x FROM a WHERE y = 'z'", "literals-in-text: 'z'"],
  ['SELECT x FROM a WHERE phone = 5', 'implicit-cast: phone = 5', 'CREATE TABLE a (x int, phone varchar(20))'],
  ["SELECT x FROM a WHERE n = 'many'", "implicit-cast: n = 'many'", 'CREATE TABLE a (x int, n int)'],
];

const clean: readonly [why: string, query: string, schema?: string][] = [
  ['a plain lookup', 'SELECT x, y FROM a WHERE z = 1 LIMIT 5'],
  ['the beginning of a text', "SELECT x FROM a WHERE name LIKE 'son%' LIMIT 5"],
  ['a function of the value', "SELECT x FROM a WHERE b = lower('X') LIMIT 5"],
  ['a first page', 'SELECT x FROM a WHERE b = 1 ORDER BY y LIMIT 10 OFFSET 0'],
  ['a list without NULL', 'SELECT x FROM a WHERE b NOT IN (1, 2) LIMIT 5'],
  [
    'what can never be NULL',
    'SELECT x FROM a WHERE b NOT IN (SELECT c FROM d) LIMIT 5',
    'CREATE TABLE a (x int, b int); CREATE TABLE d (c int NOT NULL)',
  ],
  ['what is asked not to be NULL', 'SELECT x FROM a WHERE b NOT IN (SELECT c FROM d WHERE c IS NOT NULL) LIMIT 5'],
  ['a join in WHERE', 'SELECT a.x FROM a, b WHERE a.i = b.i AND a.y = 1 LIMIT 5'],
  [
    'a join that a third table makes',
    'SELECT a.x FROM a JOIN c ON c.i = a.i JOIN b ON b.j = c.j WHERE a.y = 1 LIMIT 5',
  ],
  ['columns of which nobody knows the table', 'SELECT x FROM a, b WHERE i = j LIMIT 5'],
  ['two values of one column', 'SELECT x FROM a WHERE b = 1 OR b = 2 LIMIT 5'],
  ['one row by its nature', 'SELECT count(*), max(y) FROM a'],
  ['a change of some rows', 'DELETE FROM a WHERE b = 1'],
  ['what an outer join did not find', 'SELECT a.x FROM a LEFT JOIN b ON b.i = a.i WHERE b.i IS NULL LIMIT 5'],
  ['a condition on a group', 'SELECT x, count(*) FROM a GROUP BY x HAVING count(*) > 5 LIMIT 5'],
  ['a union of all', 'SELECT x FROM a WHERE y = 1 UNION ALL SELECT y FROM b WHERE y = 1'],
  ['a number for a number', 'SELECT x FROM a WHERE n = 5 LIMIT 5', 'CREATE TABLE a (x int, n int)'],
];

describe.each(every)('In a query of %s', (dialect) => {
  it.each(cases)('%s: %s', async (query, expected, schema) => {
    expect(await found(dialect, query, schema)).toContain(expected);
  });

  it.each(clean)('nothing is wrong with %s', async (_why, query, schema) => {
    // That values stand in the text is another matter.
    expect((await found(dialect, query, schema)).filter((each) => !each.startsWith('literals-in-text'))).toEqual([]);
  });

  it('each finding has its line and column, whatever stands before it', async () => {
    const query = "SELECT x -- é 🎉\nFROM a\r\nWHERE '🎉ü' = b AND\n  upper(c) = 'X'";
    const { findings } = await analyseSql({ dialect, query });
    expect(findings.find(({ code }) => code === 'function-on-column')?.position).toEqual({
      offset: query.indexOf('upper'),
      length: 'upper(c)'.length,
      line: 4,
      column: 3,
    });
    expect(findings.find(({ code }) => code === 'literals-in-text')?.position).toMatchObject({
      offset: query.indexOf("'🎉"),
      length: "'🎉ü'".length,
      line: 3,
      column: 7,
    });
  });

  it('values beside placeholders are there for good', async () => {
    const placeholder = dialect === 'postgresql' ? '$1' : '?';
    expect(await found(dialect, `SELECT x FROM a WHERE b = ${placeholder} AND status = 'open' LIMIT 5`)).toEqual([]);
  });
});

describe('The plan that a database printed', () => {
  const query = 'SELECT x FROM a WHERE b = $1 LIMIT 5';
  it.each<[string, unknown, string[]]>([
    [
      'PostgreSQL read a large table',
      [
        {
          Plan: {
            'Node Type': 'Limit',
            Plans: [
              {
                'Node Type': 'Seq Scan',
                'Relation Name': 'a',
                Filter: '(b = 1)',
                'Actual Rows': 3,
                'Rows Removed by Filter': 99_997,
              },
            ],
          },
        },
      ],
      ['full-scan'],
    ],
    [
      'PostgreSQL read a small one',
      [{ Plan: { 'Node Type': 'Seq Scan', 'Relation Name': 'a', Filter: '(b = 1)', 'Plan Rows': 5 } }],
      [],
    ],
    [
      'PostgreSQL sorted on disk',
      [{ Plan: { 'Node Type': 'Sort', 'Sort Space Type': 'Disk', 'Sort Space Used': 9000 } }],
      ['external-sort'],
    ],
    [
      'MySQL did both',
      {
        query_block: {
          ordering_operation: {
            using_filesort: true,
            table: { table_name: 'a', access_type: 'ALL', rows_examined_per_scan: 50_000 },
          },
        },
      },
      ['external-sort', 'full-scan'],
    ],
    ['it is none', { any: ['thing', null, 5] }, []],
    ['it is text', 'Seq Scan on a', []],
  ])('%s', async (_what, explain, codes) => {
    const { findings } = await analyseSql({ dialect: 'postgresql', query, explain: explain as never });
    expect(findings.map(({ code }) => code)).toEqual(codes);
  });
});
