import { ModifyServerlessCacheCommand } from '@aws-sdk/client-elasticache';
import { z } from 'zod';
import { DomainError } from '../../../../platform/errors.ts';
import { findCache, highestLimits, limitsOf } from '../../resources/cache.ts';
import type { AwsProperty } from '../property.ts';

const limits = z.strictObject({
  maxDataGb: z.int().min(1).max(highestLimits.dataGb).nullable(),
  maxEcpuPerSecond: z.int().min(1_000).max(highestLimits.ecpuPerSecond).nullable(),
});

/** What a serverless cache holds and does at most. Null: no limit, or the highest that there is. */
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
        const { maxDataGb = null, maxEcpuPerSecond = null } = limitsOf(await cache());
        return { value: { maxDataGb, maxEcpuPerSecond } };
      },
      async change(value) {
        const { maxDataGb, maxEcpuPerSecond } = limits.parse(value);
        await elastiCache.send(
          new ModifyServerlessCacheCommand({
            ServerlessCacheName: name,
            CacheUsageLimits: {
              DataStorage: { Maximum: maxDataGb ?? highestLimits.dataGb, Unit: 'GB' },
              ECPUPerSecond: { Maximum: maxEcpuPerSecond ?? highestLimits.ecpuPerSecond },
            },
          }),
        );
      },
      progress: async () => ((await cache()).Status?.toLowerCase() === 'modifying' ? 'under-way' : 'in-force'),
    };
  },
};
