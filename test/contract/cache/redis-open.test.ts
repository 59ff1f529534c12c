import { once } from 'node:events';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRedis } from '../../../lib/cache/library/redis/connect.ts';
import { findFreePort } from '../../../lib/local/emulators/free-port.ts';
import type { SupervisedChild } from '../../../lib/local/supervision/supervised-child.ts';
import { superviseProgram } from '../../../lib/local/supervision/supervised-program.ts';
import { temporaryDirectory } from '../../support/bundle-function.ts';

const startServer = (port: number, settings: readonly string[]): Promise<SupervisedChild> => {
  const directory = temporaryDirectory();
  return superviseProgram({
    name: `redis-${port}`,
    runDirectory: join(directory, 'run'),
    command: 'redis-server',
    args: ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--dir', directory, ...settings],
  });
};

/** As ElastiCache Serverless shows itself: a cluster whose one member is known by its name. */
const clusterByName = [
  ...['--cluster-enabled', 'yes'],
  ...['--cluster-announce-hostname', 'localhost'],
  ...['--cluster-preferred-endpoint-type', 'hostname'],
];

describe.each([
  { mode: 'single', settings: [] },
  { mode: 'cluster', settings: clusterByName },
] as const)('a Redis whose mode is $mode', ({ mode, settings }) => {
  let port: number;
  let server: SupervisedChild;
  const start = async (): Promise<void> => {
    server = await startServer(port, settings);
    const owner = new Redis({ port, retryStrategy: () => 5, maxRetriesPerRequest: null });
    owner.on('error', () => {});
    if (mode === 'cluster') await owner.cluster('ADDSLOTSRANGE', 0, 16_383);
    await owner.ping();
    while (mode === 'cluster' && !String(await owner.cluster('INFO')).includes('cluster_state:ok'));
    owner.disconnect();
  };
  beforeAll(async () => {
    port = await findFreePort();
    await start();
  });
  afterAll(() => server.stop());

  it('is reached by the one address, and what is asked before it is connected waits for that', async () => {
    const client = openRedis({ Redis, Cluster }, `redis://localhost:${port}`, { cluster: mode === 'cluster' });
    await client.set('{a}key', 'value');
    await client.set('{b}key', 'other');
    expect(await client.get('{a}key')).toBe('value');
    client.disconnect();
  });

  it('fails at once what is asked while it is gone, and serves again when it is back', async () => {
    const client = openRedis({ Redis, Cluster }, `redis://localhost:${port}`, { cluster: mode === 'cluster' });
    await client.ping();
    const gone = once(client, 'close');
    await server.stop();
    await gone;
    const startedAt = performance.now();
    await expect(client.get('{a}key')).rejects.toThrow();
    expect(performance.now() - startedAt).toBeLessThan(100);
    // Attempts before the server is back fail, which is no failure here.
    const back = new Promise((resolve) => client.once('ready', resolve));
    await start();
    await back;
    expect(await client.get('{a}key')).toBeNull();
    client.disconnect();
  });
});

it('takes the whole cluster by TLS where the address says so', () => {
  const client = openRedis({ Redis, Cluster }, 'rediss://cache.example.com:6379', { cluster: true });
  client.disconnect();
  expect(client.options).toMatchObject({ redisOptions: { tls: {} } });
});
