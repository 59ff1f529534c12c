import { Cluster, Redis, type RedisOptions } from 'ioredis';
import type { Configuration } from '../platform/configuration.ts';

/** A handshake with TLS may take so long; a command may not, and whoever sends one sees to that. */
const connectTimeoutMs = 1_000;
const longestPauseMs = 2_000;

const pauseMs = (attempt: number): number => Math.min(100 * attempt, longestPauseMs);

/** What is not answered is the caller's to give up or to ask again: the next tier has the answer sooner. */
const connection = { connectTimeout: connectTimeoutMs, maxRetriesPerRequest: 0 } satisfies RedisOptions;

/**
 * Connects to the Redis of a deployment or of a machine, and again for as long as it takes. Only the first connection is
 * waited for: later, what is asked while there is none fails at once. Errors of the connection show in what is asked.
 */
export function connectRedis({ url, mode }: NonNullable<Configuration['redis']>): Redis | Cluster {
  const client =
    mode === 'single' ? new Redis(url, { ...connection, retryStrategy: pauseMs }) : connectCluster(new URL(url));
  client.on('error', () => {});
  client.once('ready', () => {
    client.options.enableOfflineQueue = false;
  });
  return client;
}

const connectCluster = ({ protocol, hostname, port }: URL): Cluster =>
  new Cluster([{ host: hostname, port: Number(port) }], {
    // By its name: certificates hold no addresses.
    dnsLookup: (address, callback) => callback(null, address),
    slotsRefreshTimeout: connectTimeoutMs,
    clusterRetryStrategy: pauseMs,
    redisOptions: { ...connection, ...(protocol === 'rediss:' ? { tls: {} } : {}) },
  });
