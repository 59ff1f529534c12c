import type { ClusterOptions, RedisOptions } from 'ioredis';
import type { RedisClient } from './run-scripts.ts';

export interface RedisConnection {
  /** Of several nodes, of which the URL names one, or stands for all (ElastiCache Serverless). */
  cluster?: boolean;
  /** For a handshake with TLS too; 1,000 when left out. */
  connectTimeoutMs?: number;
  /** Told of every error of a connection; what is asked meanwhile fails by itself. */
  onError?: (error: Error) => void;
}

const CONNECT_TIMEOUT_MS = 1_000;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 2_000;
const DEFAULT_PORT = 6_379;

/** Twice as long each time; it never gives up. */
export const pauseMs = (attempt: number): number =>
  Math.min(FIRST_PAUSE_MS * 2 ** Math.min(attempt - 1, 10), LONGEST_PAUSE_MS);

export type RedisClasses = Pick<typeof import('ioredis'), 'Redis' | 'Cluster'>;

/**
 * Connects to Redis or Valkey, and again for as long as it takes. Answers when it is connected or the first attempt has failed. What is
 * asked while there is no connection fails at once. Errors of the connection never end the process. The client is the caller's to close.
 *
 * @param url `redis://` or `rediss://` (with TLS), with user and password where they are needed
 * @throws Error when ioredis is not installed
 */
export async function connectRedis(url: string, options: RedisConnection = {}): Promise<RedisClient> {
  const client = openRedis(await loadIoredis(), url, options);
  await firstAttempt(client, connectTimeoutOf(options));
  client.options.enableOfflineQueue = false;
  return client;
}

/** As `connectRedis`, at once: what is asked before the first connection waits for it. */
export function openRedis({ Redis, Cluster }: RedisClasses, url: string, options: RedisConnection = {}): RedisClient {
  const client = options.cluster
    ? new Cluster([nodeOf(new URL(url))], clusterOptions(new URL(url), options))
    : new Redis(url, { ...connectionOptions(options), retryStrategy: pauseMs });
  // Without a listener an error is printed.
  client.on('error', options.onError ?? (() => {}));
  client.once('ready', () => {
    client.options.enableOfflineQueue = false;
  });
  return client;
}

async function loadIoredis(): Promise<RedisClasses> {
  try {
    return await import('ioredis');
  } catch (cause) {
    throw new Error('The Redis tier needs the package ioredis: install it beside this one.', { cause });
  }
}

/** One that is frozen takes the connection and says nothing. */
const firstAttempt = (client: RedisClient, timeoutMs: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, timeoutMs);
    const ended = () => {
      clearTimeout(timer);
      resolve();
    };
    client.once('ready', ended);
    client.once('close', ended);
  });

const connectTimeoutOf = ({ connectTimeoutMs = CONNECT_TIMEOUT_MS }: RedisConnection): number => connectTimeoutMs;

/** A connection that died unseen, as while its function was frozen, is noticed by the silence after a question. */
const SILENCE_MS = 2_000;

/** What was asked when the connection broke is asked once more: everything that the tiers ask may be done twice. */
const connectionOptions = (options: RedisConnection) =>
  ({
    connectTimeout: connectTimeoutOf(options),
    maxRetriesPerRequest: 1,
    socketTimeout: SILENCE_MS,
  }) satisfies RedisOptions;

const nodeOf = ({ hostname, port }: URL) => ({
  // A URL has IPv6 addresses in brackets.
  host: hostname.replace(/^\[|\]$/g, ''),
  port: port === '' ? DEFAULT_PORT : Number(port),
});

function clusterOptions({ protocol, username, password }: URL, options: RedisConnection) {
  return {
    // By its name: certificates hold no addresses.
    dnsLookup: (address, callback) => callback(null, address),
    clusterRetryStrategy: pauseMs,
    slotsRefreshTimeout: connectTimeoutOf(options),
    // A command follows a slot that has moved and waits out an election, but not for ever.
    maxRedirections: 8,
    retryDelayOnFailover: 50,
    retryDelayOnClusterDown: 50,
    redisOptions: {
      ...connectionOptions(options),
      ...(username === '' ? {} : { username: decodeURIComponent(username) }),
      ...(password === '' ? {} : { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' ? { tls: {} } : {}),
    },
  } satisfies ClusterOptions;
}
