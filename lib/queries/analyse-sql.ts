import { fingerprintOf, mysqlFingerprintOf } from '../contracts/fingerprint.ts';
import type { QueryAnalysis, SqlAnalysisRequest } from '../contracts/query-analyses.ts';
import type { AsksPlanner } from './planner/check.ts';
import { type Cacheability, cachingAdvice } from './rules/caching.ts';
import type { RuleContext } from './rules/candidate.ts';
import { complexityOf } from './rules/complexity.ts';
import { explainFindings } from './rules/explain-findings.ts';
import { findingsOf, inOrder } from './rules/findings.ts';
import { literalsInText, parameterize } from './rules/parameterization.ts';
import { readSchema } from './schema/read-schema.ts';
import { readStatement } from './sql/read.ts';
import { type Scope, scopesOf } from './sql/scope.ts';
import { expressionsOf, type Statement, withinExpression } from './sql/tree.ts';
import { suggestIndexes } from './suggestions.ts';

/**
 * All that is to be said of one statement of SQL.
 * @throws {UnreadableQuery} of the query; that of the schema is wrapped in an `UnreadableSchema`
 */
export async function analyseSql(request: SqlAnalysisRequest, planner?: AsksPlanner): Promise<QueryAnalysis> {
  const { dialect, query: text, statistics, parameters, explain } = request;
  const statement = await readStatement(text, dialect);
  const schema = request.schema === undefined ? undefined : await schemaOf(request.schema, dialect);
  const scopes = scopesOf(statement, schema);
  const context: RuleContext = { dialect, text, ...(statistics === undefined ? {} : { statistics }) };
  const suggested = await suggestIndexes(scopes, context, { schema, values: parameters, planner });
  return {
    dialect,
    fingerprint: dialect === 'mysql' ? mysqlFingerprintOf(text) : fingerprintOf(text),
    statement: statement.kind,
    complexity: complexityOf(scopes),
    findings: [
      ...explainFindings(explain),
      ...findingsOf(statement, scopes, context),
      ...inOrder(literalsInText(text, dialect), text),
    ],
    ...suggested,
    parameterization: parameterize(text, dialect),
    caching: cachingAdvice(cacheabilityOf(statement, scopes, text), statistics),
  };
}

/** What is wrong with the schema is told of the schema. */
export class UnreadableSchema extends Error {
  override readonly name = 'UnreadableSchema';
}

const schemaOf = (text: string, dialect: SqlAnalysisRequest['dialect']) =>
  readSchema(text, dialect).catch((error: unknown) => {
    throw new UnreadableSchema(error instanceof Error ? error.message : 'It cannot be read.', { cause: error });
  });

const momentary =
  /^(now|random|rand|current_timestamp|clock_timestamp|statement_timestamp|gen_random_uuid|uuid|newid|nextval|lastval|currval|last_insert_id|pg_\w+|sleep|get_lock|sysdate|curdate|curtime|unix_timestamp)$/;

export function cacheabilityOf(statement: Statement, scopes: readonly Scope[], text: string): Cacheability {
  const calls = scopes.flatMap(({ query }) =>
    expressionsOf(query)
      .flatMap((each) => [...withinExpression(each)])
      .flatMap((each) => (each.type === 'call' ? [each.name] : [])),
  );
  const locks = /\bfor\s+(update|share|no\s+key\s+update|key\s+share)\b|\block\s+in\s+share\s+mode\b/i.test(text);
  return {
    isRead: statement.kind === 'select',
    isMomentary: locks || calls.some((name) => momentary.test(name)),
    isAggregate: scopes.some(
      ({ query, role }) =>
        role === 'top' && (query.groupBy.length > 0 || calls.some((name) => /^(count|sum|avg|min|max)$/.test(name))),
    ),
  };
}
