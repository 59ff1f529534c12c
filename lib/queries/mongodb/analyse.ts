import type { MongoAnalysisRequest, MongoQuery, QueryAnalysis } from '../../contracts/query-analyses.ts';
import { cachingAdvice } from '../rules/caching.ts';
import { complexityOfCounts } from '../rules/complexity.ts';
import { readMongoExplain } from './explain.ts';
import { mongoFindings } from './findings.ts';
import { suggestMongoIndexes } from './indexes.ts';
import { type Operation, readOperation } from './operation.ts';
import { parameterizeMongo } from './parameterization.ts';

const changing = new Set(['$out', '$merge']);

/** All that is to be said of one query of MongoDB. No planner of it can be had, and none is claimed. */
export function analyseMongo({ query, schema, statistics, explain }: MongoAnalysisRequest): QueryAnalysis {
  const operation = readOperation(query);
  const explained = readMongoExplain(explain);
  const parameterization = parameterizeMongo(query);
  return {
    dialect: 'mongodb',
    fingerprint: parameterization.text,
    statement: operation.kind,
    complexity: complexityOf(operation, query),
    findings: [...explained.findings, ...mongoFindings(operation, schema, statistics)],
    indexSuggestions: suggestMongoIndexes(operation, schema, explained.isRangeSelective),
    rejectedSuggestions: [],
    planning: { assumptions: [], unchecked: 'There is no planner of MongoDB here; give what explain() printed.' },
    parameterization,
    caching: cachingAdvice(
      {
        isRead: !operation.stages.some(({ name }) => changing.has(name)),
        isMomentary: operation.stages.some(({ name }) => name === '$sample'),
        isAggregate: operation.stages.some(({ name }) => /^\$(group|count|bucket|sortByCount)/.test(name)),
      },
      statistics,
    ),
  };
}

function complexityOf({ filter, sort, lookups, stages }: Operation, query: MongoQuery): QueryAnalysis['complexity'] {
  const count = (...names: string[]): number => stages.filter(({ name }) => names.includes(name)).length;
  const later = 'pipeline' in query ? Math.max(0, count('$match') - 1) : 0;
  return complexityOfCounts({
    tables: 1 + lookups.length + count('$unionWith'),
    joins: lookups.length,
    subqueries: stages.filter(({ name, value }) => name === '$lookup' && JSON.stringify(value).includes('"pipeline"'))
      .length,
    conditions: filter.conditions.length + filter.alternatives.reduce((sum, { arms }) => sum + arms.length, 0) + later,
    aggregations: count('$group', '$bucket', '$bucketAuto', '$sortByCount', '$count', '$setWindowFields'),
    sorts: Math.max(count('$sort'), sort.length > 0 ? 1 : 0),
    setOperations: count('$facet', '$unionWith'),
  });
}
