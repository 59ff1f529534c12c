import { once } from 'node:events';
import { join } from 'node:path';
import { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { findFreePort } from '../../../lib/local/emulators/free-port.ts';
import type { SupervisedChild } from '../../../lib/local/supervision/supervised-child.ts';
import { superviseProgram } from '../../../lib/local/supervision/supervised-program.ts';
import { monitorPool, type PoolMonitor } from '../../../lib/sdk/database.ts';
import { temporaryDirectory } from '../../support/bundle-function.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';
import { until } from '../../support/redis-cluster.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { closeWindow } from './pool-suite.ts';

const server = useRedisServer();
let proxy: LossyProxy;
let client: Redis | Cluster;
let monitor: PoolMonitor;

afterEach(() => {
  monitor.stop();
  client.disconnect();
});

describe('monitorPool of ioredis', () => {
  const open = async (options: { healthCheckMs?: number; retryMs?: number } = {}): Promise<void> => {
    const { retryMs = 10, ...rest } = options;
    proxy = await startLossyProxy(server.url);
    client = new Redis({
      port: proxy.port,
      host: '127.0.0.1',
      lazyConnect: true,
      maxRetriesPerRequest: 1,
      retryStrategy: () => retryMs,
    });
    client.on('error', () => {});
    monitor = monitorPool(client, rest);
  };

  afterEach(() => proxy.close());

  it('takes a connection for a pool of one, for which commands wait in the offline queue', async () => {
    await open();
    expect(monitor.stats()).toMatchObject({ pool: 'redis', system: 'redis', size: 1, open: 0, inUse: 0, waiting: 0 });
    const answers = Promise.all([client.set('a', '1'), client.get('a')]);
    expect(monitor.stats()).toMatchObject({ open: 0, waiting: 2, peakWaiting: 2, acquired: 0 });
    expect(await answers).toEqual(['OK', '1']);
    expect(monitor.stats()).toMatchObject({ open: 1, waiting: 0, acquired: 2, created: 1, errors: 0, timeouts: 0 });
    expect(monitor.stats().avgWaitMs).toBeGreaterThan(0);
    const answer = client.get('a');
    expect(monitor.stats()).toMatchObject({ inUse: 1, peakInUse: 1, acquired: 3 });
    await answer;
    expect(closeWindow()).toMatchObject({ system: 'redis', open: 1, inUse: 0, peakWaiting: 2, created: 1 });
    expect(monitor.stats().oldestConnectionSeconds).toBeGreaterThan(0);
  });

  it('counts connections that broke, and commands that gave up', async () => {
    await open();
    await client.set('a', '1');
    proxy.isDown = true;
    await expect(client.get('a')).rejects.toThrow();
    await expect(client.get('a')).rejects.toThrow(/max retries/);
    const { closed, errors, timeouts } = monitor.stats();
    expect(closed).toBeGreaterThan(0);
    expect(errors).toBeGreaterThan(0);
    expect(timeouts).toBe(1);
  });

  it('checks the connection with PING, which is no caller', async () => {
    await open({ healthCheckMs: 100, retryMs: 100_000 });
    await client.set('a', '1');
    await expect.poll(() => monitor.stats().checks).toBeGreaterThan(1);
    expect(monitor.stats()).toMatchObject({ failedChecks: 0, acquired: 1 });
    proxy.isDown = true;
    await expect.poll(() => monitor.stats().failedChecks).toBeGreaterThan(0);
  });

  it('leaves answers, errors and unhandled rejections alone, and nothing of itself', async () => {
    await open();
    await expect(client.call('HGET', 'a')).rejects.toThrow('ERR wrong number of arguments');
    monitor.stop();
    expect(Object.hasOwn(client, 'sendCommand')).toBe(false);
    expect(client.listenerCount('connect')).toBe(0);
    await client.get('a');
    expect(monitor.stats().acquired).toBe(1);
  });

  it('is reported for the last time when the connection has ended', async () => {
    await open();
    await Promise.all([once(client, 'end'), client.quit()]);
    expect(closeWindow()).toMatchObject({ open: 0 });
    expect(() => closeWindow()).toThrow();
  });
});

describe('monitorPool of a cluster of ioredis', () => {
  let node: SupervisedChild;
  let port: number;

  beforeAll(async () => {
    port = await findFreePort();
    const directory = temporaryDirectory();
    node = await superviseProgram({
      name: 'redis',
      runDirectory: join(directory, 'run'),
      command: 'redis-server',
      args: [
        ...['--port', `${port}`, '--bind', '127.0.0.1', '--dir', directory, '--save', ''],
        ...['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'],
      ],
    });
    const owner = new Redis({ port, retryStrategy: () => 5, maxRetriesPerRequest: null });
    owner.on('error', () => {});
    await owner.cluster('ADDSLOTSRANGE', 0, 16_383);
    await until('the cluster is one', async () => String(await owner.cluster('INFO')).includes('cluster_state:ok'));
    owner.disconnect();
  });
  afterAll(() => node.stop());

  it('takes its nodes for the pool', async () => {
    client = new Cluster([{ host: '127.0.0.1', port }]);
    monitor = monitorPool(client, { name: 'sessions', healthCheckMs: 100 });
    const answer = client.set('a', '1');
    expect(monitor.stats()).toMatchObject({ pool: 'sessions', system: 'redis', waiting: 1, peakWaiting: 1 });
    expect(await answer).toBe('OK');
    expect(await client.get('a')).toBe('1');
    expect(monitor.stats()).toMatchObject({ size: 1, open: 1, waiting: 0, acquired: 2, timeouts: 0 });
    await expect.poll(() => monitor.stats().checks).toBeGreaterThan(0);
    expect(monitor.stats().failedChecks).toBe(0);
    expect(closeWindow()).toMatchObject({ pool: 'sessions', open: 1 });
  });
});
