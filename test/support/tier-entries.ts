import type { Entry } from '../../lib/cache/library/entry.ts';
import type { Invalidation } from '../../lib/cache/library/invalidations.ts';
import type { EntryStore, SweepResult } from '../../lib/cache/library/shared-tier.ts';

const HOUR_MS = 3_600_000;

/** An entry that lives for an hour, of a load that began at a sequence. */
export function bornAt(born: number, tags: readonly string[] = [], text = 'value', now = Date.now()): Entry {
  const payload = Buffer.from(text);
  return {
    payload,
    codec: 'none',
    rawBytes: payload.length,
    tags,
    born,
    createdAt: now,
    freshUntil: now + HOUR_MS,
    revalidateUntil: now + HOUR_MS,
    expiresAt: now + HOUR_MS,
    loaderMs: 1,
    negative: false,
  };
}

/** What a `set` takes: an entry that lives for an hour. */
export function decreed(text = 'value', tags: readonly string[] = [], now = Date.now()): Omit<Entry, 'born'> {
  const { born: _, ...entry } = bornAt(0, tags, text, now);
  return entry;
}

export const textOf = ({ payload }: Pick<Entry, 'payload'>): string => Buffer.from(payload).toString();

/** @returns how many were removed until nothing was left to do */
export async function reapAll(tier: EntryStore, event: Invalidation, budget = 3): Promise<number> {
  let removed = 0;
  let cursor: string | undefined;
  do {
    const result = await tier.reap(event, { budget, cursor });
    removed += result.removed;
    cursor = result.cursor;
  } while (cursor !== undefined);
  return removed;
}

/** @returns what was swept until nothing was left to do */
export async function sweepAll(tier: EntryStore, budget = 3): Promise<Omit<SweepResult, 'cursor'>> {
  const swept = { removed: 0, ghosts: 0, bytes: 0 };
  let cursor: string | undefined;
  do {
    const result = await tier.sweep({ budget, cursor });
    swept.removed += result.removed;
    swept.ghosts += result.ghosts;
    swept.bytes += result.bytes;
    cursor = result.cursor;
  } while (cursor !== undefined);
  return swept;
}
