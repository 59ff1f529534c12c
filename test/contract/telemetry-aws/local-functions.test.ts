import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startPlatform, type TestPlatform } from '../../support/platform.ts';

let platform: TestPlatform;
const params = { project: 'headroom' };

beforeAll(async () => {
  platform = await startPlatform();
  const resources = {
    lambdas: ['projects-api', 'aws-api', 'artillery-worker'],
    tables: [platform.runtime.historyTable],
  };
  await platform.client.call('putProject', { params, body: { baseUrl: 'http://127.0.0.1:1', resources } });
});
afterAll(() => platform?.stop());

describe("the platform's own functions, on one machine", () => {
  it('are seen with the figures that Lambda would report of them', async () => {
    for (let i = 0; i < 5; i++) await platform.client.call('getProject', { params });
    const answer = await platform.client.call('getAwsResources', { params, query: { minutes: 5 } });
    const [projects, , worker] = answer.lambdas;
    // One for each read, and one for the project.
    expect(projects).toMatchObject({
      name: 'projects-api',
      invocations: 6,
      errors: 0,
      throttles: 0,
      errorRatePercent: 0,
    });
    expect(projects?.maxDurationMs).toBeGreaterThan(0);
    expect(projects?.avgDurationMs).toBeLessThanOrEqual(projects?.maxDurationMs ?? 0);
    expect(worker).toEqual({ name: 'artillery-worker' });
    expect(answer.tables).toEqual([{ name: platform.runtime.historyTable, operations: [] }]);
    expect(answer.cost).toMatchObject({ metricsRequested: 60, usd: 0.0006, isBudgetSpent: false });
    const again = await platform.client.call('getAwsResources', { params, query: { minutes: 5 } });
    expect(again.timestamp).toBe(answer.timestamp);
  });

  it('are not looked at for no time, or for longer than there are minutes of', async () => {
    for (const minutes of [0, 20_161]) {
      const asked = platform.client.call('getAwsResources', { params, query: { minutes } });
      await expect(asked).rejects.toMatchObject({ code: 'invalid-request' });
    }
  });
});
