import { Redis } from 'ioredis';
import type { Configuration } from '../platform/configuration.ts';
import { redis, type TierSpec } from './library/tiers.ts';

export interface DeploymentTiers {
  tiers: readonly TierSpec[];
  close(): Promise<void>;
}

/** The shared tiers that a function was given: Redis where the deployment has one, and the cache's table. */
export function deploymentTiers({ redis: server }: Configuration): DeploymentTiers {
  const client = server === undefined ? undefined : new Redis(server.url, { maxRetriesPerRequest: 0 });
  client?.on('error', () => {});
  return {
    tiers: [...(client === undefined ? [] : [redis({ client })])],
    async close() {
      client?.disconnect();
    },
  };
}
