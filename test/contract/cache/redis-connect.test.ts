import { once } from 'node:events';
import { type AddressInfo, createServer, Socket } from 'node:net';
import { Cluster } from 'ioredis';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectRedis, pauseMs, type RedisConnection } from '../../../lib/cache/library/redis/connect.ts';
import { RedisTier } from '../../../lib/cache/library/redis/redis-tier.ts';
import type { RedisClient } from '../../../lib/cache/library/redis/run-scripts.ts';
import { findFreePort } from '../../../lib/local/emulators/free-port.ts';
import { useRedisCluster } from '../../support/redis-cluster.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { bornAt } from '../../support/tier-entries.ts';

const server = useRedisServer();
const cluster = useRedisCluster();
const clients: RedisClient[] = [];

async function connect(url: string, options?: RedisConnection): Promise<RedisClient> {
  const client = await connectRedis(url, options);
  clients.push(client);
  return client;
}

afterEach(() => {
  for (const client of clients.splice(0)) client.disconnect();
});

/** A server that can go away and come back at its place, and forwards to Redis while it is there. */
async function passage() {
  const sockets = new Set<Socket>();
  const target = new URL(server.url);
  const gate = createServer((socket) => {
    const onward = new Socket().connect(Number(target.port), target.hostname);
    for (const each of [socket, onward]) {
      sockets.add(each);
      each.on('error', () => {});
      each.once('close', () => {
        sockets.delete(each);
        socket.destroy();
        onward.destroy();
      });
    }
    socket.pipe(onward).pipe(socket);
  });
  const port = await findFreePort();
  return {
    url: `redis://127.0.0.1:${port}`,
    open: () => once(gate.listen(port, '127.0.0.1'), 'listening'),
    close: async () => {
      gate.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

const told = (client: RedisClient, event: 'ready' | 'close' | 'reconnecting') =>
  new Promise<void>((resolve) => {
    client.once(event, resolve);
  });

describe('A connection to Redis', () => {
  it.each(['one server', 'a cluster'])('serves a tier over %s', async (kind) => {
    const master = cluster.shards[1]?.master;
    const client =
      kind === 'a cluster'
        ? await connect(`redis://127.0.0.1:${master?.port}`, { cluster: true })
        : await connect(server.url);
    const tier = new RedisTier({ client, namespace: 'connected', buckets: 3 });
    const { sequence } = await tier.read([]);
    expect(await tier.write([{ key: 'a', entry: bornAt(sequence) }])).toEqual(['stored']);
    expect((await tier.read(['a'])).entries).toMatchObject([{ stale: false }]);
  });

  it('fails at once while there is no connection, and comes back by itself', async () => {
    const way = await passage();
    const errors: Error[] = [];
    await way.open();
    const client = await connect(way.url, { onError: (error) => errors.push(error) });
    expect(await client.ping()).toBe('PONG');
    const gone = told(client, 'close');
    await way.close();
    await gone;
    await expect(client.ping()).rejects.toThrow("Stream isn't writeable");
    await told(client, 'reconnecting');
    const back = told(client, 'ready');
    await way.open();
    await back;
    expect(await client.ping()).toBe('PONG');
    await way.close();
  });

  it.each([
    ['server', {}],
    ['cluster', { cluster: true }],
  ])('throws nothing at nobody while there is no %s', async (_, options) => {
    const errors: Error[] = [];
    const onError = (error: Error) => errors.push(error);
    const client = await connect(`redis://127.0.0.1:${await findFreePort()}`, { ...options, onError });
    await expect(client.ping()).rejects.toThrow();
    expect(errors.length).toBeGreaterThan(0);
  });

  it('does not wait for one that is frozen', async () => {
    const frozen = createServer();
    await once(frozen.listen(0, '127.0.0.1'), 'listening');
    const { port } = frozen.address() as AddressInfo;
    const client = await connect(`redis://127.0.0.1:${port}`, { connectTimeoutMs: 50 });
    await expect(client.ping()).rejects.toThrow();
    client.disconnect();
    frozen.close();
  });

  it('is made for a cluster that stands behind one name, with TLS and a user', async () => {
    const made = await connect('rediss://us%40er:p%3Ass@cache.invalid:6380', { cluster: true, connectTimeoutMs: 700 });
    if (!(made instanceof Cluster)) return expect.unreachable();
    made.disconnect();
    const redisOptions = { username: 'us@er', password: 'p:ss', tls: {}, connectTimeout: 700, maxRetriesPerRequest: 1 };
    expect(made.options).toMatchObject({ redisOptions, slotsRefreshTimeout: 700 });
    const told = vi.fn();
    made.options.dnsLookup?.('node.cache.invalid', told);
    expect(told).toHaveBeenCalledWith(null, 'node.cache.invalid');
  });

  it('pauses longer and longer, up to a bound', () => {
    expect([1, 2, 3, 8, 9, 1_000_000].map(pauseMs)).toEqual([20, 40, 80, 2_000, 2_000, 2_000]);
  });
});
