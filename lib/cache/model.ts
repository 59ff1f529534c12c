import { z } from 'zod';
import { cacheNamespace, cacheUpkeepWork, maxWarmedKeys } from '../contracts/cache.ts';
import { cachePolicy } from '../contracts/cache-policy.ts';
import { cacheStats } from '../contracts/cache-stats.ts';
import { identifier, timestamp } from '../contracts/names.ts';
import type { ItemType } from '../platform/table/item.ts';
import type { ReapRest } from './library/cache.ts';

const storedPolicy = cachePolicy.extend({
  /** It names other shared tiers than the one before, and what they hold from former times is not cleared yet. */
  isMoving: z.literal(true).exactOptional(),
});
export type StoredPolicy = z.output<typeof storedPolicy>;
export const policyItem: ItemType<StoredPolicy> = { name: 'CachePolicy', version: 1, schema: storedPolicy };

/** Of one process since its start. */
const storedReport = z.object({ startedAt: timestamp, at: timestamp, stats: cacheStats });
export type StoredReport = z.output<typeof storedReport>;
export const reportItem: ItemType<StoredReport> = { name: 'CacheReport', version: 1, schema: storedReport };
/** A process that has told nothing for so long is gone, or nobody asks it any more. */
export const reportRetentionMs = 2 * 60 * 60 * 1000;

const storedNamespace = z.object({
  namespace: cacheNamespace,
  sweptAtMs: z.number().optional(),
  /** While somebody is at it. */
  leaseUntilMs: z.number().optional(),
});
export type StoredNamespace = z.output<typeof storedNamespace>;
export const namespaceItem: ItemType<StoredNamespace> = { name: 'CacheNamespace', version: 1, schema: storedNamespace };

/** What work on a namespace came to. */
const upkeepFigures = z.object({
  expiredRemoved: z.number().int(),
  ghostsRemoved: z.number().int(),
  bytesFreed: z.number(),
  /** Of the keys that were to be warmed: those that are stored at all, and of these, those in the upper shared tier before and after. */
  keysStored: z.number().int(),
  keysThereBefore: z.number().int(),
  keysThere: z.number().int(),
});

const storedUpkeep = z.object({
  namespace: cacheNamespace,
  work: cacheUpkeepWork,
  topKeys: z.number().int().min(1).max(maxWarmedKeys).optional(),
  /** The time for which it was asked for: a later one replaces it, and the same one is the same work. */
  dueMs: z.number(),
  /** Absent: it is still to be done. */
  doneMs: z.number().optional(),
  /** Up to now, where it is not done. */
  figures: upkeepFigures.partial(),
  /** While somebody is at it. */
  leaseUntilMs: z.number().optional(),
});
export type StoredUpkeep = z.output<typeof storedUpkeep>;
export const upkeepItem: ItemType<StoredUpkeep> = { name: 'CacheUpkeep', version: 1, schema: storedUpkeep };
/** How long it is told what work that was asked for came to. */
export const upkeepRetentionMs = 24 * 60 * 60 * 1000;

const rest = z.object({
  invalidation: z.object({
    sequence: z.number().int(),
    kind: z.enum(['keys', 'tags', 'pattern', 'clear']),
    values: z.array(z.string()).readonly(),
    soft: z.boolean(),
  }),
  cursor: z.string().exactOptional(),
}) satisfies z.ZodType<ReapRest>;

const storedRest = z.object({
  taskId: identifier,
  namespace: cacheNamespace,
  /** Absent when there is nothing left. */
  rest: rest.exactOptional(),
  invalidated: z.number().int(),
  createdAt: timestamp,
  updatedAt: timestamp,
  leaseUntilMs: z.number().optional(),
});
export type StoredRest = z.output<typeof storedRest>;
export const restItem: ItemType<StoredRest> = { name: 'CacheRest', version: 1, schema: storedRest };

/** How long it is told what became of an invalidation. */
export const restRetentionMs = 24 * 60 * 60 * 1000;
/** A namespace that nobody has stored anything in for so long is no longer looked at. */
export const namespaceRetentionMs = 30 * 24 * 60 * 60 * 1000;
