import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../lib/contracts/comparisons.ts';
import type { LoadTest } from '../../lib/contracts/load.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';
import { type SemaphoreTarget, startSemaphoreTarget } from '../support/semaphore-target.ts';

let platform: TestPlatform;
let target: SemaphoreTarget;
const slots = 20;
const serviceMs = 50;

const register = (project: string, port: number) =>
  platform.client.call('putProject', { params: { project }, body: { baseUrl: `http://127.0.0.1:${port}` } });

async function finished(project: string, body: object): Promise<LoadTest> {
  const { testId } = await platform.client.call('startLoadTest', { params: { project }, body });
  let last: LoadTest | undefined;
  const until = ({ status }: LoadTest) => status !== 'queued' && status !== 'running';
  const polled = platform.client.poll('getLoadTest', { params: { project, testId } }, { until, intervalMs: 500 });
  for await (const test of polled) last = test;
  if (last === undefined) throw new Error('The poll gave nothing');
  return last;
}

async function compared(body: object): Promise<Comparison> {
  const { comparisonId } = await platform.client.call('startComparison', { body: body as never });
  let last: Comparison | undefined;
  const until = ({ status }: Comparison) => status !== 'queued' && status !== 'running';
  const polled = platform.client.poll('getComparison', { params: { comparisonId } }, { until, intervalMs: 500 });
  for await (const comparison of polled) last = comparison;
  if (last === undefined) throw new Error('The poll gave nothing');
  return last;
}

describe('tests of every kind', { timeout: 180_000 }, () => {
  beforeAll(async () => {
    platform = await startPlatform();
    target = await startSemaphoreTarget({ slots, serviceMs: () => serviceMs });
    await register('target', target.port);
  }, 180_000);
  afterAll(async () => {
    await platform?.stop();
    await target?.close();
  });

  it('finds the capacity of a target within 5 %', async () => {
    const before = target.answered();
    const test = await finished('target', {
      kind: 'stress',
      startUsers: 5,
      maxUsers: 80,
      stepSeconds: 3,
      rampUpSeconds: 0,
      thinkTimeMs: 0,
    });
    const { result } = test;
    expect(test.status, test.reason).toBe('completed');
    expect(result?.totalRequests).toBe(target.answered() - before);
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

  it('tells how long a target takes to recover from a spike', async () => {
    const before = target.answered();
    const { status, result } = await finished('target', {
      kind: 'spike',
      users: 5,
      spikeUsers: 160,
      durationSeconds: 4,
      spikeSeconds: 3,
      recoverySeconds: 6,
      rampUpSeconds: 0,
      thinkTimeMs: 100,
    });
    expect(status).toBe('completed');
    expect(result?.totalRequests).toBe(target.answered() - before);
    // 160 users want four times what 20 slots can do: each waits for the others, however busy this machine is besides.
    const { spike } = result ?? {};
    expect(spike?.spikeP95ResponseTimeMs).toBeGreaterThan(2 * serviceMs);
    expect(spike?.baseP95ResponseTimeMs).toBeGreaterThanOrEqual(serviceMs - 1);
    expect(spike).toHaveProperty('recoverySeconds');
  });

  it('plays a user’s Artillery script, and judges what its plugins ensure of the whole fleet', async () => {
    const before = target.answered();
    const script = [
      'config:',
      '  phases: [{ duration: 3, arrivalRate: 10 }]',
      '  plugins: { ensure: {} }',
      "  ensure: { thresholds: [{ 'http.response_time.p95': 2000 }] }",
      'scenarios:',
      "  - name: browse\n    flow:\n      - get: { url: '/a' }\n      - get: { url: '/b' }",
    ].join('\n');
    const { status, reason, result } = await finished('target', { kind: 'artillery', script });
    expect(status, reason).toBe('completed');
    expect(result?.totalRequests).toBe(60);
    expect(target.answered() - before).toBe(60);
    expect(result?.artillery).toMatchObject({ 'vusers.created': 30, 'http.codes.200': 60 });
    expect(result?.thresholds).toMatchObject([{ holds: true }]);
    const processor = {
      kind: 'artillery' as const,
      script: `${script}\nbefore: {}`.replace('config:', 'config:\n  processor: x.js'),
    };
    await expect(
      platform.client.call('startLoadTest', { params: { project: 'target' }, body: processor }),
    ).rejects.toMatchObject({ code: 'invalid-request' });
  });

  it('compares configurations in slices that alternate, and names a winner where there is one', async () => {
    const fast = await startSemaphoreTarget({ slots: 100, serviceMs: () => 20 });
    const slow = await startSemaphoreTarget({ slots: 100, serviceMs: () => 30 });
    await register('fast', fast.port);
    await register('slow', slow.port);
    const request = { users: 4, durationSeconds: 10, sliceSeconds: 2 };
    const configurations = [
      { name: 'slow', project: 'slow' },
      { name: 'fast', project: 'fast' },
    ];
    const { comparisonId, status, result } = await compared({ ...request, configurations });
    expect(status).toBe('completed');
    expect(result?.rounds).toBe(5);
    if (result?.generator.verdict === 'limited-by-this-machine') {
      expect(result).toMatchObject({
        bestConfiguration: null,
        noWinner: expect.stringContaining('share this machine'),
      });
    } else {
      expect(result?.bestConfiguration).toMatchObject({ name: 'fast' });
      expect(result?.bestConfiguration?.improvementPercent).toBeGreaterThan(20);
    }
    expect(result?.results.fast?.slices).toHaveLength(5);
    expect(result?.detailedAnalysis.biggestGain).toBe('fast');
    const page = await fetch(`${platform.runtime.apiUrl}/v1/comparisons/${comparisonId}/report`, {
      headers: { authorization: `Bearer ${platform.adminToken}` },
    });
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('fast');
    await fast.close();
    await slow.close();
  });
});

it('plays 30 s unbroken though every invocation of a worker ends after 5 s', { timeout: 180_000 }, async () => {
  platform = await startPlatform({ timeouts: { 'load-worker': 5 } });
  const served = await startSemaphoreTarget({ slots: 1000, serviceMs: () => 5 });
  try {
    await register('long', served.port);
    const request = { arrivalRate: 50, durationSeconds: 30, rampUpSeconds: 0, timeoutMs: 1000, workers: 2 };
    const { status, reason, result } = await finished('long', request);
    expect(status, reason).toBe('completed');
    expect(result?.totalRequests).toBe(served.answered());
    expect(result?.generator.lostShards).toEqual([]);
    expect(served.answered()).toBe(1500);
    expect(result?.generator.handOvers).toBeGreaterThanOrEqual(10);
  } finally {
    await platform.stop();
    await served.close();
  }
});
