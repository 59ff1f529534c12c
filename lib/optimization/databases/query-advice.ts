import { type QueryKind, queryKinds } from '../../analysis/rules/query-kinds.ts';
import { lookupMs } from '../../analysis/rules/slow-kinds.ts';
import type { RegisteredDatabase } from '../../contracts/databases.ts';
import type { IndexSuggestion, QueryDialect } from '../../contracts/query-analyses.ts';
import { isAdvice, queryAdviceFor } from '../../queries/fingerprint-advice.ts';
import type { Schema } from '../../queries/schema/model.ts';
import type { TelemetryAggregate } from '../../telemetry/aggregate.ts';

/** What would help a kind of query, and where it could be done. */
export interface QueryAdvice {
  kind: QueryKind;
  dialect: QueryDialect;
  indexes: readonly IndexSuggestion[];
  /** The registered database that the query is of. Absent: none is, or more than one could be. */
  database?: string;
}

/** A registered database, and what is known of it. */
export interface KnownDatabase {
  name: string;
  system: RegisteredDatabase['system'];
  /** Absent: it could not be read. */
  schema?: Schema;
}

/** Those that take most of the time; what is behind them would change little. */
const maxKinds = 20;
/** Rarer ones cost nobody anything. */
const minQueries = 20;

const systemOf: Record<string, KnownDatabase['system']> = {
  sqlite: 'sqlite',
  postgresql: 'postgresql',
  postgres: 'postgresql',
};

/** Looks at the slow kinds of query that take most time. Telemetry names no databases: a query is of the one of its system that has its tables. */
export async function queryAdviceOn(
  { queries }: Pick<TelemetryAggregate, 'queries'>,
  databases: readonly KnownDatabase[],
): Promise<QueryAdvice[]> {
  const kinds = queryKinds(queries)
    .filter(
      ({ system, queryTime }) => queryTime.count >= minQueries && queryTime.quantile(0.5) >= lookupMs(system) * 1000,
    )
    .sort((a, b) => b.queryTime.sum - a.queryTime.sum)
    .slice(0, maxKinds);
  const advice: QueryAdvice[] = [];
  for (const kind of kinds) {
    const database = await databaseOf(kind, databases);
    const told = await queryAdviceFor(kind, { schema: database?.schema });
    if (!isAdvice(told) || told.indexSuggestions.length === 0) continue;
    const { dialect, indexSuggestions: indexes } = told;
    advice.push({ kind, dialect, indexes, ...(database === undefined ? {} : { database: database.name }) });
  }
  return advice;
}

async function databaseOf(kind: QueryKind, databases: readonly KnownDatabase[]): Promise<KnownDatabase | undefined> {
  const ofSystem = databases.filter(({ system }) => system === systemOf[kind.system.toLowerCase()]);
  const [first, ...others] = ofSystem;
  if (first === undefined || others.length === 0) return first;
  const told = await queryAdviceFor(kind);
  const tables = isAdvice(told) ? told.indexSuggestions.map(({ table }) => table.toLowerCase()) : [];
  const having = ofSystem.filter(
    ({ schema }) => tables.length > 0 && tables.every((table) => schema?.tables.has(table)),
  );
  return having.length === 1 ? having[0] : undefined;
}
