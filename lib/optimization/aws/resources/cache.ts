import {
  type CacheCluster,
  DescribeCacheClustersCommand,
  DescribeServerlessCachesCommand,
  type ElastiCacheClient,
  ListTagsForResourceCommand,
  type ServerlessCache,
} from '@aws-sdk/client-elasticache';
import { asking, codeOf } from '../../../platform/aws-failure.ts';
import { notFound } from '../../../platform/errors.ts';
import { resourceName } from '../../../telemetry/aws/resource-name.ts';
import { isManaged, tagsOf } from '../managed-tag.ts';
import { requireAccount, requireRegion } from './place.ts';

export type FoundCache = { name: string; arn: string; isManaged: boolean } & (
  | { kind: 'serverless'; cache: ServerlessCache }
  | { kind: 'nodes'; cache: CacheCluster }
);

/**
 * A limit that was set cannot be taken away, only raised to the highest that there is, which comes to the same.
 * @see https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Scaling.html
 */
export const highestLimits = { dataGb: 5_000, ecpuPerSecond: 15_000_000 } as const;

/** The limits of a serverless cache that bound anything. */
export const limitsOf = ({ CacheUsageLimits: limits }: ServerlessCache) => ({
  maxDataGb: below(highestLimits.dataGb, limits?.DataStorage?.Maximum),
  maxEcpuPerSecond: below(highestLimits.ecpuPerSecond, limits?.ECPUPerSecond?.Maximum),
});

const below = (limit: number, value: number | undefined): number | undefined =>
  value === undefined || value >= limit ? undefined : value;

/** @throws DomainError not-found, forbidden, unavailable */
export async function findCache(elastiCache: ElastiCacheClient, name: string): Promise<FoundCache> {
  const known = resourceName(name);
  return asking(`the cache ${name}`, async () => {
    await requireRegion(elastiCache, name);
    const serverless = await serverlessCache(elastiCache, known);
    if (serverless !== undefined) {
      const arn = serverless.ARN ?? '';
      requireAccount(name, arn);
      return { kind: 'serverless', name: known, arn, isManaged: await isTagged(elastiCache, arn), cache: serverless };
    }
    const nodes = await elastiCache.send(new DescribeCacheClustersCommand({ CacheClusterId: known }));
    const [cache] = nodes.CacheClusters ?? [];
    if (cache?.ARN === undefined) throw notFound(`The cache ${name}`);
    requireAccount(name, cache.ARN);
    return { kind: 'nodes', name: known, arn: cache.ARN, isManaged: await isTagged(elastiCache, cache.ARN), cache };
  });
}

async function serverlessCache(client: ElastiCacheClient, name: string): Promise<ServerlessCache | undefined> {
  try {
    const { ServerlessCaches } = await client.send(new DescribeServerlessCachesCommand({ ServerlessCacheName: name }));
    return ServerlessCaches?.[0];
  } catch (error) {
    if (codeOf(error).startsWith('ServerlessCacheNotFound')) return undefined;
    throw error;
  }
}

async function isTagged(client: ElastiCacheClient, ResourceName: string): Promise<boolean> {
  const { TagList } = await client.send(new ListTagsForResourceCommand({ ResourceName }));
  return isManaged(tagsOf(TagList));
}
