import { randomUUID } from 'node:crypto';
import { bucketKeys, bucketOf } from '../../../lib/cache/library/redis/layout.ts';
import { RedisTier } from '../../../lib/cache/library/redis/redis-tier.ts';
import { useRedisCluster } from '../../support/redis-cluster.ts';
import { describeSharedTier } from './shared-tier-suite.ts';

const cluster = useRedisCluster();
const BUCKETS = 5;

describeSharedTier(`A Redis cluster with ${BUCKETS} buckets`, () => {
  const namespace = randomUUID();
  const tier = new RedisTier({ client: cluster.client, namespace, buckets: BUCKETS });
  const expire = async (key: string) => {
    await cluster.client.del(bucketKeys(namespace, bucketOf(key, BUCKETS)).entry(key));
  };
  return { tier, expire, home: 'redis' };
});
