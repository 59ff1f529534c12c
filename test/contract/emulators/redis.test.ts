import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { Redis as Client } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findLastingRedis } from '../../../lib/local/emulators/lasting-redis.ts';
import { findRedis, type Redis } from '../../../lib/local/emulators/redis.ts';
import { temporaryDataDir } from './data-directory.ts';

/** By a connection of its own: one that comes back would send the command again. */
async function shutDown(redis: Redis | undefined): Promise<void> {
  const hand = new Client(redis?.url ?? '', { retryStrategy: () => null });
  hand.on('error', () => {});
  const ended = once(hand, 'end');
  hand.shutdown('NOSAVE').catch(() => {});
  await ended;
}

describe('the Redis that is found on the machine', () => {
  const dataDir = temporaryDataDir();
  let redis: Redis | undefined;
  let client: Client;
  beforeAll(async () => {
    redis = await findRedis({ dataDir });
    client = new Client(redis?.url ?? '');
  });
  afterAll(async () => {
    client.disconnect();
    await redis?.stop();
    await redis?.stop();
  });

  it('answers, and behaves as ElastiCache Serverless does', async () => {
    await client.set('key', 'value', 'PX', 60_000);
    expect(await client.get('key')).toBe('value');
    const config = async (name: string) => ((await client.config('GET', name)) as string[])[1];
    expect(await config('maxmemory')).toBe(String(256 * 1024 * 1024));
    expect(await config('maxmemory-policy')).toBe('volatile-lru');
    expect(await config('bind')).toBe('127.0.0.1');
    expect(await config('save')).toBe('');
    expect(await config('dir')).toBe(dataDir);
  });

  it('is taken as it is when its URL is given, and not stopped', async () => {
    const given = await findRedis({ url: redis?.url ?? '', dataDir });
    expect(given?.url).toBe(redis?.url);
    await given?.stop();
    expect(await client.ping()).toBe('PONG');
  });

  it('is ended by stop, and its end by other hands is reported', async () => {
    const directory = temporaryDataDir();
    const first = await findRedis({ dataDir: directory });
    await first?.stop();
    await expect(findRedis({ url: first?.url ?? '', dataDir: directory })).rejects.toThrow('ECONNREFUSED');
    const reported = Promise.withResolvers<Error>();
    const second = await findRedis({ dataDir: directory, onUnexpectedExit: reported.resolve });
    await shutDown(second);
    expect((await reported.promise).message).toContain('redis ended with status 0');
    await second?.stop();
    expect(existsSync(join(directory, 'run', 'redis.pid'))).toBe(false);
  });
});

describe('a Redis that lasts', () => {
  it('is started again on its port, empty, however often it ends by itself, until it is stopped', async () => {
    const dataDir = temporaryDataDir();
    const lines: string[] = [];
    const redis = await findLastingRedis({ dataDir, log: (line) => lines.push(line) });
    const client = new Client(redis?.url ?? '', { retryStrategy: () => 10, maxRetriesPerRequest: null });
    client.on('error', () => {});
    for (const round of [1, 2]) {
      await client.set('round', round);
      await shutDown(redis);
      expect(await client.get('round')).toBeNull();
      expect(lines).toHaveLength(round);
      expect(lines.at(-1)).toMatch(/^redis ended with status 0.*; it is started again, and caches do without it/);
    }
    client.disconnect();
    await redis?.stop();
    await redis?.stop();
    expect(existsSync(join(dataDir, 'run', 'redis.pid'))).toBe(false);
  });

  it('is none where none is found', async () => {
    expect(await findLastingRedis({ dataDir: temporaryDataDir(), searchPath: '', log: () => {} })).toBeUndefined();
  });
});

describe('without a Redis', () => {
  it('says so by finding none', async () => {
    expect(await findRedis({ dataDir: temporaryDataDir(), searchPath: '' })).toBeUndefined();
  });

  it('refuses a URL of something that is no Redis, within a second, without telling its password', async () => {
    const silent: Server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    const startedAt = performance.now();
    const attempt = findRedis({ url: `redis://:secret@127.0.0.1:${port}`, dataDir: temporaryDataDir() });
    const error = await attempt.then(
      () => undefined,
      (reason: Error) => reason,
    );
    expect(error?.message).toMatch(new RegExp(`^The Redis at 127\\.0\\.0\\.1:${port} does not answer: .*\\.$`));
    expect(error?.message).not.toContain('secret');
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    silent.close();
    await expect(findRedis({ url: 'http://127.0.0.1', dataDir: temporaryDataDir() })).rejects.toThrow('redis://');
  });

  it('tells the last words of a server that does not start', async () => {
    const programs = join(temporaryDataDir(), 'bin');
    mkdirSync(programs);
    const program = join(programs, 'valkey-server');
    writeFileSync(program, '#!/bin/sh\necho "Fatal: bad configuration"\nexit 1\n');
    chmodSync(program, 0o755);
    await expect(findRedis({ dataDir: temporaryDataDir(), searchPath: programs })).rejects.toThrow(
      'redis ended with status 1: Fatal: bad configuration',
    );
  });
});
