import { randomUUID } from 'node:crypto';
import type { DynamoDB } from '@aws-sdk/client-dynamodb';
import type { Redis } from 'ioredis';
import { type CacheClock, systemClock } from '../../../../lib/cache/library/clock.ts';
import { DynamoTier } from '../../../../lib/cache/library/dynamodb/dynamo-tier.ts';
import { bucketKeys } from '../../../../lib/cache/library/redis/layout.ts';
import { RedisMirror } from '../../../../lib/cache/library/redis/redis-mirror.ts';
import { RedisTier } from '../../../../lib/cache/library/redis/redis-tier.ts';
import { type TierSetName, tierSets } from './commands.ts';
import { asSeenBy, StoreHealth } from './faulty-store.ts';
import type { SharedStores } from './shared-stores.ts';
import type { StepScheduler } from './step-scheduler.ts';
import type { Leaves } from './tested-cache.ts';
import type { Actor, Work } from './virtual-time.ts';

export interface RealServers {
  redis: Redis;
  dynamo: DynamoDB;
  tableName: string;
}

/** Real servers, in a namespace of their own. Their time is real: it does not pass with that of the processes. */
export class RealStores implements SharedStores {
  readonly redisHealth = new StoreHealth('redis');
  readonly dynamoHealth = new StoreHealth('dynamodb');
  readonly #servers: RealServers;
  readonly #tiers: readonly string[];
  readonly #work: Work;
  readonly #namespace = randomUUID();

  constructor(servers: RealServers, name: TierSetName, work: Work) {
    this.#servers = servers;
    this.#tiers = tierSets[name];
    this.#work = work;
  }

  get areShared(): boolean {
    return this.#tiers.length > 1 || this.#tiers[0] !== 'memory';
  }

  async emptyRedis(): Promise<void> {
    this.redisHealth.goDown();
    this.redisHealth.recover();
    await this.#servers.redis.flushall();
  }

  async evict(key: string): Promise<void> {
    await this.#servers.redis.del(bucketKeys(this.#namespace, 0).entry(key));
  }

  async lapse(key: string): Promise<void> {
    await this.#servers.redis.del(bucketKeys(this.#namespace, 0).lease(key));
  }

  countable(): number {
    return Number.NaN;
  }

  seenBy(process: Actor, steps: StepScheduler, clock: CacheClock): Leaves {
    const { redis: client, dynamo, tableName } = this.#servers;
    const namespace = this.#namespace;
    const seen = <T extends object>(store: T, health: StoreHealth): T =>
      asSeenBy(store, health, steps, process, this.#work);
    const hasDynamo = this.#tiers.includes('dynamodb');
    const leaves: Leaves = {};
    if (hasDynamo) {
      // How old its knowledge is goes by the process' time, but what it waits for between attempts by the server's.
      const between = { ...clock, after: systemClock.after };
      const tier = new DynamoTier({ client: dynamo, tableName, namespace, clock: between });
      leaves.dynamoTier = seen(tier, this.dynamoHealth);
    }
    if (!this.#tiers.includes('redis')) return leaves;
    if (hasDynamo) leaves.redisMirror = seen(new RedisMirror({ client, namespace }), this.redisHealth);
    else leaves.redisTier = seen(new RedisTier({ client, namespace }), this.redisHealth);
    return leaves;
  }
}
