import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { queryAnalysis, queryLimits } from '../../../lib/contracts/query-analyses.ts';
import { analyseSql, UnreadableSchema } from '../../../lib/queries/analyse-sql.ts';
import { isAdvice, queryAdviceFor } from '../../../lib/queries/fingerprint-advice.ts';
import type { SqlDialect } from '../../../lib/queries/sql/tokens.ts';
import { UnreadableQuery } from '../../../lib/queries/sql/unreadable.ts';

const dialect = fc.constantFrom<SqlDialect>('postgresql', 'mysql', 'sqlite');
const word = fc.constantFrom(
  ...'SELECT * FROM a , b . c WHERE AND OR NOT IN ( ) = <> < LIKE BETWEEN NULL IS EXISTS JOIN LEFT ON USING GROUP BY HAVING ORDER DESC LIMIT OFFSET UNION ALL WITH AS CASE WHEN THEN END UPDATE SET DELETE INSERT INTO VALUES 1 ? $1 :x @y \'t\' "n" `q` [z] -- /* */ ; lower( count(*) interval date :: -> ->> @> ü 🎉 \\ \' " ` $$ \0 \ud800'.split(
    ' ',
  ),
);
/** Now and then nearly a query. */
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
  fc.array(word, { maxLength: 12 }).map((words) => `SELECT x FROM a WHERE b = 1 AND ${words.join(' ')}`),
);

async function analysed(given: SqlDialect, query: string, schema?: string): Promise<'read' | 'refused'> {
  try {
    const analysis = await analyseSql({ dialect: given, query, ...(schema === undefined ? {} : { schema }) });
    expect(queryAnalysis.parse(analysis)).toEqual(analysis);
    for (const { position } of analysis.findings) {
      if (position !== undefined) expect(position.offset + position.length).toBeLessThanOrEqual(query.length);
    }
    return 'read';
  } catch (error) {
    if (!(error instanceof UnreadableQuery) && !(error instanceof UnreadableSchema)) throw error;
    expect(error.message).not.toBe('');
    return 'refused';
  }
}

describe('Whatever is sent', () => {
  it('is analysed, or refused with a reason', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(dialect, text, async (given, query) => {
        seen.add(await analysed(given, query));
      }),
      { numRuns: 200 },
    );
    expect([...seen].sort()).toEqual(['read', 'refused']);
  });

  it('is read for its schema, or refused with a reason', async () => {
    await fc.assert(
      fc.asyncProperty(dialect, text, async (given, schema) => {
        await analysed(given, 'SELECT x FROM a WHERE b = 1', `CREATE TABLE a (x int, b int ${schema}`);
        await analysed(given, 'SELECT x FROM a WHERE b = 1', schema);
      }),
      { numRuns: 100 },
    );
  });

  it('has advice by its fingerprint, or a reason why not', async () => {
    const system = fc.constantFrom('postgresql', 'mysql', 'sqlite', 'mongodb', 'redis', '*other*');
    await fc.assert(
      fc.asyncProperty(system, text, async (given, fingerprint) => {
        const advice = await queryAdviceFor({ system: given, fingerprint });
        if (!isAdvice(advice)) expect(advice.reason).not.toBe('');
      }),
      { numRuns: 150 },
    );
  });

  const n = 800;
  it.each([
    ['parentheses', `SELECT ${'('.repeat(n)}1${')'.repeat(n)}`],
    ['open parentheses', `SELECT ${'('.repeat(n)}`],
    ['subqueries', `SELECT ${'(SELECT '.repeat(n)}1${')'.repeat(n)}`],
    ['calls', `SELECT ${'f('.repeat(n)}1${')'.repeat(n)}`],
    ['NOT', `SELECT a FROM t WHERE ${'NOT '.repeat(n)} b`],
    ['AND', `SELECT a FROM t WHERE b = 1${' AND b = 1'.repeat(n)}`],
    ['OR in parentheses', `SELECT a FROM t WHERE ${'(b = 1 OR '.repeat(n)}c = 1${')'.repeat(n)}`],
    ['joins', `SELECT 1 FROM a${Array.from({ length: 300 }, (_, at) => ` JOIN t${at} ON t${at}.i = a.i`).join('')}`],
    ['a list', `SELECT a FROM t WHERE b IN (1${', 1'.repeat(n)})`],
    ['sums', `SELECT 1${' + 1'.repeat(n)}`],
    ['text without an end', `SELECT '${'x'.repeat(n)}`],
    ['marks of comments', '/*'.repeat(n)],
  ])('%s without end take a moment only', { timeout: 60_000 }, async (_what, query) => {
    const long = query.slice(0, queryLimits.queryCharacters);
    const before = process.cpuUsage();
    for (const given of ['postgresql', 'mysql', 'sqlite'] as const) await analysed(given, long);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1e6).toBeLessThan(8);
  });
});
