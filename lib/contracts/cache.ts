import { z } from 'zod';
import { cacheTags, contentType, tagsHeader } from './cache-headers.ts';
import { cacheKey } from './cache-key.ts';
import { cacheTierChoice, ttlSeconds } from './cache-policy.ts';
import { json } from './json.ts';
import { identifier, timestamp } from './names.ts';
import { queryNumber } from './query-integer.ts';

/** A project's name, or `name.part`: the part before the dot is its project, registered or not. */
export const cacheNamespace = z
  .string()
  .regex(
    /^[a-z0-9-]{1,40}(\.[a-z0-9-]{1,40})?$/,
    'must be a project’s name, or one with a part behind a dot: `shop`, `shop.pages`; each of 1 to 40 of a-z, 0-9 and -',
  )
  .meta({ id: 'CacheNamespace', example: 'shop.pages' });

/** The project that a namespace belongs to: what keys are bound to. */
export const projectOfNamespace = (namespace: string): string => namespace.split('.')[0] ?? namespace;

/**
 * The bytes of a value that pass the HTTP API, in and out. Lambda takes 6 MB an event, in which bytes are base64, and no more
 * out of it; larger values are for the library.
 */
export const maxHttpValueBytes = 4_500_000;

/** How many keys one call may name. */
export const maxBatchGets = 500;
export const maxBatchSets = 100;
const maxInvalidatedKeys = 500;

const count = z.number().int().min(0);

export const epochHeader = z
  .string()
  .regex(/^\d{1,16}$/, 'must be what an earlier answer said')
  .transform(Number)
  .describe('Of an earlier answer: nothing older is served');
/** Taken by every call that reads. */
export const readHeaders = z.object({ 'headroom-epoch': epochHeader.optional() });

/** RFC 9110, 13.1: `*`, or ETags in quotes. */
const entityTags = z.union([
  z.literal('*'),
  z
    .string()
    .max(4_000)
    .regex(/^\s*(W\/)?"[\x21\x23-\x7e]*"\s*(,\s*((W\/)?"[\x21\x23-\x7e]*"\s*)?)*$/, 'must be `*`, or ETags in quotes'),
]);

export const getEntryHeaders = readHeaders.extend({ 'if-none-match': entityTags.optional() });
export const putEntryHeaders = z.object({
  'headroom-tags': tagsHeader
    .optional()
    .describe('Separated by commas; commas, `%`, blanks and all beyond ASCII are percent-encoded'),
  'content-type': contentType.optional().describe('`application/octet-stream` when left out'),
  'if-match': entityTags.optional(),
  'if-none-match': z.literal('*').optional().describe('Only if there is none'),
});

export const getEntryQuery = z.object({
  refreshTtl: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe('The entry’s time begins anew'),
});
export const putEntryQuery = z.object({
  ttlSeconds: queryNumber(ttlSeconds).optional(),
  tier: cacheTierChoice.optional(),
});

export const storedCacheEntry = z
  .object({ etag: z.string().describe('As in the header `ETag`, without its quotes') })
  .meta({ id: 'StoredCacheEntry' });
export const deletedCacheEntry = z.object({ deleted: z.boolean().describe('Whether there was one') });

const setOptions = { ttlSeconds: ttlSeconds.optional(), tier: cacheTierChoice.optional(), tags: cacheTags.optional() };

/** `value` is stored as JSON, `valueBase64` as the bytes it stands for. */
export const cacheSetItem = z
  .strictObject({
    key: cacheKey,
    value: json.optional(),
    valueBase64: z.base64().optional(),
    contentType: contentType.optional().describe('Of `valueBase64`'),
    ...setOptions,
  })
  .refine(
    ({ value, valueBase64 }) => (value === undefined) !== (valueBase64 === undefined),
    'needs either `value` (JSON) or `valueBase64` (bytes)',
  )
  .meta({ id: 'CacheSetItem' });
export type CacheSetItem = z.output<typeof cacheSetItem>;

export const cacheBatchRequest = z
  .strictObject({
    get: z.array(cacheKey).max(maxBatchGets).default([]),
    set: z.array(cacheSetItem).max(maxBatchSets).default([]).describe('Stored first; takes the scope write'),
  })
  .refine(({ get, set }) => get.length + set.length > 0, 'needs `get` or `set`')
  .meta({ id: 'CacheBatchRequest' });

export const cacheBatchAnswer = z
  .object({
    stored: z.array(z.object({ key: cacheKey, etag: z.string() })).describe('In the order of `set`'),
    entries: z
      .array(
        z.object({
          key: cacheKey,
          value: json.optional().describe('Where the content type is JSON'),
          valueBase64: z.string().optional().describe('Where it is not'),
          omitted: z.literal(true).optional().describe('The answer would be too large with it: get it alone'),
          contentType: z.string().optional(),
          etag: z.string(),
          tags: z.array(z.string()),
          ageSeconds: z.number().min(0),
          ttlSeconds: z.number().describe('For how long it is fresh; below 0 when it is stale'),
          from: z.enum(['memory', 'redis', 'dynamodb']),
        }),
      )
      .describe('In the order of `get`, what there is'),
  })
  .meta({ id: 'CacheBatchAnswer' });
export type CacheBatchAnswer = z.output<typeof cacheBatchAnswer>;

export const cacheInvalidationRequest = z
  .strictObject({
    keys: z.array(cacheKey).min(1).max(maxInvalidatedKeys).optional(),
    pattern: z.string().min(1).max(1_024).optional().describe('`*` stands for any characters, `?` for one'),
    tags: cacheTags.min(1).optional(),
    soft: z.boolean().default(false).describe('What is hit may still be served while it is loaded anew'),
  })
  .refine(
    ({ keys, pattern, tags }) => [keys, pattern, tags].filter((one) => one !== undefined).length === 1,
    'needs exactly one of `keys`, `pattern` and `tags`',
  )
  .meta({ id: 'CacheInvalidationRequest' });
export type CacheInvalidationRequest = z.output<typeof cacheInvalidationRequest>;

export const cacheInvalidation = z
  .object({
    invalidated: count.describe('Entries that were stored, each counted once'),
    exact: z.boolean(),
    upperBound: count
      .optional()
      .describe('When not exact: about the most there can have been, by a count that may be a minute old'),
    pending: z
      .array(z.enum(['redis', 'dynamodb']))
      .optional()
      .describe('Tiers that could not be told yet: they serve nothing dead'),
    taskId: identifier.optional().describe('Removes what is left; nothing of it is served any longer'),
  })
  .meta({ id: 'CacheInvalidation' });
export type CacheInvalidation = z.output<typeof cacheInvalidation>;

/** What an invalidation left to remove. */
export const cacheInvalidationTask = z
  .object({
    taskId: identifier,
    status: z.enum(['running', 'completed']),
    invalidated: count.describe('So far, with what the first answer said'),
    createdAt: timestamp,
    updatedAt: timestamp,
  })
  .meta({ id: 'CacheInvalidationTask' });
export type CacheInvalidationTask = z.output<typeof cacheInvalidationTask>;

export const cacheOptimization = z
  .object({
    expiredRemoved: count,
    ghostsRemoved: count,
    promoted: count,
    demoted: count,
    bytesFreed: z.number(),
    complete: z.boolean().describe('Whether all was looked at; else the next call goes on from there'),
  })
  .meta({ id: 'CacheOptimization' });

/** Work on a namespace that somebody who does not stand beside its tiers has done: in the background, within a minute or two. */
export const cacheUpkeepWork = z.enum(['maintenance', 'warming']);
export type CacheUpkeepWork = z.output<typeof cacheUpkeepWork>;
/** At most so many keys are warmed at once. */
export const maxWarmedKeys = 1_000;

const warmUrl = z.union([
  z.url({ protocol: /^https?$/ }),
  z.strictObject({ url: z.url({ protocol: /^https?$/ }), key: cacheKey.optional(), ...setOptions }),
]);

export const cacheWarmRequest = z
  .strictObject({
    entries: z.array(cacheSetItem).min(1).max(maxBatchSets).optional(),
    urls: z
      .array(warmUrl)
      .min(1)
      .max(50)
      .optional()
      .describe(
        'Fetched and stored, each under its address or its `key`; what is not begun within 20 s counts as failed',
      ),
    fromTopKeys: z.number().int().min(1).max(maxWarmedKeys).optional().describe('So many of the most read keys'),
  })
  .refine(
    ({ entries, urls, fromTopKeys }) => [entries, urls, fromTopKeys].filter((one) => one !== undefined).length === 1,
    'needs exactly one of `entries`, `urls` and `fromTopKeys`',
  )
  .meta({ id: 'CacheWarmRequest' });
export type CacheWarmRequest = z.output<typeof cacheWarmRequest>;

export const cacheWarmed = z
  .object({ requested: count, stored: count, failed: z.array(z.object({ key: z.string(), reason: z.string() })) })
  .meta({ id: 'CacheWarmed' });
export type CacheWarmed = z.output<typeof cacheWarmed>;
