import { z } from 'zod';

export const cacheTierName = z.enum(['memory', 'redis', 'dynamodb']);
export type CacheTierName = z.output<typeof cacheTierName>;

/** Where an entry is kept. `auto` decides by what there is, by size and by heat; the tiers above hold copies. */
export const cacheTierChoice = z.enum([...cacheTierName.options, 'auto']);
export type CacheTierChoice = z.output<typeof cacheTierChoice>;

export const cacheCodec = z.enum(['none', 'gzip', 'zstd', 'lz4']);

export const minTtlSeconds = 0.001;
/** Ten years. Times stay far below the 48 bits that an entry's header has for them. */
export const maxTtlSeconds = 315_360_000;
export const ttlSeconds = z.number().min(minTtlSeconds).max(maxTtlSeconds);
const windowSeconds = z
  .number()
  .min(0)
  .max(maxTtlSeconds)
  .refine((seconds) => seconds === 0 || seconds >= minTtlSeconds, `must be 0, or at least ${minTtlSeconds}`);
/** A byte at the least: of a limit that is nothing, nobody can say how much is used. */
const megabytes = z.number().min(0.000_001).max(1_048_576);
const milliseconds = z.number().int().min(1).max(3_600_000);

/**
 * For how long a copy may be served that an invalidation elsewhere has killed: not at all, so many milliseconds, or until it
 * expires.
 */
export const cacheCoherence = z.union([
  z.literal('strict'),
  z.literal('none'),
  z.strictObject({ boundedMs: z.number().int().min(1).max(86_400_000) }),
]);
export type CacheCoherence = z.output<typeof cacheCoherence>;

/** How a namespace caches. */
export const cachePolicy = z
  .strictObject({
    /** `memory` keeps nothing elsewhere, `durable` keeps all in the lowest tier there is, `hybrid` decides by entry. */
    strategy: z.enum(['memory', 'durable', 'hybrid']).default('hybrid'),
    /** Which of the deployment's tiers are used. */
    tiers: z.array(cacheTierName).min(1).max(3).default(['memory', 'redis', 'dynamodb']),
    defaultTtlSeconds: ttlSeconds.default(3_600),
    /** For keys that begin so; of several the longest prefix counts. */
    ttlRules: z
      .array(z.strictObject({ prefix: z.string().min(1).max(1_024), ttlSeconds }))
      .max(1_000)
      .default([]),
    /** How long it is remembered that there is no value; as long as a value when left out. */
    negativeTtlSeconds: ttlSeconds.optional(),
    memoryLimitMb: megabytes.default(512),
    redisLimitMb: megabytes.optional(),
    dynamodbLimitMb: megabytes.default(2_048),
    /** In memory. */
    maxEntries: z
      .number()
      .int()
      .min(1)
      .max(2 ** 31)
      .optional(),
    compression: z
      .strictObject({
        codec: cacheCodec.default('lz4'),
        aboveBytes: z
          .number()
          .int()
          .min(0)
          .max(2 ** 31)
          .default(1_024),
      })
      .prefault({}),
    coherence: cacheCoherence.default({ boundedMs: 1_000 }),
    /** By how much of itself a TTL is shortened at most, at random. */
    jitterPercent: z.number().min(0).max(100).default(0),
    staleWhileRevalidateSeconds: windowSeconds.default(0),
    staleIfErrorSeconds: windowSeconds.default(0),
    /** Above 1 refreshes earlier, below 1 later, 0 never before the end. */
    earlyRefreshBeta: z.number().min(0).max(100).default(1),
    /** A loader that takes longer is no longer waited for when something stale may be served. */
    softTimeoutMs: milliseconds.optional(),
    /** A loader that takes longer has failed. */
    hardTimeoutMs: milliseconds.default(30_000),
    maxValueBytes: z
      .number()
      .int()
      .min(1)
      .max(2 ** 30)
      .default(16 * 1_048_576),
  })
  .meta({ id: 'CachePolicy' });
export type CachePolicy = z.output<typeof cachePolicy>;
export type CachePolicyInput = z.input<typeof cachePolicy>;
