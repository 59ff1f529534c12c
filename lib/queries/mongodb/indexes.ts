import type { IndexKind, IndexSuggestion, MongoSchema } from '../../contracts/query-analyses.ts';
import type { FieldCondition } from './filter.ts';
import type { Operation, SortField } from './operation.ts';

type IndexKey = SortField;

/** What an index looks up by equality, in any order, and what it then has in order. */
interface Wanted {
  collection: string;
  equality: string[];
  rest: IndexKey[];
  kind: IndexKind;
  reason: string;
}

const rangeTests = new Set<FieldCondition['test']>(['range', 'anchored-regex', 'in']);

/**
 * Equality first, then what is sorted by, then ranges: so the documents come in order, and none is sorted in memory. A range that
 * leaves very few goes before the sort: sorting a handful costs nothing.
 */
export function suggestMongoIndexes(
  operation: Operation,
  schema: MongoSchema | undefined,
  isRangeSelective: boolean,
): IndexSuggestion[] {
  const wanted = [...ofFilter(operation, isRangeSelective), ...ofAlternatives(operation), ...ofLookups(operation)];
  const unserved = wanted.filter((each) => !isServed(each, schema)).map(suggestionOf);
  return [...new Map(unserved.map((each) => [each.ddl, each])).values()];
}

const once = <Value>(values: readonly Value[]): Value[] => [...new Set(values)];

function ofFilter(
  { collection, filter: { conditions, alternatives }, sort, hasLimit }: Operation,
  isRangeSelective: boolean,
): Wanted[] {
  const equality = once(conditions.filter(({ test }) => test === 'equality').map(({ field }) => field));
  // One value is found at once; with some more, the order of what follows is merged from them only up to a point.
  const ranges = once(conditions.filter(({ test }) => rangeTests.has(test)).map(({ field }) => field)).filter(
    (field) => !equality.includes(field),
  );
  const sorted = sort.filter(({ field }) => !equality.includes(field));
  const sortsFirst = sorted.filter(({ field }) => !ranges.includes(field) || sorted[0]?.field === field);
  const [range] = ranges;
  const rangeKeys: IndexKey[] =
    range === undefined || sorted.some(({ field }) => field === range) ? [] : [{ field: range, direction: 1 }];
  const rest = isRangeSelective ? [...rangeKeys, ...sorted] : [...sorted, ...rangeKeys];
  if (equality.length + rest.length === 0) return [];
  // Nothing is looked up: reading all of it in order is worth it for the first few only.
  const isSortAlone = equality.length === 0 && ranges.length === 0;
  if (isSortAlone && !hasLimit) return [];
  // The sides of an $or are looked up by themselves.
  if (isSortAlone && alternatives.length > 0) return [];
  const parts = [
    ...(equality.length === 0 ? [] : [`finds documents by ${equality.join(', ')}`]),
    ...(sortsFirst.length === 0 ? [] : [`has them in the order of ${sortsFirst.map(({ field }) => field).join(', ')}`]),
    ...(range === undefined
      ? []
      : [
          `reads the range of ${range}${isRangeSelective && sorted.length > 0 ? ' first, which leaves few to sort' : ''}`,
        ]),
  ];
  const kind: IndexKind = sorted.length > 0 ? 'order' : range === undefined ? 'equality' : 'range';
  return [{ collection, equality, rest, kind, reason: `It ${parts.join(', ')}.` }];
}

const ofAlternatives = ({ collection, filter: { alternatives, conditions } }: Operation): Wanted[] => {
  if (conditions.some(({ test }) => test === 'equality')) return [];
  return alternatives.flatMap(({ arms }) =>
    arms.flatMap((arm): Wanted[] => {
      const equality = once(arm.filter(({ test }) => test === 'equality').map(({ field }) => field));
      const range = arm.find(({ test, field }) => rangeTests.has(test) && !equality.includes(field));
      if (equality.length === 0 && range === undefined) return [];
      const rest: IndexKey[] = range === undefined ? [] : [{ field: range.field, direction: 1 }];
      return [
        {
          collection,
          equality,
          rest,
          kind: range === undefined ? 'equality' : 'range',
          reason: 'It serves one side of $or; without one for each, all is read.',
        },
      ];
    }),
  );
};

const ofLookups = ({ lookups }: Operation): Wanted[] =>
  lookups.map(({ collection, foreignField }) => ({
    collection,
    equality: [foreignField],
    rest: [],
    kind: 'join',
    reason: `It finds the documents of ${collection} that belong to one that is looked up for; without it each reads the whole collection.`,
  }));

/** An index that begins with the fields of equality, in any order, and goes on with the rest, in this direction or the other. */
function isServed({ collection, equality, rest }: Wanted, schema: MongoSchema | undefined): boolean {
  const indexes = [{ key: { _id: 1 }, unique: true }, ...(schema?.[collection]?.indexes ?? [])];
  return indexes.some((index) => {
    if ('partialFilterExpression' in index && index.partialFilterExpression !== undefined) return false;
    if ('sparse' in index && index.sparse === true && equality.length === 0) return false;
    const fields = Object.entries(index.key);
    const names = fields.map(([field]) => field);
    if (index.unique === true && names.every((name) => equality.includes(name))) return true;
    if (!equality.every((field) => names.slice(0, equality.length).includes(field))) return false;
    const following = fields.slice(equality.length, equality.length + rest.length);
    const turned = rest.map(({ field, direction }, at) => {
      const [name, given] = following[at] ?? [];
      return name === field && typeof given === 'number' ? Math.sign(given) * direction : 0;
    });
    return turned.every((turn) => turn !== 0 && turn === turned[0]);
  });
}

function suggestionOf({ collection, equality, rest, kind, reason }: Wanted): IndexSuggestion {
  const keys: IndexKey[] = [...equality.map((field): IndexKey => ({ field, direction: 1 })), ...rest];
  const members = keys.map(({ field, direction }) => `${JSON.stringify(field)}: ${direction}`);
  const name = /^[A-Za-z_]\w*$/.test(collection)
    ? `db.${collection}`
    : `db.getCollection(${JSON.stringify(collection)})`;
  return {
    ddl: `${name}.createIndex({ ${members.join(', ')} })`,
    table: collection,
    columns: keys.map(({ field }) => field),
    kind,
    reason,
  };
}
