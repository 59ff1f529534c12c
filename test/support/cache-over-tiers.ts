import { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Cache } from '../../lib/cache/library/cache.ts';
import { createCache } from '../../lib/cache/library/create-cache.ts';
import { connectRedis } from '../../lib/cache/library/redis/connect.ts';
import { dynamodb, memory, redis, type TierSpec } from '../../lib/cache/library/tiers.ts';

/** Which tiers a cache has, as plain data, so that it can be opened in another process. */
export interface TierChoice {
  memory?: boolean;
  redisUrl?: string | undefined;
  /** An emulator, with the table. */
  dynamodb?: { endpoint: string; tableName: string } | undefined;
}

export interface OpenedCache<V> {
  cache: Cache<V>;
  close(): Promise<void>;
}

/** A cache with clients of its own, which go with it. */
export async function openCacheOver<V>(namespace: string, choice: TierChoice): Promise<OpenedCache<V>> {
  const closing: (() => void)[] = [];
  const tiers: TierSpec[] = [];
  if (choice.memory) tiers.push(memory());
  if (choice.redisUrl !== undefined) {
    const client = await connectRedis(choice.redisUrl);
    closing.push(() => client.disconnect());
    tiers.push(redis({ client }));
  }
  if (choice.dynamodb !== undefined) {
    const { endpoint, tableName } = choice.dynamodb;
    const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
    const client = new DynamoDB({ endpoint, region: 'us-east-1', credentials });
    closing.push(() => client.destroy());
    tiers.push(dynamodb({ client, tableName }));
  }
  const cache = createCache<V>({ namespace, tiers });
  return {
    cache,
    async close() {
      await cache.close();
      for (const close of closing) close();
    },
  };
}
