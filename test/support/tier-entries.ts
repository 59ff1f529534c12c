import type { Entry } from '../../lib/cache/library/entry.ts';
import type { Invalidation } from '../../lib/cache/library/invalidations.ts';
import type { SharedTier } from '../../lib/cache/library/shared-tier.ts';

const HOUR_MS = 3_600_000;

/** An entry that lives for an hour, of a load that began at a sequence. */
export function bornAt(born: number, tags: readonly string[] = [], text = 'value'): Entry {
  const payload = Buffer.from(text);
  const now = Date.now();
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

/** @returns how many were removed until nothing was left to do */
export async function reapAll(tier: SharedTier, event: Invalidation, budget = 3): Promise<number> {
  let removed = 0;
  let cursor: string | undefined;
  do {
    const result = await tier.reap(event, { budget, cursor });
    removed += result.removed;
    cursor = result.cursor;
  } while (cursor !== undefined);
  return removed;
}

export async function sweepAll(tier: SharedTier, budget = 3): Promise<number> {
  let removed = 0;
  let cursor: string | undefined;
  do {
    const result = await tier.sweep({ budget, cursor });
    removed += result.removed;
    cursor = result.cursor;
  } while (cursor !== undefined);
  return removed;
}
