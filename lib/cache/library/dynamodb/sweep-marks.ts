import { readCursor } from '../cursor.ts';
import type { Invalidation } from '../invalidations.ts';
import { bytesOf, type Item, numberIn, numberOr0, textIn } from './attributes.ts';
import { inParallel, piecesOf } from './in-parallel.ts';
import { shardOf } from './layout.ts';
import type { Reaping } from './reaping.ts';
import { firstPlace, type Place, visitShards } from './steps.ts';
import type { Phase, Swept } from './sweep-phases.ts';

/** Whoever reaps an event that is younger may still be at it. */
const ABANDONED_MS = 60_000;
const REAPED_AT_ONCE = 4;
/** A tag that nothing has takes its trips too: as many as so many keys do, so that every step ends in time. */
const LEAST_LOOKED = 25;

/** Where a step ended: behind the tag or pattern of this name, or within the reaping of an event of it. */
type Progress =
  | readonly [name: string]
  | readonly [name: string, sequence: number, soft: boolean, shard: number, behind: string];

const isProgress = (parsed: unknown): parsed is Progress =>
  Array.isArray(parsed) &&
  typeof parsed[0] === 'string' &&
  (parsed.length === 1 ||
    (Number.isInteger(parsed[1]) &&
      typeof parsed[2] === 'boolean' &&
      Number.isInteger(parsed[3]) &&
      typeof parsed[4] === 'string'));

const readProgress = (behind: string | undefined): Progress | [] =>
  behind === undefined ? [] : readCursor(behind, isProgress);

const formatProgress = (...progress: Progress): string => JSON.stringify(progress);

const within = (name: string, { sequence, soft }: Invalidation, { shard, behind }: Place): string =>
  formatProgress(name, sequence, soft, shard, behind ?? '');

const placeOf = (shard = 0, behind = ''): Place => ({ ...firstPlace, shard, ...(behind === '' ? {} : { behind }) });

/** Marks of tags that nobody reaped are reaped; those that nothing needs any more go. */
export const sweepTagMarks: Phase = async ({ table, layout, clock }, reaping, { shard, behind }, count) => {
  const [name, ...begun] = readProgress(behind);
  if (name !== undefined && begun.length > 0) {
    const item = await table.get(layout.tagMark(name));
    const reaped = item === undefined ? { looked: 1 } : await reapMark(reaping, item, count, begun);
    return { ...nothing, ...reaped, next: { shard, behind: reaped.behind ?? formatProgress(name) } };
  }
  const from = { shard, ...(name === undefined ? {} : { behind: name }) };
  const { items, next } = await visitShards(table, (each) => layout.tagMarkShard(each), from, count);
  const gone = await inParallel(items, async (item) => {
    const end = numberIn(item, 'expiresAt');
    if (end === undefined || end * 1_000 > clock.now()) return 0;
    const isGone = await table.remove(layout.tagMark(textIn(item, 'sk') ?? ''), 'expiresAt = :end', { end });
    return isGone ? bytesOf(item) : 0;
  });
  const swept = {
    ...nothing,
    looked: items.length,
    ghosts: gone.filter((bytes) => bytes > 0).length,
    bytes: gone.reduce((sum, bytes) => sum + bytes, 0),
  };
  const unreaped = items.filter((item) => unreapedOf(item).length > 0);
  for (const piece of piecesOf(unreaped, REAPED_AT_ONCE)) {
    const share = Math.max(1, Math.floor((count - swept.looked) / piece.length));
    const reaped = await inParallel(piece, (item) => reapMark(reaping, item, share));
    swept.looked += reaped.reduce((sum, { looked }) => sum + looked, 0);
    // Those behind it, which may have begun too, have their turn when it is done.
    const first = reaped.findIndex((each) => each.behind !== undefined);
    const last = textIn(piece[first < 0 ? piece.length - 1 : first], 'sk') ?? '';
    if (first < 0 && (swept.looked < count || piece.at(-1) === unreaped.at(-1))) continue;
    return { ...swept, next: { shard: shardOf(last), behind: reaped[first]?.behind ?? formatProgress(last) } };
  }
  return { ...swept, next: next && { shard: next.shard, ...behindName(next.behind) } };
};

const nothing: Omit<Swept, 'looked'> = { removed: 0, ghosts: 0, bytes: 0, next: undefined };

const behindName = (name: string | undefined) => (name === undefined ? {} : { behind: formatProgress(name) });

function unreapedOf(item: Item): Invalidation[] {
  if (numberIn(item, 'expiresAt') !== undefined) return [];
  const values = [textIn(item, 'sk') ?? ''];
  return ([false, true] as const).flatMap((soft) => {
    const [sequence, reaped] = soft
      ? [numberOr0(item, 'z'), numberOr0(item, 'y')]
      : [numberOr0(item, 'h'), numberOr0(item, 'r')];
    return sequence > reaped ? { sequence, kind: 'tags' as const, values, soft } : [];
  });
}

/** @returns the progress when the budget was used up before the end. An event that another has followed, or that another reaped, is his. */
async function reapMark(
  reaping: Reaping,
  item: Item,
  budget: number,
  [sequence, soft, shard, behind]: readonly [sequence?: number, soft?: boolean, shard?: number, behind?: string] = [],
): Promise<{ looked: number; behind?: string }> {
  const name = textIn(item, 'sk') ?? '';
  const events = unreapedOf(item);
  const isBegun = (event: Invalidation): boolean => event.sequence === sequence && event.soft === soft;
  const first = sequence === undefined ? 0 : events.findIndex(isBegun);
  let looked = 0;
  for (const event of first < 0 ? [] : events.slice(first)) {
    const place = isBegun(event) ? placeOf(shard, behind) : firstPlace;
    if (looked >= budget) return { looked, behind: within(name, event, place) };
    const reaped = await reaping.reapPart(event, place, budget - looked);
    looked += Math.max(LEAST_LOOKED, reaped.looked);
    if (reaped.next !== undefined) return { looked, behind: within(name, event, reaped.next) };
  }
  return { looked: Math.max(1, looked) };
}

/** The next pattern that nobody reaped, in the order of their ids. One that is invalidated anew meanwhile has another reaper. */
export const sweepPatterns: Phase = async ({ patterns, clock }, reaping, { behind }, count) => {
  const [last, ...begun] = readProgress(behind);
  const [sequence, , shard, from] = begun;
  const ghosts = last === undefined ? await patterns.sweep() : 0;
  const isBegun = (each: { id: string; sequence: number | undefined }): boolean =>
    each.id === last && sequence !== undefined && each.sequence === sequence;
  const live = (await patterns.all()).sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const each of live) {
    const { id, text, soft, pattern, atMs } = each;
    const isAbandoned = pattern !== undefined && atMs < clock.now() - ABANDONED_MS;
    const isNext = last === undefined || id > last || isBegun(each);
    if (each.sequence === undefined || !isAbandoned || !isNext) continue;
    const event = { sequence: each.sequence, kind: 'pattern', values: [text], soft } as const;
    const reaped = await reaping.reapPart(event, isBegun(each) ? placeOf(shard, from) : firstPlace, count);
    const swept = { ...nothing, looked: Math.max(LEAST_LOOKED, reaped.looked) };
    if (reaped.next !== undefined)
      return { ...swept, ghosts, next: { shard: 0, behind: within(id, event, reaped.next) } };
    return { ...swept, ghosts: ghosts + 1, next: { shard: 0, behind: formatProgress(id) } };
  }
  return { ...nothing, looked: 1, ghosts };
};
