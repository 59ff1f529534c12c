import { bytesOf, type Item, numberOr0, textIn } from './attributes.ts';
import { isYoung } from './belongings.ts';
import { headAttributes, storedIn } from './entry-item.ts';
import { inParallel } from './in-parallel.ts';
import type { Reaping } from './reaping.ts';
import { Removing } from './removing.ts';
import { type Place, visitShards } from './steps.ts';
import type { SweepingParts } from './sweeping.ts';

export interface Swept {
  looked: number;
  removed: number;
  ghosts: number;
  bytes: number;
  next: Pick<Place, 'shard' | 'behind'> | undefined;
}

export type Phase = (parts: SweepingParts, reaping: Reaping, place: Place, count: number) => Promise<Swept>;

type Gone = Pick<Swept, 'removed' | 'ghosts' | 'bytes'>;

const nothing: Gone = { removed: 0, ghosts: 0, bytes: 0 };

const sumOf = (gone: readonly Gone[]): Gone => ({
  removed: gone.reduce((sum, each) => sum + each.removed, 0),
  ghosts: gone.reduce((sum, each) => sum + each.ghosts, 0),
  bytes: gone.reduce((sum, each) => sum + each.bytes, 0),
});

/** Entries that have expired or are dead, and keys without an entry. */
export const sweepIndex: Phase = async (parts, _reaping, place, count) => {
  const { table, layout } = parts;
  const { items, next } = await visitShards(table, (shard) => layout.indexShard(shard), place, count);
  const keys = items.map((item) => textIn(item, 'sk') ?? '');
  const base = parts.knowledge.base;
  const entries = await table.getMany(
    keys.map((key) => layout.entry(key)),
    `${headAttributes}, expiresAt`,
  );
  const gone = await inParallel(items, (item, at) => sweepKey(parts, keys[at] ?? '', item, entries[at], base));
  return { looked: items.length, ...sumOf(gone), next };
};

async function sweepKey(
  parts: SweepingParts,
  key: string,
  indexed: Item,
  item: Item | undefined,
  base: number,
): Promise<Gone> {
  const { table, layout, clock, knowledge } = parts;
  const now = clock.now();
  const version = textIn(indexed, 'w') ?? '';
  const stored = storedIn(key, item);
  if (stored === undefined) return sweepGhost(parts, indexed, version);
  const { expiresAt } = stored.decoded.head;
  const isExpired = expiresAt <= now;
  if (isExpired || (await knowledge.verdict(stored, base)) === 'dead') {
    if (!(await new Removing(parts).removeExpired(stored, item))) return nothing;
    const { bytes } = await sweepGhost(parts, indexed, version);
    return { removed: isExpired ? 1 : 0, ghosts: 0, bytes: bytes + bytesOf(item) + stored.decoded.payloadBytes };
  }
  if (version !== stored.version || numberOr0(indexed, 'x') !== expiresAt) {
    await table.update(layout.index(key), {
      change: 'SET w = :v, x = :x',
      condition: 'w = :w',
      values: { v: stored.version, w: version, x: expiresAt },
    });
  }
  return nothing;
}

async function sweepGhost(
  { table, layout, clock, belongings }: SweepingParts,
  indexed: Item,
  version: string,
): Promise<Gone> {
  const key = textIn(indexed, 'sk') ?? '';
  const isCounted = numberOr0(indexed, 'x') > 0;
  const ghost = { removed: 0, ghosts: isCounted ? 1 : 0, bytes: isCounted ? bytesOf(indexed) : 0 };
  const isGone = isYoung(numberOr0(indexed, 'wa'), clock.now())
    ? await belongings.hide(key, version)
    : await table.remove(layout.index(key), 'w = :w', { w: version });
  return isGone ? ghost : nothing;
}

/** Memberships of what has not the tag. */
export const sweepMembers: Phase = async ({ table, layout, clock }, _reaping, place, count) => {
  const { items, next } = await visitShards(table, (shard) => layout.memberShard(shard), place, count);
  const now = clock.now();
  const old = items.filter((item) => !isYoung(numberOr0(item, 'wa'), now));
  const keys = old.map((item) => textIn(item, 'k') ?? '');
  const entries = await table.getMany(
    keys.map((key) => layout.entry(key)),
    headAttributes,
  );
  const gone = await inParallel(old, async (member, at) => {
    const [key, sk] = [keys[at] ?? '', textIn(member, 'sk') ?? ''];
    const tags = storedIn(key, entries[at])?.tags ?? [];
    if (tags.some((tag) => layout.member(tag, key).sk === sk)) return nothing;
    const place = { pk: textIn(member, 'pk') ?? '', sk };
    const isGone = await table.remove(place, 'w = :w', { w: textIn(member, 'w') ?? '' });
    return isGone ? { removed: 0, ghosts: 1, bytes: bytesOf(member) } : nothing;
  });
  return { looked: items.length, ...sumOf(gone), next };
};

/** Chunks whose entry was never stored, or is gone. */
export const sweepChunks: Phase = async ({ table, layout, clock, belongings }, _reaping, place, count) => {
  const { items, next } = await visitShards(table, (shard) => layout.versionShard(shard), place, count);
  const now = clock.now();
  const old = items.filter((item) => !isYoung(numberOr0(item, 'wa'), now));
  const gone = await inParallel(old, async (item) => {
    const [key, version, chunks] = [textIn(item, 'k') ?? '', textIn(item, 'sk') ?? '', numberOr0(item, 'n')];
    const entry = await table.get(layout.entry(key));
    if (textIn(entry, 'v') === version) return nothing;
    await belongings.removeChunks(version, chunks);
    return { removed: 0, ghosts: 1, bytes: bytesOf(item) };
  });
  return { looked: items.length, ...sumOf(gone), next };
};

/** What the log's floor has passed. */
export const sweepLog: Phase = async ({ log, sequence }, _reaping, _place, count) => {
  const { floor } = await sequence.read();
  const looked = await log.forget(floor, Math.min(100, count));
  return { looked, ...nothing, next: looked > 0 ? { shard: 0 } : undefined };
};
