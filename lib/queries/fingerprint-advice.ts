import type { IndexSuggestion, QueryDialect, QueryFinding, QueryStatistics } from '../contracts/query-analyses.ts';
import { mongoFindings } from './mongodb/findings.ts';
import { suggestMongoIndexes } from './mongodb/indexes.ts';
import { readOperation } from './mongodb/operation.ts';
import { readShape } from './mongodb/read-shape.ts';
import type { RuleContext } from './rules/candidate.ts';
import { findingsOf } from './rules/findings.ts';
import type { Schema } from './schema/model.ts';
import { readStatement } from './sql/read.ts';
import { scopesOf } from './sql/scope.ts';
import { UnreadableQuery } from './sql/unreadable.ts';
import { suggestedByRules } from './suggestions.ts';

export interface FingerprintAdvice {
  dialect: QueryDialect;
  /** Positions are in the fingerprint. */
  findings: QueryFinding[];
  /** By rules alone: nothing is known of the tables and of the indexes that they have. */
  indexSuggestions: IndexSuggestion[];
}

/** Why there is no advice: for people. */
export interface NoAdvice {
  reason: string;
}

/** What telemetry calls the databases, by the dialect that they speak. */
const dialectOf: Record<string, Exclude<QueryDialect, 'mongodb'>> = {
  postgresql: 'postgresql',
  postgres: 'postgresql',
  cockroachdb: 'postgresql',
  redshift: 'postgresql',
  mysql: 'mysql',
  mariadb: 'mysql',
  sqlite: 'sqlite',
};

/** A fingerprint has no values left to tell of. */
const unhelpful = new Set<QueryFinding['code']>(['literals-in-text']);

/**
 * Advice on a kind of query that telemetry has seen: its fingerprint, in which each value is a `?`. Loads the grammar of its
 * dialect when it is first asked about, and no planner. Never throws.
 * @param known.schema of the database: with it, nothing is suggested that is there already, or on a column that is not
 */
export async function queryAdviceFor(
  { system, fingerprint }: { system: string; fingerprint: string },
  { statistics, schema }: { statistics?: QueryStatistics; schema?: Schema | undefined } = {},
): Promise<FingerprintAdvice | NoAdvice> {
  if (system.toLowerCase() === 'mongodb') return adviceOnShape(fingerprint);
  const dialect = dialectOf[system.toLowerCase()];
  if (dialect === undefined) return { reason: `There is no advice on queries of ${system}.` };
  try {
    const statement = await readStatement(fingerprint, dialect);
    const scopes = scopesOf(statement, schema);
    const context: RuleContext = { dialect, text: fingerprint, ...(statistics === undefined ? {} : { statistics }) };
    const findings = findingsOf(statement, scopes, context).filter(({ code }) => !unhelpful.has(code));
    return { dialect, findings, indexSuggestions: suggestedByRules(scopes, context, schema) };
  } catch (error) {
    if (error instanceof UnreadableQuery || error instanceof RangeError) return { reason: error.message };
    return { reason: 'The fingerprint could not be analysed.' };
  }
}

/** What a value says, a shape does not tell. */
const ofValues = new Set<QueryFinding['code']>(['unanchored-regex', 'missing-limit', 'offset-paging']);

function adviceOnShape(fingerprint: string): FingerprintAdvice | NoAdvice {
  const query = readShape(fingerprint);
  if (query === undefined) return { reason: 'It is no find and no aggregate, or it was cut off.' };
  const operation = readOperation(query);
  const findings = mongoFindings(operation, undefined, undefined).filter(({ code }) => !ofValues.has(code));
  return { dialect: 'mongodb', findings, indexSuggestions: suggestMongoIndexes(operation, undefined, false) };
}

export const isAdvice = (advice: FingerprintAdvice | NoAdvice): advice is FingerprintAdvice => 'findings' in advice;
