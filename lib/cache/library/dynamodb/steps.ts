import { isNumberedPlace, readCursor } from '../cursor.ts';
import type { Item } from './attributes.ts';
import { SHARDS } from './layout.ts';
import type { Table } from './table.ts';

/** Where a step is. */
export interface Place {
  /** Which of the values, or which phase. */
  part: number;
  shard: number;
  /** The sort key, or whatever else, behind which to go on. */
  behind?: string;
}

export const firstPlace: Place = { part: 0, shard: 0 };

export const formatPlace = ({ part, shard, behind }: Place): string => JSON.stringify([part, shard, behind ?? '']);

/** @throws RangeError */
export function parsePlace(cursor: string | undefined): Place {
  if (cursor === undefined) return firstPlace;
  const [part, shard, behind] = readCursor(cursor, isNumberedPlace);
  return { part, shard, ...(behind === '' ? {} : { behind }) };
}

/** So many items go through at a time. */
const MOST_AT_ONCE = 250;
/** Of each shard, when several are looked at together: many are short. */
const EACH_AT_ONCE = 25;
const SHARDS_AT_ONCE = 8;

export interface Visit {
  items: readonly Item[];
  /** Where to go on; undefined when the last shard is done. */
  next: Pick<Place, 'shard' | 'behind'> | undefined;
}

/** The next items of a sharded range, about so many; an empty visit may be followed by others. */
export async function visitShards(
  table: Table,
  partitionOf: (shard: number) => string,
  { shard, behind }: Pick<Place, 'shard' | 'behind'>,
  count: number,
  prefix?: string,
): Promise<Visit> {
  const within = prefix === undefined ? {} : { prefix };
  if (behind !== undefined) {
    const limit = Math.min(count, MOST_AT_ONCE);
    const page = await table.query({ partition: partitionOf(shard), behind, limit, ...within });
    return { items: page.items, next: following(shard, page.behind) };
  }
  const shards = Array.from({ length: Math.min(SHARDS_AT_ONCE, SHARDS - shard) }, (_, at) => shard + at);
  const limit = Math.min(count, EACH_AT_ONCE);
  const pages = await Promise.all(
    shards.map((each) => table.query({ partition: partitionOf(each), limit, ...within })),
  );
  const items: Item[] = [];
  for (const [at, page] of pages.entries()) {
    // What does not fit is read again in the next step.
    if (items.length > 0 && items.length + page.items.length > count) return { items, next: { shard: shard + at } };
    items.push(...page.items);
    if (page.behind !== undefined) return { items, next: { shard: shard + at, behind: page.behind } };
  }
  return { items, next: following(shard + shards.length - 1, undefined) };
}

function following(shard: number, behind: string | undefined): Visit['next'] {
  if (behind !== undefined) return { shard, behind };
  return shard + 1 < SHARDS ? { shard: shard + 1 } : undefined;
}
