import { bucketKeys, bucketOf } from '../../../lib/cache/library/redis/layout.ts';
import { RedisTier } from '../../../lib/cache/library/redis/redis-tier.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { describeSharedTier } from './shared-tier-suite.ts';

const server = useRedisServer();
let namespaces = 0;

for (const buckets of [1, 3]) {
  describeSharedTier(`Redis with ${buckets} bucket(s)`, () => {
    const namespace = `n${namespaces++}`;
    const tier = new RedisTier({ client: server.client, namespace, buckets });
    const expire = async (key: string) => {
      await server.client.del(bucketKeys(namespace, bucketOf(key, buckets)).entry(key));
    };
    return { tier, expire, home: 'redis' };
  });
}
