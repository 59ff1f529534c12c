import type { QueryAnalysis } from '../../contracts/query-analyses.ts';
import type { Scope } from '../sql/scope.ts';
import { expressionsOf, withinExpression } from '../sql/tree.ts';

type Counts = Omit<QueryAnalysis['complexity'], 'score' | 'level'>;

/** How much each part adds to the score, of 100. */
const weights: Record<keyof Counts, number> = {
  tables: 4,
  joins: 6,
  subqueries: 10,
  conditions: 2,
  aggregations: 4,
  sorts: 3,
  setOperations: 8,
};

export function complexityOfCounts(counts: Counts): QueryAnalysis['complexity'] {
  const sum = Object.entries(counts).reduce((total, [name, count]) => total + weights[name as keyof Counts] * count, 0);
  const score = Math.min(100, sum);
  const level = score < 20 ? 'simple' : score < 45 ? 'moderate' : score < 75 ? 'complex' : 'very-complex';
  return { score, level, ...counts };
}

const comparing =
  /^(=|<>|<=>|[<>]=?|@>|<@|&&|@@|~\*?|(not )?(i?like|in|between|exists|glob|regexp|similar to)( symmetric)?|(any|all) .*|is .*)$/;
const aggregating =
  /^(count|sum|avg|min|max|group_concat|string_agg|array_agg|json_agg|jsonb_agg|stddev|variance|percentile_\w+|rank|row_number|dense_rank)$/;

/** How much there is to a statement: it rises with each table, join, subquery, condition, aggregation and sort. */
export function complexityOf(scopes: readonly Scope[]): QueryAnalysis['complexity'] {
  const sum = (count: (scope: Scope) => number): number => scopes.reduce((total, scope) => total + count(scope), 0);
  return complexityOfCounts({
    tables: sum(({ tables }) => tables.length),
    joins: sum(({ query }) => Math.max(0, query.sources.length - 1)),
    subqueries: scopes.filter(({ role }) => role !== 'top' && role !== 'arm').length,
    conditions: sum(
      ({ query: { where, having, sources } }) =>
        [where, having, ...sources.map(({ on }) => on)]
          .flatMap((each) => [...withinExpression(each)])
          .filter((each) => each.type === 'operation' && comparing.test(each.operator)).length,
    ),
    aggregations: sum(
      ({ query }) =>
        query.groupBy.length +
        expressionsOf(query)
          .flatMap((each) => [...withinExpression(each)])
          .filter((each) => each.type === 'call' && aggregating.test(each.name)).length,
    ),
    sorts: sum(({ query }) => (query.orderBy.length > 0 ? 1 : 0) + (query.distinct ? 1 : 0)),
    setOperations: sum(({ query }) => Math.max(0, query.arms.length - 1)),
  });
}
