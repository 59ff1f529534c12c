import { ModifyServerlessCacheCommand } from '@aws-sdk/client-elasticache';
import { z } from 'zod';
import { DomainError } from '../../../../platform/errors.ts';
import { findCache } from '../../resources/cache.ts';
import type { AwsProperty } from '../property.ts';

/**
 * A limit that was set cannot be taken away, only raised to the highest that there is, which comes to the same: null stands for both.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html
 */
const highest = { dataGb: 5_000, ecpuPerSecond: 15_000_000 } as const;

const limits = z.strictObject({
  maxDataGb: z.int().min(1).max(highest.dataGb).nullable(),
  maxEcpuPerSecond: z.int().min(1_000).max(highest.ecpuPerSecond).nullable(),
});

const below = (limit: number, value: number | undefined): number | null =>
  value === undefined || value >= limit ? null : value;

/** What a serverless cache holds and does at most. */
export const usageLimits: AwsProperty = {
  service: 'elasticache',
  path: 'usageLimits',
  value: limits,
  async open({ elastiCache }, resource) {
    const { name, arn, isManaged } = await findCache(elastiCache, resource);
    const cache = async () => {
      const found = await findCache(elastiCache, resource);
      if (found.kind === 'serverless') return found.cache;
      throw new DomainError('invalid-request', `${resource} is a cache of nodes, which has no usage limits.`);
    };
    return {
      isManaged,
      arn,
      async read() {
        const { DataStorage, ECPUPerSecond } = (await cache()).CacheUsageLimits ?? {};
        return {
          value: {
            maxDataGb: below(highest.dataGb, DataStorage?.Maximum),
            maxEcpuPerSecond: below(highest.ecpuPerSecond, ECPUPerSecond?.Maximum),
          },
        };
      },
      async change(value) {
        const { maxDataGb, maxEcpuPerSecond } = limits.parse(value);
        await elastiCache.send(
          new ModifyServerlessCacheCommand({
            ServerlessCacheName: name,
            CacheUsageLimits: {
              DataStorage: { Maximum: maxDataGb ?? highest.dataGb, Unit: 'GB' },
              ECPUPerSecond: { Maximum: maxEcpuPerSecond ?? highest.ecpuPerSecond },
            },
          }),
        );
      },
      progress: async () => ((await cache()).Status?.toLowerCase() === 'modifying' ? 'under-way' : 'in-force'),
    };
  },
};
