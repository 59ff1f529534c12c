import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { parseIdentity } from '../../lib/local/supervision/process-identity.ts';
import { type CountingTarget, startCountingTarget } from '../support/counting-target.ts';
import { registerTarget, startTest, untilEnded, untilTest } from '../support/load-client.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

const project = 'shop';
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

it('tells of a worker that was killed, and misses no more than what that had not yet told', async () => {
  const scenarios = [{ name: 'arrival', path: '/{{seq()}}' }];
  const { client } = platform;
  const request = { scenarios, arrivalRate, durationSeconds, rampUpSeconds: 0, timeoutMs: 2000, workers };
  const test = await startTest(client, project, request);
  const { startedAt = '' } = await untilTest(client, test, ({ result }) => (result?.timeline.length ?? 0) >= 3);
  // In the middle of an interval: the one before it is stored by then.
  const elapsedMs = Date.now() - Date.parse(startedAt);
  await delay(1500 - (elapsedMs % 1000));
  const [pid] = pidsOfWorkers();
  if (pid === undefined) throw new Error('No worker runs');
  process.kill(pid, 'SIGKILL');

  const { status, result } = await untilEnded(client, test);
  expect(status).toBe('completed');
  const [lost, ...others] = result?.generator.lostShards ?? [];
  expect(others).toEqual([]);
  expect(lost).toEqual({ shard: expect.any(Number), reason: 'died', lastInterval: expect.any(Number) });
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
