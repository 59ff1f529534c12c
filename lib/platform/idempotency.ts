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

interface Work {
  scope: string;
  idempotencyKey: string | undefined;
  request: unknown;
}

/**
 * The id of the work that a request starts. With an idempotency key, the same key within a scope leads to the same id,
 * also after a crash between this write and that of the work itself: then the repetition makes the work.
 * @throws DomainError conflict when the key was used for a different request
 */
export async function workId(
  { table, clock, ids }: { table: HistoryTable; clock: Clock; ids: Ids },
  work: Work,
): Promise<string> {
  const { scope, idempotencyKey, request } = work;
  const now = clock();
  const fresh = ids(now);
  if (idempotencyKey === undefined) return fresh;
  const made = await table.create(
    claimItem,
    keys.idempotency(scope, digest(idempotencyKey)),
    { workId: fresh, requestDigest: digest(canonicalJson(request)), createdAt: isoTime(now) },
    { expiresAt: now + rememberedMs },
  );
  return made === undefined ? ((await earlierWorkId({ table }, work)) ?? fresh) : fresh;
}

/**
 * The id that an earlier request with the same key was given, so that it can be answered with what it has made, even where
 * it could not be started any more. The work itself may not be there yet.
 * @throws DomainError conflict when the key was used for a different request
 */
export async function earlierWorkId(
  { table }: { table: HistoryTable },
  { scope, idempotencyKey, request }: Work,
): Promise<string | undefined> {
  if (idempotencyKey === undefined) return undefined;
  const earlier = await table.get(claimItem, keys.idempotency(scope, digest(idempotencyKey)));
  if (earlier !== undefined && earlier.value.requestDigest !== digest(canonicalJson(request))) {
    throw new DomainError('conflict', 'This Idempotency-Key was used for a different request.');
  }
  return earlier?.value.workId;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('base64url');
