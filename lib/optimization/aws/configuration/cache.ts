import type { ElastiCacheClient } from '@aws-sdk/client-elasticache';
import { findCache, limitsOf } from '../resources/cache.ts';
import type { Calls } from './calls.ts';
import type { CacheConfiguration } from './model.ts';

export async function readCache(
  elastiCache: ElastiCacheClient,
  calls: Calls,
  name: string,
): Promise<CacheConfiguration | undefined> {
  const found = await calls.ask('elasticache:DescribeServerlessCaches', name, () => findCache(elastiCache, name));
  if (found === undefined) return undefined;
  const { isManaged, cache } = found;
  const base = { name, isManaged, engine: cache.Engine ?? 'unknown' };
  if (found.kind === 'nodes') {
    const { CacheNodeType } = found.cache;
    return { ...base, kind: 'nodes', ...(CacheNodeType === undefined ? {} : { nodeType: CacheNodeType }) };
  }
  const { maxDataGb, maxEcpuPerSecond } = limitsOf(found.cache);
  return {
    ...base,
    kind: 'serverless',
    ...(maxDataGb === undefined ? {} : { maxDataGb }),
    ...(maxEcpuPerSecond === undefined ? {} : { maxEcpuPerSecond }),
  };
}
