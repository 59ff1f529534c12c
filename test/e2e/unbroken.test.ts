import { afterAll, beforeAll, expect, it } from 'vitest';
import { type CountingTarget, startCountingTarget } from '../support/counting-target.ts';
import { playTest, registerTarget } from '../support/load-client.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

let platform: TestPlatform;
let target: CountingTarget;
beforeAll(async () => {
  [platform, target] = await Promise.all([startPlatform({ timeouts: { 'load-worker': 5 } }), startCountingTarget()]);
  await registerTarget(platform.client, 'long', target.port);
});
afterAll(() => Promise.all([platform?.stop(), target?.close()]));

it('plays 16 s unbroken though every invocation of a worker ends after 5 s', { timeout: 120_000 }, async () => {
  const request = { arrivalRate: 50, durationSeconds: 16, rampUpSeconds: 0, timeoutMs: 1000, workers: 2 };
  const { status, reason, result } = await playTest(platform.client, 'long', request);
  expect(status, reason).toBe('completed');
  expect(result?.generator.lostShards).toEqual([]);
  expect(target.total()).toBe(800);
  expect(result?.totalRequests).toBe(800);
  expect(result?.generator.handOvers).toBeGreaterThanOrEqual(5);
});
