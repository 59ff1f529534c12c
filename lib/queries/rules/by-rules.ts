import { tableIn } from '../schema/model.ts';
import type { Scope } from '../sql/scope.ts';
import type { Source } from '../sql/tree.ts';
import type { Candidate, RuleContext } from './candidate.ts';
import { isBegun, servingIndex } from './serving.ts';

/** How well a table can be begun with: the fewer rows a condition leaves, the better. */
const weights: Record<Candidate['kind'], number> = {
  equality: 4,
  expression: 4,
  partial: 4,
  range: 2,
  order: 3,
  group: 1,
  join: 0,
  covering: 0,
  trigram: 1,
  inverted: 2,
};

/**
 * What to suggest where no planner can be asked: of the table that the query can best begin with, the index that it is looked up
 * by, and of each that is joined, one on what joins it. None where an index that is there does it, or most of it.
 */
export function chosenByRules(candidates: readonly Candidate[], scope: Scope, context: RuleContext): Candidate[] {
  const certain = candidates.filter(({ needsCheck }) => !needsCheck);
  const tableOf = ({ source }: Candidate) => tableIn(scope.schema, source.table);
  const isServed = (each: Candidate): boolean =>
    tableOf(each) === undefined ? isByKey(each) : servingIndex(tableOf(each), each, context) !== undefined;
  const first = drivingSource(certain, scope, context);
  const placed = new Set<Source | undefined>([first]);
  const chosen: Candidate[] = [];
  const own = certain.filter(({ source, partner }) => source === first && partner === undefined);
  const isServedByOne = own.some(
    (each) =>
      each.kind !== 'group' && isServed(each) && (each.kind === 'order' || !own.some(({ kind }) => kind === 'order')),
  );
  if (!isServedByOne)
    chosen.push(
      ...bestOf(own, scope).filter((each) => each.kind === 'order' || !isBegun(tableOf(each), each, context)),
    );
  // Without anything to begin with, all rows of all tables are read, and compared as a whole.
  const isLookedUp = own.length > 0 || context.dialect !== 'postgresql' || scope.query.limit !== undefined;
  for (let more = isLookedUp; more; ) {
    const next = certain.filter(
      ({ source, partner }) => partner !== undefined && placed.has(partner) && !placed.has(source),
    );
    const [nearest] = next;
    more = nearest !== undefined;
    if (nearest === undefined) break;
    placed.add(nearest.source);
    const ways = next.filter(({ source }) => source === nearest.source);
    if (!ways.some((each) => isServed(each) || isBegun(tableOf(each), each, context))) {
      const widest = ways.toSorted((a, b) => b.keys.length - a.keys.length)[0];
      if (widest !== undefined) chosen.push(widest);
    }
  }
  return chosen.filter((each) => !isServed(each));
}

/** Of a table that nobody told of, a column that is called `id` is taken for its key. */
const isByKey = ({ keys }: Candidate): boolean =>
  keys.some(({ key, isEquality }) => isEquality && /^(id|rowid)$/i.test(key.column ?? ''));

/** The one with the best condition. A table that another is only added to by an outer join is never begun with. */
function drivingSource(candidates: readonly Candidate[], scope: Scope, context: RuleContext): Source | undefined {
  const inner = scope.tables.filter(({ join }) => join !== 'left' && join !== 'full');
  const weightOf = (source: Source): number =>
    Math.max(
      0,
      ...candidates
        .filter((each) => each.source === source && each.partner === undefined)
        .map((each) => {
          const serving = servingIndex(tableIn(scope.schema, each.source.table), each, context);
          const isKey =
            serving?.unique === true || (tableIn(scope.schema, each.source.table) === undefined && isByKey(each));
          return weights[each.kind] + (isKey ? 2 : 0) + each.keys.length / 10;
        }),
    );
  return inner.toSorted((a, b) => weightOf(b) - weightOf(a))[0];
}

/** One, or one for each side of an OR. */
function bestOf(own: readonly Candidate[], scope: Scope): Candidate[] {
  const sides = own.filter(({ isSide }) => isSide);
  const whole = own.filter((each) => !sides.includes(each));
  const rank = ({ kind, keys, where }: Candidate): number => {
    const equal = keys.filter(({ isEquality }) => isEquality).length + where.length;
    const isLimited = kind !== 'range' && keys.length > equal - where.length && scope.query.limit !== undefined;
    return (isLimited ? 100 : 0) + equal * 20 + weights[kind] + keys.length * 3;
  };
  const [best] = whole.toSorted((a, b) => rank(b) - rank(a));
  return best === undefined ? sides : [best];
}
