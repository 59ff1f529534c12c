import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Page } from '../../../lib/contracts/page.ts';
import { decodeCursor, encodeCursor } from '../../../lib/platform/table/cursor.ts';
import { mergedPage } from '../../../lib/platform/table/merged-page.ts';

const prefix = 'K#';

/** As a table pages: what expired is left out, and still moves the page's end. */
function pageOf(
  keys: readonly string[],
  live: ReadonlySet<string>,
  limit: number,
  cursor: string | undefined,
): Page<string> {
  const after = cursor === undefined ? undefined : decodeCursor(cursor, prefix);
  const left = keys
    .toSorted()
    .reverse()
    .filter((key) => after === undefined || key < after);
  const read = left.slice(0, limit);
  const last = read.at(-1);
  const items = read.filter((key) => live.has(key));
  return last === undefined || left.length === read.length ? { items } : { items, nextCursor: encodeCursor(last) };
}

const keyed = fc.record({ shard: fc.nat(3), isLive: fc.boolean() });

it('gives each item of all partitions once, the newest first, whatever pages they come in', () => {
  fc.assert(
    fc.property(
      fc.array(keyed, { maxLength: 40 }),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 8 }),
      (given, limit, ofShard) => {
        const named = given.map((each, index) => ({ ...each, key: `${prefix}${String(index).padStart(3, '0')}` }));
        const live = new Set(named.filter(({ isLive }) => isLive).map(({ key }) => key));
        const shards = [0, 1, 2, 3].map((shard) => named.filter((each) => each.shard === shard).map(({ key }) => key));
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const pages = shards.map((keys) => pageOf(keys, live, ofShard, cursor));
          const { items, nextCursor } = mergedPage(pages, { limit, prefix }, (key) => key);
          expect(items.length).toBeLessThanOrEqual(limit);
          seen.push(...items);
          cursor = nextCursor;
        } while (cursor !== undefined);
        expect(seen).toEqual([...live].toSorted().reverse());
      },
    ),
  );
});
