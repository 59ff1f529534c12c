import { createHash } from 'node:crypto';
import { z } from 'zod';
import { canonicalJson } from './canonical-json.ts';
import { type Clock, isoTime } from './clock.ts';
import { DomainError } from './errors.ts';
import type { Ids } from './ids.ts';
import type { HistoryTable } from './table/history-table.ts';
import type { ItemType } from './table/item.ts';
import { keys } from './table/keys.ts';

const claim = z.object({ workId: z.string(), requestDigest: z.string(), createdAt: z.string() });
const claimItem: ItemType<z.output<typeof claim>> = { name: 'IdempotencyClaim', version: 1, schema: claim };

/** How long a repeated request is known as such. */
const rememberedMs = 24 * 60 * 60 * 1000;

/**
 * The id of the work that a request starts. With an idempotency key, the same key within a scope leads to the same id,
 * also after a crash between this write and that of the work itself: then the repetition makes the work.
 * @throws DomainError conflict when the key was used for a different request
 */
export async function workId(
  { table, clock, ids }: { table: HistoryTable; clock: Clock; ids: Ids },
  { scope, idempotencyKey, request }: { scope: string; idempotencyKey: string | undefined; request: unknown },
): Promise<string> {
  const now = clock();
  const fresh = ids(now);
  if (idempotencyKey === undefined) return fresh;
  const key = keys.idempotency(scope, digest(idempotencyKey));
  const requestDigest = digest(canonicalJson(request));
  const made = await table.create(
    claimItem,
    key,
    { workId: fresh, requestDigest, createdAt: isoTime(now) },
    { expiresAt: now + rememberedMs },
  );
  if (made !== undefined) return fresh;
  const earlier = await table.get(claimItem, key);
  if (earlier === undefined) return fresh;
  if (earlier.value.requestDigest !== requestDigest) {
    throw new DomainError('conflict', 'This Idempotency-Key was used for a different request.');
  }
  return earlier.value.workId;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
