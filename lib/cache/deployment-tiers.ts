import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { Cluster, Redis } from 'ioredis';
import type { Configuration } from '../platform/configuration.ts';
import { openRedis } from './library/redis/connect.ts';
import { dynamodb, redis, type TierSpec } from './library/tiers.ts';

export interface DeploymentTiers {
  tiers: readonly TierSpec[];
  close(): Promise<void>;
}

/** Below the tier's own limits, which give up first; a hanging socket must not hold one of the client's. */
const requestHandler = { connectionTimeout: 1_000, requestTimeout: 3_000, throwOnRequestTimeout: true };

/** The shared tiers that a function was given: Redis where the deployment has one, and the cache's table. */
export function deploymentTiers({ redis: server, cacheTable }: Configuration): DeploymentTiers {
  const client = server && openRedis({ Redis, Cluster }, server.url, { cluster: server.mode === 'cluster' });
  const database = cacheTable === undefined ? undefined : new DynamoDB({ requestHandler, maxAttempts: 2 });
  return {
    tiers: [
      ...(client === undefined ? [] : [redis({ client })]),
      ...(database === undefined || cacheTable === undefined
        ? []
        : [dynamodb({ client: database, tableName: cacheTable })]),
    ],
    async close() {
      client?.disconnect();
      database?.destroy();
    },
  };
}
