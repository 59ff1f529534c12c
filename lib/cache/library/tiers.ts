import type { CacheClock } from './clock.ts';
import { DynamoTier } from './dynamodb/dynamo-tier.ts';
import type { DynamoTableClient } from './dynamodb/table.ts';
import type { TierNotice } from './guarded-store.ts';
import { RedisMirror } from './redis/redis-mirror.ts';
import { RedisTier } from './redis/redis-tier.ts';
import type { RedisClient } from './redis/run-scripts.ts';
import type { MirrorTier, OwnerTier, SharedTier } from './shared-tier.ts';

/** What a tier is opened with. */
export interface TierContext {
  namespace: string;
  clock: CacheClock;
  /** Told when a tier fails, is no longer asked, and is asked again. */
  notify: (notice: TierNotice) => void;
}

export interface MemorySpec {
  readonly kind: 'memory';
  /** Both go before the policy's. */
  readonly limitMb?: number | undefined;
  readonly maxEntries?: number | undefined;
}

export interface RedisSpec {
  readonly kind: 'redis';
  /** No answer to a single operation within this is none; 100 when left out. */
  readonly timeoutMs?: number | undefined;
  /** When it is the lowest tier: it gives out the sequence. */
  owner(context: TierContext): SharedTier;
  /** When DynamoDB is below it. */
  mirror(context: TierContext): MirrorTier;
}

export interface DynamodbSpec {
  readonly kind: 'dynamodb';
  /** 1,500 when left out. */
  readonly timeoutMs?: number | undefined;
  owner(context: TierContext): OwnerTier;
}

/** Another deployment's cache, which has tiers of its own. */
export interface RemoteSpec {
  readonly kind: 'remote';
  owner(context: TierContext): SharedTier;
}

export type TierSpec = MemorySpec | RedisSpec | DynamodbSpec | RemoteSpec;

/** Tier 1: the memory of this process. */
export const memory = (limits: Omit<MemorySpec, 'kind'> = {}): MemorySpec => ({ kind: 'memory', ...limits });

export interface RedisOptions {
  /** Of ioredis, alone or as a cluster (`connectRedis` makes one); it stays the caller's to close. */
  client: RedisClient;
  /** Over how many slots of a cluster a namespace is spread; must not change while anything is stored. */
  buckets?: number;
  timeoutMs?: number;
}

/** Tier 2: Redis or Valkey from 7 on. */
export const redis = ({ client, buckets, timeoutMs }: RedisOptions): RedisSpec => {
  const spread = buckets === undefined ? {} : { buckets };
  return {
    kind: 'redis',
    timeoutMs,
    owner: ({ namespace }) => new RedisTier({ client, namespace, ...spread }),
    mirror: ({ namespace }) => new RedisMirror({ client, namespace, ...spread }),
  };
};

export interface DynamodbOptions {
  /** `new DynamoDB(...)` of `@aws-sdk/client-dynamodb`; it stays the caller's to close. */
  client: DynamoTableClient;
  /** Its keys are the strings `pk` and `sk`, its time to live is `expiresAt`. */
  tableName: string;
  timeoutMs?: number;
}

/**
 * Tier 3: a table in DynamoDB.
 * @throws TypeError when the client is one that is given commands (`DynamoDBClient`): all that is asked of it would fail, as if the table were down
 */
export function dynamodb({ client, tableName, timeoutMs }: DynamodbOptions): DynamodbSpec {
  if (typeof client.updateItem !== 'function') {
    throw new TypeError('dynamodb() takes a `new DynamoDB(...)` of @aws-sdk/client-dynamodb, not a `DynamoDBClient`');
  }
  return {
    kind: 'dynamodb',
    timeoutMs,
    owner: ({ namespace, clock }) =>
      new DynamoTier({ client, tableName, namespace, clock, ...(timeoutMs === undefined ? {} : { timeoutMs }) }),
  };
}
