import type { IndexSuggestion, QueryAnalysis } from '../contracts/query-analyses.ts';
import { type AsksPlanner, checkedByPlanner, suggestionOf } from './planner/check.ts';
import { worthwhile } from './planner/choose.ts';
import { knownCandidates, unserved } from './rules/all-candidates.ts';
import { chosenByRules } from './rules/by-rules.ts';
import type { Candidate, RuleContext } from './rules/candidate.ts';
import { renderIndex } from './rules/ddl.ts';
import type { Schema } from './schema/model.ts';
import type { Scope } from './sql/scope.ts';
import type { Literal } from './sql/tree.ts';

export interface Suggested {
  indexSuggestions: IndexSuggestion[];
  rejectedSuggestions: QueryAnalysis['rejectedSuggestions'];
  planning: QueryAnalysis['planning'];
}

/** By rules alone, of a query that nothing more is known of. */
export function suggestedByRules(
  scopes: readonly Scope[],
  context: RuleContext,
  schema: Schema | undefined,
): IndexSuggestion[] {
  const chosen = scopes.flatMap((scope) => chosenByRules(knownCandidates(scope, context, schema), scope, context));
  return rendered(chosen, context, schema);
}

function rendered(chosen: readonly Candidate[], context: RuleContext, schema: Schema | undefined): IndexSuggestion[] {
  const suggestions = chosen.map((candidate) => suggestionOf(candidate, renderIndex(candidate, context, schema)));
  return [...new Map(suggestions.map((each) => [each.ddl, each])).values()];
}

/** Checked by PostgreSQL's planner where there is a schema and a planner, else by rules, saying so. */
export async function suggestIndexes(
  scopes: readonly Scope[],
  context: RuleContext,
  {
    schema,
    values,
    planner,
  }: { schema: Schema | undefined; values: readonly Literal[] | undefined; planner: AsksPlanner | undefined },
): Promise<Suggested> {
  const unchecked = (reason: string): Suggested => ({
    indexSuggestions: suggestedByRules(scopes, context, schema),
    rejectedSuggestions: [],
    planning: { assumptions: [], unchecked: reason },
  });
  const passedOver =
    schema === undefined || schema.passedOver.length === 0
      ? []
      : [`Of the schema, ${[...new Set(schema.passedOver)].join(', ')} was passed over.`];
  if (schema === undefined) return unchecked('No schema was given.');
  if (planner === undefined) return unchecked('No planner was asked.');
  const candidates = unserved(
    scopes.flatMap((scope) => knownCandidates(scope, context, schema)),
    context,
    schema,
  );
  const checked = await checkedByPlanner({ candidates, scopes, schema, context, values }, planner);
  if (typeof checked === 'string') return unchecked(checked);
  // What no cost can be told of without rows: the words within texts.
  const isCostly = checked.cost >= worthwhile.minCost;
  const searching = candidates.filter(({ method }) => method === 'gin' && isCostly);
  return {
    indexSuggestions: [...checked.suggestions, ...rendered(searching, context, schema)],
    rejectedSuggestions: checked.rejected,
    planning: { checkedBy: 'postgresql', cost: checked.cost, assumptions: [...checked.assumptions, ...passedOver] },
  };
}
