import type { IndexSuggestion, QueryStatistics } from '../../contracts/query-analyses.ts';
import type { Candidate, RuleContext } from '../rules/candidate.ts';
import { type RenderedIndex, renderIndex } from '../rules/ddl.ts';
import type { Schema, Table } from '../schema/model.ts';
import type { Scope } from '../sql/scope.ts';
import type { Literal } from '../sql/tree.ts';
import { fallPercent } from './choose.ts';
import { asOneIndex, asOneQuery, plannableQuery } from './query-text.ts';
import { identifier } from './sql-text.ts';
import { assumedRows, plannedTable, shareOf, sized, statisticsOf } from './tables.ts';
import type { PlannedTable, PlanOutcome, PlanStep, PlanTask } from './task.ts';

/** Whoever can plan: the thread with PostgreSQL in it. */
export interface AsksPlanner {
  plan(task: PlanTask): Promise<PlanOutcome>;
}

export interface CheckedIndexes {
  suggestions: IndexSuggestion[];
  rejected: { ddl: string; reason: string }[];
  cost: number;
  assumptions: string[];
}

export interface Check {
  candidates: readonly Candidate[];
  scopes: readonly Scope[];
  schema: Schema;
  context: RuleContext;
  values: readonly Literal[] | undefined;
}

/** As few as a planner tries in a moment. */
const maxCandidates = 12;

/**
 * Lets PostgreSQL's planner choose among the candidates.
 * @returns why it could not, as a text, else what it chose
 */
export async function checkedByPlanner(check: Check, planner: AsksPlanner): Promise<CheckedIndexes | string> {
  const { schema, context, scopes, values } = check;
  const { dialect, statistics } = context;
  const named = [...new Set(scopes.flatMap(({ tables }) => tables.map(({ table }) => table.toLowerCase())))];
  const known = named.flatMap((name) => schema.tables.get(name) ?? []);
  const missing = named.filter((name) => !schema.tables.has(name));
  if (missing.length > 0) return `The schema has no table ${missing.join(', ')}.`;
  const query = plannableQuery(context.text, dialect, scopes, values);
  const text = await asOneQuery(query.text);
  if (text === undefined) return 'The query has no translation to PostgreSQL.';
  // PostgreSQL writes names in small letters; the other dialects do not mind.
  const spelling = dialect === 'postgresql' ? (name: string) => name : (name: string) => name.toLowerCase();
  const tables = await Promise.all(
    known.map((table) => withSafeIndexes(plannedTable(table, schema, statistics, spelling))),
  );
  const candidates = check.candidates.filter(({ method }) => method === 'btree').slice(0, maxCandidates);
  const planned = await Promise.all(
    candidates.map((candidate, at) => plannedCandidate(candidate, at, tables, context, schema, spelling)),
  );
  const outcome = await planner.plan({
    tables,
    candidates: planned,
    query: text,
    nestedLoopsOnly: dialect === 'sqlite',
  });
  if (outcome.type === 'refused') return `PostgreSQL does not plan it: ${outcome.reason.replace(/\.$/, '')}.`;
  return told(outcome, candidates, { check, known, assumptions: query.assumptions });
}

async function withSafeIndexes(table: PlannedTable): Promise<PlannedTable> {
  const safe = await Promise.all(
    table.indexes.map(async (index) => ({ ...index, statement: (await asOneIndex(index.statement)) ?? '' })),
  );
  return { ...table, indexes: safe.filter(({ statement }) => statement !== '') };
}

async function plannedCandidate(
  candidate: Candidate,
  at: number,
  tables: readonly PlannedTable[],
  context: RuleContext,
  schema: Schema,
  spelling: (name: string) => string,
): Promise<PlanTask['candidates'][number]> {
  const name = `candidate_${at}`;
  const table = tables.find((each) => each.name.toLowerCase() === candidate.source.table.toLowerCase());
  const forPostgresql: RuleContext = { ...context, dialect: 'postgresql' };
  const spelled: Candidate = {
    ...candidate,
    source: { ...candidate.source, table: table?.name ?? candidate.source.table },
    keys: candidate.keys.map(({ key, ...rest }) => ({
      ...rest,
      key: key.column === undefined ? key : { ...key, column: spelling(key.column) },
    })),
    include: candidate.include.map(spelling),
  };
  const { schema: _place, ...source } = spelled.source;
  const {
    ddl,
    name: ordinary,
    columns,
  } = renderIndex({ ...spelled, source }, forPostgresql, context.dialect === 'postgresql' ? schema : undefined);
  const statement = await asOneIndex(ddl.replace(ordinary, name));
  const rowShare = candidate.where.reduce((share, { key, kind, value }) => {
    const column = table?.columns.find(({ name: each }) => each.toLowerCase() === key.column?.toLowerCase());
    return share * shareOf(kind, column, value);
  }, 1);
  // A statement that is none is refused when it is created.
  const safe = statement ?? `CREATE INDEX ${identifier(name)} ON ${identifier(table?.name ?? '')} ()`;
  const index = { name, statement: safe, rowShare };
  const expressions = candidate.keys.map(({ key }, place) => (key.column === undefined ? columns[place] : undefined));
  const planned =
    table === undefined
      ? { ...index, rows: 0, pages: 2, expressions: [] }
      : sized(index, [...columns, ...candidate.include.map(spelling)], table, expressions);
  return { ...planned, holdsAll: candidate.include.length > 0 };
}

function told(
  outcome: Extract<PlanOutcome, { type: 'planned' }>,
  candidates: readonly Candidate[],
  { check, known, assumptions }: { check: Check; known: readonly Table[]; assumptions: readonly string[] },
): CheckedIndexes {
  const render = (candidate: Candidate | undefined): RenderedIndex | undefined =>
    candidate === undefined ? undefined : renderIndex(candidate, check.context, check.schema);
  const suggestions = outcome.chosen.flatMap((step) => {
    const candidate = candidates[step.candidate];
    const rendered = render(candidate);
    return candidate === undefined || rendered === undefined ? [] : [suggestionOf(candidate, rendered, step)];
  });
  const ddls = new Set(suggestions.map(({ ddl }) => ddl));
  return {
    suggestions,
    rejected: outcome.rejected.flatMap(({ candidate, reason }) => {
      const ddl = render(candidates[candidate])?.ddl;
      return ddl === undefined || ddls.has(ddl) ? [] : [{ ddl, reason }];
    }),
    cost: outcome.cost,
    assumptions: [...assumptions, ...assumedOf(known, check.context.statistics)],
  };
}

/** @param step what a planner made of it; absent: none was asked */
export function suggestionOf(
  { kind, purpose }: Candidate,
  { ddl, table, columns }: RenderedIndex,
  step?: Omit<PlanStep, 'candidate'>,
): IndexSuggestion {
  const suggestion: IndexSuggestion = { ddl, table, columns, kind, reason: `It ${purpose}.` };
  if (step === undefined) return suggestion;
  const { costBefore, costAfter, isTogether } = step;
  const how = isTogether ? ', with all that are suggested together' : '';
  return {
    ...suggestion,
    reason: `It ${purpose}. The planner's cost falls from ${costBefore} to ${costAfter}${how}.`,
    costBefore,
    costAfter,
    improvementPercent: fallPercent(costBefore, costAfter),
    checkedBy: 'postgresql',
  };
}

function assumedOf(tables: readonly Table[], statistics: QueryStatistics | undefined): string[] {
  const unknown = tables.filter(({ name }) => statisticsOf(name, statistics) === undefined).map(({ name }) => name);
  const bare = tables
    .filter(({ name }) => statisticsOf(name, statistics)?.columns === undefined)
    .map(({ name }) => name);
  return [
    ...(unknown.length === 0 ? [] : [`${unknown.join(', ')}: ${assumedRows} rows.`]),
    ...(bare.length === 0
      ? []
      : [
          `${bare.join(', ')}: distinct values by the type, name and indexes of a column, otherwise a tenth of the rows.`,
        ]),
  ];
}
