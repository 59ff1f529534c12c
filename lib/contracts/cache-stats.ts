import { z } from 'zod';
import { percent } from './names.ts';

const count = z.number().int().min(0);

const tierStats = z.object({
  entries: count,
  usedMb: z.number().min(0),
  /** Absent where there is none. */
  limitMb: z.number().positive().optional(),
  usagePercent: z.number().min(0).optional(),
  hits: count,
  errors: count,
  /** `open`: the tier does not answer and is not asked for the moment. */
  breaker: z.enum(['closed', 'open', 'half-open']).optional(),
});
export type TierStats = z.output<typeof tierStats>;

/** Of one process since its start, but for entries and bytes of the shared tiers, which are everybody's. */
export const cacheStats = z
  .object({
    /** Of all gets; absent before the first, as is the other. */
    hitRatePercent: percent.optional(),
    missRatePercent: percent.optional(),
    totalRequests: count,
    cacheHits: count,
    cacheMisses: count,
    /** Only tiers that are in use. A tier that does not answer lacks entries and sizes by being absent. */
    tiers: z.object({
      memory: tierStats.optional(),
      redis: tierStats.optional(),
      dynamodb: tierStats.optional(),
    }),
    performance: z.object({
      /** Absent before the first. Gets from memory are timed by a sample. */
      avgGetMs: z.number().min(0).optional(),
      avgSetMs: z.number().min(0).optional(),
      /** From memory, for want of room. */
      evictions: count,
    }),
    /** The most read first, of this process; counts are exact until there are more distinct keys than the sketch holds. */
    topKeys: z.array(z.object({ key: z.string(), reads: count })),
    savings: z.object({
      /** What the loaders of what was served would have taken. */
      loaderMs: z.number().min(0),
      /** By compression, of what this process has stored. */
      compressionBytes: z.number(),
    }),
    cost: z.object({
      dynamodbReadUnits: z.number().min(0),
      dynamodbWriteUnits: z.number().min(0),
      redisBytes: z.number().min(0).optional(),
      /** At the list prices of us-east-1: units of this process, and a month of the bytes stored. */
      usd: z.number().min(0),
    }),
  })
  .meta({ id: 'CacheStats' });
export type CacheStats = z.output<typeof cacheStats>;
