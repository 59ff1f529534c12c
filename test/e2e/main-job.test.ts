import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../lib/contracts/checks.ts';
import { processesOf } from '../support/processes-of.ts';
import { runCommand, type StartedPlatform, startByCommand } from '../support/started-platform.ts';

describe('headroom start', () => {
  let root: string;
  let platform: StartedPlatform;
  let check: Check;

  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'headroom-main-job-'));
    platform = await startByCommand(['--data', join(root, 'data')], { readyFile: join(root, 'ready.json') });
    const { client } = platform;
    const params = { project: 'demo' };
    let begun: string | undefined;
    const appearing = client.poll(
      'listChecks',
      { params },
      { until: ({ items }) => items.length > 0, intervalMs: 200 },
    );
    for await (const { items } of appearing) begun = items[0]?.checkId;
    const request = { params: { ...params, checkId: begun ?? '' } };
    const following = client.poll('getCheck', request, { until: ({ endedAt }) => endedAt !== undefined });
    for await (const answer of following) if (answer.kind === 'check') check = answer;
  }, 150_000);

  afterAll(async () => {
    await platform?.end('SIGKILL');
    rmSync(root, { recursive: true, force: true });
  });

  it('says in the ready file where everything is', () => {
    const { ready } = platform;
    expect(ready).toMatchObject({
      dashboardUrl: `${ready.apiUrl}/dashboard`,
      dataDir: join(root, 'data'),
      redis: true,
    });
    expect(ready.apiUrl).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(ready.apiKey).toMatch(/^hr_/);
    expect(statSync(join(root, 'ready.json')).mode & 0o077).toBe(0);
  });

  it('checks the demo: load from at least two workers, telemetry from inside, an analysis', () => {
    expect(check.steps.map(({ name, status }) => [name, status])).toEqual([
      ['load-test', 'completed'],
      ['telemetry', 'completed'],
      ['analysis', 'completed'],
    ]);
    expect(check.loadTest?.generator).toMatchObject({ lostShards: [] });
    expect(check.loadTest?.generator.workers).toBeGreaterThanOrEqual(2);
    expect(check.loadTest?.totalRequests).toBeGreaterThan(100);
    expect(check.loadTest?.successRatePercent).toBe(100);
    expect(check.loadTest?.resourceUsage?.peakCpuPercent).toBeGreaterThan(0);
    expect(check.analysis?.performanceScore).toBeGreaterThan(0);
    expect(check.analysis?.performanceScore).toBeLessThanOrEqual(100);
  });

  it('finds the faults that the demo has, each with its evidence', () => {
    const found = check.analysis?.bottlenecks ?? [];
    const components = found.map(({ type, component }) => `${type} ${component}`).join('\n');
    expect(components).toMatch(/n-plus-one .*\/products/);
    expect(components).toMatch(/slow-query/);
    for (const { evidence } of found) expect(evidence.length).toBeGreaterThan(0);
  });

  it('sees from inside what the load test sent', async () => {
    const { client } = platform;
    const params = { project: 'demo' };
    const metrics = await client.call('getMetrics', { params, query: { minutes: 10 } });
    expect(metrics.requests?.totalRequests).toBeGreaterThanOrEqual(check.loadTest?.totalRequests ?? 0);
    expect(metrics.database?.totalQueries).toBeGreaterThan(metrics.requests?.totalRequests ?? 0);
    const summary = await client.call('getSummary', { params, query: { minutes: 10 } });
    expect(summary.healthScore).toBeGreaterThan(0);
    const tests = await client.call('listLoadTests', { params });
    // The newest first: that of an optimization may be under way.
    expect(tests.items.at(-1)?.status).toBe('completed');
  });

  it('prints the result and where to go on', async () => {
    await expect.poll(() => platform.output(), { timeout: 15_000 }).toContain(`${platform.ready.apiUrl}/docs`);
    const output = platform.output();
    expect(output).toMatch(/score/i);
    expect(output).toMatch(/p95/);
    expect(output).toContain(platform.ready.apiUrl);
    const docs = await fetch(`${platform.ready.apiUrl}/docs`);
    expect(docs.status).toBe(200);
    expect(docs.headers.get('content-security-policy')).toContain("default-src 'none'");
  });

  it('closes the loop: what is proven to help is kept, with its interval, and what is not is rolled back', {
    timeout: 240_000,
  }, async () => {
    const params = { project: 'demo' };
    const { client } = platform;
    let tried: { runId: string; endedAt?: string | undefined }[] = [];
    const ending = client.poll(
      'listOptimizationRuns',
      { params },
      { until: ({ items }) => items.filter(({ dryRun, endedAt }) => !dryRun && endedAt !== undefined).length === 2 },
    );
    // The newest first.
    for await (const { items } of ending) tried = items.filter(({ dryRun }) => !dryRun).toReversed();
    const [first, second] = await Promise.all(
      tried.map(({ runId }) => client.call('getOptimizationRun', { params: { ...params, runId } })),
    );
    expect(first?.result?.appliedOptimizations).toMatchObject([{ name: 'Cache the answers of GET /', proven: true }]);
    expect(first?.result?.interval?.lowPercent).toBeGreaterThan(10);
    expect(second?.steps).toMatchObject([{ name: 'Compress large answers of text', status: 'rolled-back' }]);
    const live = await client.call('getLiveSettings', { params });
    expect(live?.settings).toEqual({ responseCaching: [expect.objectContaining({ endpoint: 'GET /' })] });
    await expect.poll(() => platform.output()).toMatch(/kept +Cache the answers of GET \//);
    await expect.poll(() => platform.output()).toMatch(/rolled-back +Compress large answers of text/);
  });

  it('is found by the other commands, and keeps its data and its key over a restart', {
    timeout: 180_000,
  }, async () => {
    const environment = { HEADROOM_URL: platform.ready.apiUrl, HEADROOM_API_KEY: platform.ready.apiKey };
    const status = runCommand(['status', '--json'], environment);
    expect(await status.ended).toMatchObject({ code: 0 });
    expect(JSON.parse(status.streams.stdout)).toMatchObject({ platform: { status: 'up' } });

    expect(await platform.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(processesOf(root)).toEqual([]);
    // A PATH on which there is no Redis: everything works without tier 2.
    const again = await startByCommand(['--no-demo', '--data', join(root, 'data')], {
      readyFile: join(root, 'again.json'),
      environment: { PATH: root },
    });
    try {
      expect(again.ready.redis).toBe(false);
      expect(again.output()).toMatch(/Redis +off/);
      expect(again.ready.apiKey).toBe(platform.ready.apiKey);
      const kept = await again.client.call('getCheck', { params: { project: 'demo', checkId: check.checkId } });
      expect(kept).toEqual(check);
    } finally {
      expect(await again.end('SIGINT')).toEqual({ code: 0, signal: null });
    }
    expect(processesOf(root)).toEqual([]);
  });
});
