import { afterAll, beforeAll, expect, it } from 'vitest';
import { playTest, registerTarget } from '../support/load-client.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';
import { type SemaphoreTarget, startSemaphoreTarget } from '../support/semaphore-target.ts';

const slots = 20;
const serviceMs = 50;

let platform: TestPlatform;
let target: SemaphoreTarget;
beforeAll(async () => {
  [platform, target] = await Promise.all([
    startPlatform(),
    startSemaphoreTarget({ slots, serviceMs: () => serviceMs }),
  ]);
  await registerTarget(platform.client, 'target', target.port);
});
afterAll(() => Promise.all([platform?.stop(), target?.close()]));

it('finds the capacity of a target within 5 %', { timeout: 180_000 }, async () => {
  const { status, reason, result } = await playTest(platform.client, 'target', {
    kind: 'stress',
    startUsers: 10,
    maxUsers: 80,
    stepSeconds: 2,
    rampUpSeconds: 0,
    thinkTimeMs: 0,
  });
  expect(status, reason).toBe('completed');
  expect(result?.totalRequests).toBe(target.answered());
  console.log(
    JSON.stringify(result?.steps?.map((s) => [s.users, s.requestsPerSecond, s.verdict])),
    result?.breakingPoint,
    result?.breakingPointAnalysis,
    result?.generator,
    result?.capacity,
  );
  const bottleneck = result?.breakingPointAnalysis?.primaryBottleneck;
  if (bottleneck === 'generator') {
    // A machine that is busy with something else: then nothing may be claimed.
    expect(result).toMatchObject({ breakingPoint: null, capacityUnknown: expect.any(String) });
  } else {
    expect(bottleneck).toBe('throughput');
    expect(Math.abs((result?.breakingPoint ?? 0) - slots), JSON.stringify(result?.steps)).toBeLessThanOrEqual(1);
    expect(result?.steps?.length).toBeGreaterThanOrEqual(4);
  }
  expect(result?.timeline.reduce((sum, { requests }) => sum + requests, 0)).toBe(result?.totalRequests);
});
