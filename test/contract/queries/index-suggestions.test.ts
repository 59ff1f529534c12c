import type { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type QueryAnalysis, queryAnalysis } from '../../../lib/contracts/query-analyses.ts';
import { analyseSql } from '../../../lib/queries/analyse-sql.ts';
import { openDatabase, PlannerDatabase } from '../../../lib/queries/planner/database.ts';
import { shopRows, shopSchema, shopStatistics } from '../../support/query-shop.ts';
import { indexCases } from './index-cases.ts';

const placeOf = (ddl: string): string => /INDEX \S+ ON (.*);$/.exec(ddl)?.[1] ?? ddl;
/** The values that stand for placeholders where a plan is asked for with rows in the tables. */
const generic = 'EXPLAIN (GENERIC_PLAN, FORMAT JSON) ';

let database: PGlite;
let planner: PlannerDatabase;
beforeAll(async () => {
  database = await openDatabase();
  planner = await PlannerDatabase.over(database);
}, 60_000);
afterAll(() => database.close());

/** Once for both of the tests that ask. */
const known = new Map<string, QueryAnalysis>();
async function analysed(query: string): Promise<QueryAnalysis> {
  const request = { dialect: 'postgresql', query, schema: shopSchema, statistics: shopStatistics } as const;
  const analysis = known.get(query) ?? (await analyseSql(request, planner));
  known.set(query, analysis);
  return analysis;
}

describe('The indexes that a query calls for', () => {
  it('are tried on many queries', () => expect(indexCases.length).toBeGreaterThanOrEqual(50));

  it.each(indexCases)('$about: $query', async ({ query, expected }) => {
    const analysis = await analysed(query);
    expect(queryAnalysis.parse(analysis)).toEqual(analysis);
    expect(analysis.planning.unchecked).toBeUndefined();
    expect(analysis.indexSuggestions.map(({ ddl }) => placeOf(ddl)).toSorted()).toEqual(expected.toSorted());
    for (const { costBefore, costAfter, improvementPercent, checkedBy, ddl } of analysis.indexSuggestions) {
      if (ddl.includes('USING gin')) continue;
      expect(checkedBy).toBe('postgresql');
      expect(costBefore).toBeGreaterThanOrEqual(100);
      expect(costAfter).toBeLessThanOrEqual((costBefore ?? 0) / 2);
      expect(improvementPercent).toBeGreaterThanOrEqual(50);
    }
  });
});

describe('PostgreSQL, with rows in the tables', () => {
  /** All that is suggested for a query is created together: a join may need both. */
  it('uses each of the indexes that are suggested', { timeout: 60_000 }, async () => {
    const advised = indexCases.filter(
      ({ expected }) => expected.length > 0 && !expected.some((each) => each.includes('gin')),
    );
    const suggested = [];
    for (const { query } of advised) suggested.push({ query, indexes: (await analysed(query)).indexSuggestions });
    const unused: string[] = [];
    await database.exec('BEGIN');
    await database.exec(shopSchema);
    await database.exec(shopRows);
    for (const { query, indexes } of suggested) {
      await database.exec('SAVEPOINT before');
      for (const { ddl } of indexes) await database.exec(ddl);
      const [plan] = await database.exec(generic + query);
      const told = JSON.stringify(plan?.rows);
      for (const { ddl } of indexes) {
        const name = /CREATE INDEX (\S+)/.exec(ddl)?.[1];
        if (!told.includes(`"Index Name":"${name}"`)) unused.push(`${name} for ${query}`);
      }
      await database.exec('ROLLBACK TO SAVEPOINT before');
    }
    await database.exec('ROLLBACK');
    expect(suggested.length).toBeGreaterThan(30);
    expect(unused).toEqual([]);
  });
});

describe('The planner', () => {
  it('has nothing of one question left for the next', async () => {
    await analysed('SELECT * FROM customers WHERE email = $1');
    const left = await database.query("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace");
    expect(left.rows).toEqual([]);
  });
});
