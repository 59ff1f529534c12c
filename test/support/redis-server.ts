import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis as Client } from 'ioredis';
import { afterAll, beforeAll } from 'vitest';
import { findRedis, type Redis } from '../../lib/local/emulators/redis.ts';

export interface RedisServer {
  /** Connected before the first test of the file. */
  readonly client: Client;
  readonly url: string;
}

/** A Redis for the tests of a file. */
export function useRedisServer(): RedisServer {
  const dataDir = mkdtempSync(join(tmpdir(), 'headroom-redis-'));
  let redis: Redis | undefined;
  let client: Client | undefined;
  beforeAll(async () => {
    redis = await findRedis({ dataDir });
    if (redis === undefined) throw new Error('These tests need redis-server or valkey-server on the path.');
    client = new Client(redis.url);
  });
  afterAll(async () => {
    client?.disconnect();
    await redis?.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return {
    get client() {
      if (client === undefined) throw new Error('Redis is not started yet.');
      return client;
    },
    get url() {
      return redis?.url ?? '';
    },
  };
}
