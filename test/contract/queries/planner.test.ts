import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { QueryAnalysis, SqlAnalysisRequest } from '../../../lib/contracts/query-analyses.ts';
import { analyseSql } from '../../../lib/queries/analyse-sql.ts';
import { Planner } from '../../../lib/queries/planner/planner.ts';
import type { PlanTask } from '../../../lib/queries/planner/task.ts';

// A busy machine takes long to open a database, and to end what computes for ever is not to be waited for.
const planner = new Planner({ startMs: 120_000, planMs: 20_000 });
beforeAll(() => planner.warm());
afterAll(() => planner.close());

const schema = 'CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b text, c timestamp)';
const task = (query: string): PlanTask => ({
  tables: [{ name: 't', statements: ['CREATE TABLE "t" (a integer)'], rows: 10, pages: 1, columns: [], indexes: [] }],
  candidates: [],
  query,
  nestedLoopsOnly: false,
});
const analysed = (request: Partial<SqlAnalysisRequest>): Promise<QueryAnalysis> =>
  analyseSql(
    { dialect: 'postgresql', query: 'SELECT * FROM t WHERE a = 1', schema, ...request } as SqlAnalysisRequest,
    planner,
  );
const ddlOf = ({ indexSuggestions }: QueryAnalysis): string[] => indexSuggestions.map(({ ddl }) => ddl);

describe('The planner in its thread', () => {
  it('answers one after the other, and each for itself', async () => {
    const [one, other, again] = await Promise.all([
      analysed({}),
      analysed({ query: 'SELECT * FROM t WHERE b = $1', schema: 'CREATE TABLE t (b text)' }),
      analysed({}),
    ]);
    expect(ddlOf(one)).toEqual(['CREATE INDEX t_a_idx ON t (a);']);
    expect(ddlOf(other)).toEqual(['CREATE INDEX t_b_idx ON t (b);']);
    expect(again).toEqual(one);
    expect(one.planning.assumptions).toEqual(['t: 100000 rows.', expect.stringContaining('a tenth of the rows')]);
  });

  it('plans with the values that are given, and with none', async () => {
    const statistics = {
      tables: {
        t: {
          rows: 100_000,
          columns: {
            a: {
              distinctValues: 3,
              mostCommon: [
                { value: 1, sharePercent: 99 },
                { value: 2, sharePercent: 0.1 },
              ],
            },
          },
        },
      },
    };
    const query = 'SELECT * FROM t WHERE a = $1';
    expect(ddlOf(await analysed({ query, statistics, parameters: [1] }))).toEqual([]);
    expect(ddlOf(await analysed({ query, statistics, parameters: [2] }))).toEqual(['CREATE INDEX t_a_idx ON t (a);']);
    const range = { tables: { t: { rows: 100_000, columns: { a: { min: 0, max: 1000 } } } } };
    expect(ddlOf(await analysed({ query: 'SELECT * FROM t WHERE a > 990', statistics: range }))).toEqual([
      'CREATE INDEX t_a_idx ON t (a);',
    ]);
    expect(ddlOf(await analysed({ query: 'SELECT * FROM t WHERE a > 10', statistics: range }))).toEqual([]);
  });

  it.each<[string, Partial<SqlAnalysisRequest>, string[]]>([
    [
      'MySQL, with values that it computes',
      {
        dialect: 'mysql',
        query: 'SELECT `id` FROM `t` FORCE INDEX (x) WHERE `a` = ? AND c > DATE_SUB(NOW(), INTERVAL 7 DAY) LIMIT 5, 10',
        schema:
          'CREATE TABLE `t` (`id` BIGINT UNSIGNED NOT NULL, `a` INT, c DATETIME, PRIMARY KEY (`id`)) ENGINE=InnoDB',
      },
      ['CREATE INDEX t_a_c_idx ON t (a, c);'],
    ],
    [
      'SQLite, which joins by loops only',
      {
        dialect: 'sqlite',
        query: 'SELECT * FROM [T] x JOIN u ON u."Ref" = x.A',
        schema:
          'CREATE TABLE T (id INTEGER PRIMARY KEY, A TEXT); CREATE TABLE u (id INTEGER PRIMARY KEY, "Ref" TEXT NOT NULL UNIQUE)',
      },
      [],
    ],
    [
      'an expression of MySQL',
      {
        dialect: 'mysql',
        query: "SELECT id FROM t WHERE lower(a) = 'x'",
        schema: 'CREATE TABLE t (id INT PRIMARY KEY, a VARCHAR(100))',
      },
      ['CREATE INDEX t_lower_a_idx ON t ((lower(a)));'],
    ],
  ])('plans for %s', async (_what, request, expected) => {
    const analysis = await analysed(request);
    expect(analysis.planning).toMatchObject({ checkedBy: 'postgresql' });
    expect(ddlOf(analysis)).toEqual(expected);
  });

  it('says why it could not be asked, and then goes by rules', async () => {
    const unplannable: [Partial<SqlAnalysisRequest>, string][] = [
      [{ query: 'SELECT * FROM nowhere WHERE a = 1' }, 'The schema has no table nowhere.'],
      [
        { query: 'SELECT * FROM t WHERE a = 1 AND nothing > 2' },
        'PostgreSQL does not plan it: column "nothing" does not exist.',
      ],
      [
        { dialect: 'mysql', query: 'SELECT id FROM t WHERE a = 1 AND MATCH (b) AGAINST (?)' },
        'The query has no translation to PostgreSQL.',
      ],
    ];
    for (const [request, reason] of unplannable) {
      const analysis = await analysed(request);
      expect(analysis.planning.unchecked).toBe(reason);
      expect(ddlOf(analysis)).toHaveLength(1);
      expect(analysis.indexSuggestions[0]).not.toHaveProperty('checkedBy');
    }
  });

  it.each<[string, Partial<SqlAnalysisRequest>]>([
    [
      'a name that ends a statement',
      { query: 'SELECT * FROM "t""; COMMIT; --" WHERE a = 1', schema: 'CREATE TABLE "t""; COMMIT; --" (a int)' },
    ],
    [
      'a column that ends a statement',
      { query: `SELECT * FROM t WHERE "a'); COMMIT; --" = 1`, schema: `CREATE TABLE t ("a'); COMMIT; --" int)` },
    ],
    [
      'a type that ends a statement',
      { query: 'SELECT * FROM t WHERE a = 1', schema: 'CREATE TABLE t (a "int); COMMIT; --")' },
    ],
    ['a value that ends a statement', { query: 'SELECT * FROM t WHERE b = $1', parameters: ["'; COMMIT; --\\"] }],
    [
      'statements in the schema',
      {
        schema: `${schema}; INSERT INTO t VALUES (1); COMMIT; CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; COPY t FROM '/etc/passwd'; DROP TABLE t`,
      },
    ],
    [
      'a text of MySQL that PostgreSQL ends elsewhere',
      {
        dialect: 'mysql',
        query: `SELECT id FROM t WHERE a = 1 AND b = "\\"'; COMMIT; --"`,
        schema: 'CREATE TABLE t (id int, a int, b text, KEY k ((lower("x\'; COMMIT; --"))))',
      },
    ],
    [
      'a condition of an index of SQLite',
      {
        dialect: 'sqlite',
        query: 'SELECT id FROM t WHERE a = 1',
        schema: "CREATE TABLE t (id int, a int); CREATE INDEX i ON t (a) WHERE a = '\\'; COMMIT; --'",
      },
    ],
    [
      'a query that changes what it reads',
      { query: 'WITH gone AS (DELETE FROM t RETURNING a) SELECT * FROM gone WHERE a = 1' },
    ],
    [
      'functions that do something',
      { query: "SELECT pg_sleep(60), set_config('search_path', 'x', false), lo_create(5) FROM t WHERE a = 1" },
    ],
  ])('leaves nothing behind of %s', async (_what, request) => {
    await analysed(request).catch(() => {});
    const names = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace";
    // Another table of the name could not be created, and the transaction would not be begun anew.
    expect(await planner.plan(task(names))).toMatchObject({ type: 'planned' });
    expect(ddlOf(await analysed({}))).toEqual(['CREATE INDEX t_a_idx ON t (a);']);
  });

  it('refuses what would take more memory than it may have, and goes on', async () => {
    const outcome = await planner.plan(task("SELECT a FROM t WHERE length(repeat('x', 1000000000)) = a"));
    expect(outcome).toEqual({ type: 'refused', reason: 'out of memory' });
    expect(await planner.plan(task('SELECT a FROM t'))).toMatchObject({ type: 'planned' });
  });
});

describe('What makes the planner compute for ever', () => {
  it('is ended in time, and the next question is answered by another', async () => {
    const impatient = new Planner({ startMs: 120_000, planMs: 2_000 });
    const endless = `SELECT a FROM t WHERE a = ${Array.from({ length: 50 }, (_, at) => `factorial(${30_000 + at})`).join(' + ')}`;
    const before = Date.now();
    const outcome = await impatient.plan(task(endless));
    expect(outcome).toEqual({ type: 'refused', reason: 'The planner took too long.' });
    expect(Date.now() - before).toBeLessThan(120_000);
    const next = new Planner({ startMs: 120_000, planMs: 60_000 });
    expect(await next.plan(task('SELECT a FROM t'))).toMatchObject({ type: 'planned', chosen: [] });
    await Promise.all([impatient.close(), next.close()]);
  });

  it('is not waited for when it is not ready', async () => {
    const late = new Planner({ startMs: 1 });
    expect(await late.plan(task('SELECT a FROM t'))).toEqual({
      type: 'refused',
      reason: 'The planner was not ready in time.',
    });
    await late.close();
  });
});
