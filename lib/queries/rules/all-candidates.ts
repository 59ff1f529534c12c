import { columnIn, type Schema, tableIn } from '../schema/model.ts';
import type { Scope } from '../sql/scope.ts';
import type { Candidate, RuleContext } from './candidate.ts';
import { candidatesOf } from './candidates.ts';
import { renderIndex } from './ddl.ts';
import { servingIndex } from './serving.ts';

/** The indexes that may serve a SELECT, each once, of columns that the schema knows. */
export function knownCandidates(scope: Scope, context: RuleContext, schema: Schema | undefined): Candidate[] {
  const once = new Map<string, Candidate>();
  for (const candidate of candidatesOf(scope, context)) {
    const table = tableIn(schema, candidate.source.table);
    const columns = candidate.keys.map(({ key }) => key.column).filter((column) => column !== undefined);
    if (table !== undefined && columns.some((column) => columnIn(table, column) === undefined)) continue;
    const { ddl } = renderIndex(candidate, context, schema);
    const known = once.get(ddl);
    // Of two that are written alike, the surer.
    if (known === undefined || (known.needsCheck && !candidate.needsCheck)) once.set(ddl, candidate);
  }
  return [...once.values()];
}

/** Without those that an index does the work of already, the narrower first. */
export const unserved = (
  candidates: readonly Candidate[],
  context: RuleContext,
  schema: Schema | undefined,
): Candidate[] =>
  candidates
    .filter((candidate) => {
      const table = tableIn(schema, candidate.source.table);
      return [candidate, plainer(candidate)].every((each) => servingIndex(table, each, context) === undefined);
    })
    .toSorted((a, b) => widthOf(a) - widthOf(b));

/** What finds the same rows without holding only those, or all that is read of them: where there is that, the rest is polish. */
const plainer = (candidate: Candidate): Candidate => ({
  ...candidate,
  keys: [...candidate.where.map(({ key }) => ({ key, descending: false, isEquality: true })), ...candidate.keys],
  include: [],
  where: [],
});

const widthOf = ({ keys, include }: Candidate): number => keys.length + include.length * 2;
