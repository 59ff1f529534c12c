import type { MongoQuery } from '../../contracts/query-analyses.ts';
import { type Filter, isDocument, readFilter } from './filter.ts';

export type Direction = 1 | -1;

export interface SortField {
  field: string;
  direction: Direction;
}

export interface Lookup {
  collection: string;
  foreignField: string;
  path: string;
}

export interface Stage {
  name: string;
  value: unknown;
  path: string;
}

/** What a query asks of its collection, however it is written. */
export interface Operation {
  kind: 'find' | 'aggregate';
  collection: string;
  filter: Filter;
  sort: SortField[];
  /** The path of its sort. */
  sortPath: string | undefined;
  skip: { count: number; path: string } | undefined;
  hasLimit: boolean;
  hasProjection: boolean;
  lookups: Lookup[];
  stages: Stage[];
}

/** These leave the fields of documents as they are: what is filtered or sorted after them can be done before. */
const passing = new Set(['$match', '$sort', '$limit', '$skip', '$sample', '$redact']);

export function readOperation(query: MongoQuery): Operation {
  if ('find' in query) {
    const { find: collection, filter, sort, projection, skip, limit } = query;
    return {
      kind: 'find',
      collection,
      filter: readFilter(filter, 'filter'),
      sort: sortOf(sort),
      sortPath: sort === undefined ? undefined : 'sort',
      skip: skip === undefined ? undefined : { count: skip, path: 'skip' },
      hasLimit: limit !== undefined && limit !== 0,
      hasProjection: projection !== undefined && Object.keys(projection).length > 0,
      lookups: [],
      stages: [],
    };
  }
  const stages = query.pipeline.map((stage, at): Stage => {
    const [name = ''] = Object.keys(stage);
    return { name, value: stage[name], path: `pipeline.${at}.${name}` };
  });
  const end = stages.findIndex(({ name }) => !passing.has(name));
  const leading = end < 0 ? stages : stages.slice(0, end);
  const cut = leading.findIndex(({ name }) => name === '$limit' || name === '$skip');
  const filters = (cut < 0 ? leading : leading.slice(0, cut)).filter(({ name }) => name === '$match');
  const sort = leading.find(({ name }) => name === '$sort');
  const skip = stages.find(({ name }) => name === '$skip');
  return {
    kind: 'aggregate',
    collection: query.aggregate,
    filter: together(filters.map(({ value, path }) => readFilter(value, path))),
    sort: sortOf(sort?.value),
    sortPath: sort?.path,
    skip: skip === undefined ? undefined : { count: Number(skip.value) || 0, path: skip.path },
    hasLimit: stages.some(({ name }) => /^\$(limit|group|count|sample|bucket|bucketAuto|sortByCount)$/.test(name)),
    hasProjection: stages.some(({ name }) =>
      /^\$(project|group|count|unset|bucket|bucketAuto|sortByCount|replaceRoot|replaceWith)$/.test(name),
    ),
    lookups: stages.flatMap(lookupOf),
    stages,
  };
}

const together = (filters: readonly Filter[]): Filter => ({
  conditions: filters.flatMap(({ conditions }) => conditions),
  alternatives: filters.flatMap(({ alternatives }) => alternatives),
  javascript: filters.flatMap(({ javascript }) => javascript),
});

const sortOf = (sort: unknown): SortField[] =>
  isDocument(sort)
    ? Object.entries(sort)
        // `{ $meta: 'textScore' }` has no index of its own.
        .filter(([, direction]) => !isDocument(direction))
        .map(([field, direction]) => ({ field, direction: Number(direction) === -1 ? -1 : 1 }))
    : [];

function lookupOf({ name, value, path }: Stage): Lookup[] {
  if (
    name === '$graphLookup' &&
    isDocument(value) &&
    typeof value.from === 'string' &&
    typeof value.connectToField === 'string'
  ) {
    return [{ collection: value.from, foreignField: value.connectToField, path }];
  }
  if (name !== '$lookup' || !isDocument(value)) return [];
  const { from, foreignField } = value;
  return typeof from === 'string' && typeof foreignField === 'string' ? [{ collection: from, foreignField, path }] : [];
}
