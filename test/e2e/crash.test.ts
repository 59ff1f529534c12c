import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, it } from 'vitest';
import { intervalItem } from '../../lib/load/model.ts';
import { parseIdentity } from '../../lib/local/supervision/process-identity.ts';
import { keys } from '../../lib/platform/table/keys.ts';
import { type CountingTarget, startCountingTarget } from '../support/counting-target.ts';
import { registerTarget, startTest, untilEnded, untilTest } from '../support/load-client.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';
import { processesOf } from '../support/processes-of.ts';
import { type StartedPlatform, startByCommand } from '../support/started-platform.ts';

const project = 'shop';

describe.concurrent('a platform that is killed in the middle of a load test', () => {
  let root: string;
  let target: CountingTarget;
  const platforms: StartedPlatform[] = [];

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'headroom-crash-'));
    target = await startCountingTarget();
  });

  afterEach(async () => {
    await Promise.all(platforms.splice(0).map((platform) => platform.end('SIGKILL')));
    await target.close();
    rmSync(root, { recursive: true, force: true });
  });

  const start = async (name: string): Promise<StartedPlatform> => {
    const platform = await startByCommand(['--no-demo', '--data', join(root, 'data')], {
      readyFile: join(root, `${name}.json`),
    });
    platforms.push(platform);
    return platform;
  };

  it('keeps all that it acknowledged, leaves no process, and tells the truth about the test', {
    timeout: 150_000,
  }, async ({ expect }) => {
    const before = await start('before');
    const { client } = before;
    await client.call('putProject', {
      params: { project },
      body: { baseUrl: `http://127.0.0.1:${target.port}`, description: 'before the crash' },
    });
    const key = await client.call('createKey', { body: { name: 'kept', scope: 'read' } });
    const request = { users: 4, thinkTimeMs: 20, durationSeconds: 120, rampUpSeconds: 0, workers: 2 };
    const started = await startTest(client, project, request);
    const measuring = await untilTest(client, started, ({ result }) => (result?.timeline.length ?? 0) >= 3);
    const seen = measuring.result?.totalRequests ?? 0;
    const { taskId } = await client.call('startTask', {
      body: { type: 'analysis', payload: { project }, runAt: new Date(Date.now() + 3_600_000).toISOString() },
    });

    await before.end('SIGKILL');
    await expect.poll(() => processesOf(root), { timeout: 15_000 }).toEqual([]);

    const after = await start('after');
    expect(after.ready.apiKey).toBe(before.ready.apiKey);
    expect(await after.client.call('getProject', { params: { project } })).toMatchObject({
      description: 'before the crash',
    });
    const { items } = await after.client.call('listKeys');
    expect(items.map(({ keyId }) => keyId)).toContain(key.keyId);
    expect(await after.client.call('getTask', { params: { taskId } })).toMatchObject({ status: 'queued' });

    const test = await untilEnded(after.client, started);
    expect(test).toMatchObject({ status: 'failed', reason: 'interrupted' });
    expect(test.result?.totalRequests).toBeGreaterThanOrEqual(seen);
    expect(test.result?.totalRequests).toBeLessThanOrEqual(target.total());
    expect(test.result?.generator.lostShards.map(({ reason }) => reason)).toEqual(['died', 'died']);
  });
});

describe.concurrent('a worker that is killed in the middle of a load test', () => {
  const workers = 2;
  const arrivalRate = 100;
  const durationSeconds = 6;
  /** Of so small a fleet. */
  const intervalSeconds = 1;

  let platform: TestPlatform;
  let target: CountingTarget;
  beforeAll(async () => {
    [platform, target] = await Promise.all([startPlatform(), startCountingTarget()]);
    await registerTarget(platform.client, project, target.port);
  });
  afterAll(() => Promise.all([platform?.stop(), target?.close()]));

  const pidsOfWorkers = (): number[] => {
    const directory = join(platform.dataDir, 'run');
    return readdirSync(directory)
      .filter((name) => name.startsWith('load-worker-'))
      .flatMap((name) => parseIdentity(readFileSync(join(directory, name), 'utf8'))?.pid ?? []);
  };

  /** The last interval that each worker has stored; -1 before the first. */
  const toldBy = async (testId: string): Promise<number[]> => {
    const told = Array.from({ length: workers }, () => -1);
    for await (const { value } of platform.table.all(intervalItem, keys.loadIntervals(testId, 0))) {
      told[value.shard] = Math.max(told[value.shard] ?? -1, value.interval);
    }
    return told;
  };

  it('is told of, and no more is missing than what it had not yet told', async ({ expect }) => {
    const scenarios = [{ name: 'arrival', path: '/{{seq()}}' }];
    const { client } = platform;
    const request = { scenarios, arrivalRate, durationSeconds, rampUpSeconds: 0, timeoutMs: 2000, workers };
    const test = await startTest(client, project, request);
    const haveTold = async (): Promise<number> => Math.min(...(await toldBy(test.testId)));
    await expect.poll(haveTold, { interval: 20, timeout: 30_000 }).toBeGreaterThanOrEqual(2);
    // In the middle of the next interval.
    await delay(500 * intervalSeconds);
    const [pid] = pidsOfWorkers();
    if (pid === undefined) throw new Error('No worker runs');
    process.kill(pid, 'SIGKILL');

    const { status, result } = await untilEnded(client, test);
    expect(status).toBe('completed');
    const [lost, ...others] = result?.generator.lostShards ?? [];
    expect(others).toEqual([]);
    expect(lost).toEqual({ shard: expect.any(Number), reason: 'died', lastInterval: expect.any(Number) });
    expect(lost?.lastInterval).toBe((await toldBy(test.testId))[lost?.shard ?? -1]);
    expect(result?.generator.verdict).toMatch(/^limited/);
    expect(result?.generator.reasons).toContain(`shard ${lost?.shard} died`);

    // Worker i of n takes the arrivals i, i + n, ..., and each says which it is.
    const arrivals = Object.keys(target.counts).map((path) => Number(path.slice(1)));
    expect(target.total()).toBe(arrivals.length);
    const ofTheDead = arrivals.filter((arrival) => arrival % workers === lost?.shard).length;
    expect(arrivals.length - ofTheDead).toBe((arrivalRate / workers) * durationSeconds);
    const untold = target.total() - (result?.totalRequests ?? 0);
    expect(untold).toBeGreaterThanOrEqual(0);
    expect(untold).toBeLessThanOrEqual((arrivalRate / workers) * intervalSeconds);
    expect(ofTheDead).toBeGreaterThan(untold);
  });
});
