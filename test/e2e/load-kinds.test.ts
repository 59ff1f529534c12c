import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Comparison } from '../../lib/contracts/comparisons.ts';
import { lastOf, playTest, registerTarget } from '../support/load-client.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';
import { type SemaphoreTarget, startSemaphoreTarget } from '../support/semaphore-target.ts';

let platform: TestPlatform;
const serviceMs = 50;
/** Of each test its own, since all are played at the same time. */
const targets = {} as Record<'spike' | 'script' | 'fast' | 'slow', SemaphoreTarget>;

beforeAll(async () => {
  [platform, targets.spike, targets.script, targets.fast, targets.slow] = await Promise.all([
    startPlatform(),
    startSemaphoreTarget({ slots: 20, serviceMs: () => serviceMs }),
    startSemaphoreTarget({ slots: 20, serviceMs: () => serviceMs }),
    startSemaphoreTarget({ slots: 100, serviceMs: () => 20 }),
    startSemaphoreTarget({ slots: 100, serviceMs: () => 30 }),
  ]);
  for (const [name, { port }] of Object.entries(targets)) await registerTarget(platform.client, name, port);
});
afterAll(async () => {
  await platform?.stop();
  await Promise.all(Object.values(targets).map((target) => target.close()));
});

async function compared(body: object): Promise<Comparison> {
  const { client } = platform;
  const { comparisonId } = await client.call('startComparison', { body: body as never });
  const until = ({ status }: Comparison): boolean => status !== 'queued' && status !== 'running';
  return lastOf(client.poll('getComparison', { params: { comparisonId } }, { until, intervalMs: 500 }));
}

describe.concurrent('a test of each kind', { timeout: 180_000 }, () => {
  it('compares configurations in slices that alternate, and names a winner where there is one', async () => {
    const request = { users: 4, durationSeconds: 10, sliceSeconds: 2 };
    const configurations = [
      { name: 'slow', project: 'slow' },
      { name: 'fast', project: 'fast' },
    ];
    const { comparisonId, status, result } = await compared({ ...request, configurations });
    expect(status).toBe('completed');
    expect(result?.rounds).toBe(5);
    if (result?.generator.verdict !== 'ok') {
      expect(result).toMatchObject({
        bestConfiguration: null,
        noWinner: expect.stringMatching(/share this machine|could not keep up/),
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
  });

  it('tells how long a target takes to recover from a spike', async () => {
    const { status, result } = await playTest(platform.client, 'spike', {
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
    expect(result?.totalRequests).toBe(targets.spike.answered());
    // 160 users want four times what 20 slots can do: each waits for the others, however busy this machine is besides.
    const { spike } = result ?? {};
    expect(spike?.spikeP95ResponseTimeMs).toBeGreaterThan(2 * serviceMs);
    expect(spike?.baseP95ResponseTimeMs).toBeGreaterThanOrEqual(serviceMs - 1);
    expect(spike).toHaveProperty('recoverySeconds');
  });

  it('plays a user’s Artillery script, and judges what its plugins ensure of the whole fleet', async () => {
    const script = [
      'config:',
      '  phases: [{ duration: 3, arrivalRate: 10 }]',
      '  plugins: { ensure: {} }',
      "  ensure: { thresholds: [{ 'http.response_time.p95': 2000 }] }",
      'scenarios:',
      "  - name: browse\n    flow:\n      - get: { url: '/a' }\n      - get: { url: '/b' }",
    ].join('\n');
    const { status, reason, result } = await playTest(platform.client, 'script', { kind: 'artillery', script });
    expect(status, reason).toBe('completed');
    expect(result?.totalRequests).toBe(60);
    expect(targets.script.answered()).toBe(60);
    expect(result?.artillery).toMatchObject({ 'vusers.created': 30, 'http.codes.200': 60 });
    expect(result?.thresholds).toMatchObject([{ holds: true }]);
    const processor = {
      kind: 'artillery' as const,
      script: `${script}\nbefore: {}`.replace('config:', 'config:\n  processor: x.js'),
    };
    await expect(
      platform.client.call('startLoadTest', { params: { project: 'script' }, body: processor }),
    ).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
