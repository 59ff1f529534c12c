import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Sample } from '../../lib/load/engine/report.ts';
import { intervalItem } from '../../lib/load/model.ts';
import { seedOf } from '../../lib/load/plan.ts';
import { keys } from '../../lib/platform/table/keys.ts';
import { Sketch } from '../../lib/statistics/sketch.ts';
import { type CountingTarget, startCountingTarget } from '../support/counting-target.ts';
import { playTest, registerTarget, startTest, type TestOf, untilEnded, untilTest } from '../support/load-client.ts';
import { startPlatform, type TestPlatform } from '../support/platform.ts';

const stage = `figures-${randomBytes(4).toString('hex')}`;
const workers = 4;

const sampleFiles = (): string[] => readdirSync('/tmp').filter((name) => name.startsWith(`headroom-samples-${stage}-`));

/** Each worker writes a file of its own, which ends with the seed that it played with. */
const samplesOf = (testId: string): Sample[] => {
  const ends = Array.from({ length: workers }, (_, shard) => `-${seedOf(`${testId}#0#${shard}#0`)}.jsonl`);
  return sampleFiles()
    .filter((name) => ends.some((end) => name.endsWith(end)))
    .flatMap((name) => readFileSync(join('/tmp', name), 'utf8').split('\n'))
    .filter((line) => line !== '')
    .map((line): Sample => JSON.parse(line));
};

const percentiles = (sketch: Sketch): number[] =>
  [0.5, 0.75, 0.9, 0.95, 0.99, 0.999].map((rank) => Math.round(sketch.quantile(rank)) / 1000);

describe.concurrent('a load test of four workers', () => {
  let platform: TestPlatform;
  /** Of each test its own, since all are played at the same time. */
  const targets = {} as Record<'closed' | 'open' | 'cancelled', CountingTarget>;

  beforeAll(async () => {
    [platform, targets.closed, targets.open, targets.cancelled] = await Promise.all([
      startPlatform({
        settings: { HEADROOM_STAGE: stage },
        replaced: {
          functions: ['load-worker'],
          alias: { 'lib/load/engine/engine.ts': join(import.meta.dirname, '../support/stand-ins/dumping-engine.ts') },
        },
      }),
      startCountingTarget(),
      startCountingTarget(),
      startCountingTarget(),
    ]);
    for (const [project, { port }] of Object.entries(targets)) await registerTarget(platform.client, project, port);
  });

  afterAll(async () => {
    for (const name of sampleFiles()) rmSync(join('/tmp', name));
    await Promise.all([platform?.stop(), ...Object.values(targets).map((target) => target.close())]);
  });

  const scenarios = [
    { name: 'good', path: '/good', weight: 6 },
    { name: 'missing', path: '/status/404', weight: 1 },
    { name: 'broken', path: '/status/503', weight: 1 },
    { name: 'reset', path: '/reset', weight: 1 },
    { name: 'closed', path: '/close', weight: 1 },
    { name: 'hangs', path: '/hang', weight: 0.5 },
  ];

  it.each([
    { model: 'closed' as const, request: { users: 16, thinkTimeMs: 50 } },
    { model: 'open' as const, request: { arrivalRate: 150 } },
  ])('reports what the target counted, and the exact percentiles of all samples ($model model)', async ({
    model,
    request,
  }) => {
    const target = targets[model];
    const { status, reason, testId, result } = await playTest(platform.client, model, {
      ...{ scenarios, durationSeconds: 3, rampUpSeconds: 1, timeoutMs: 3000, workers },
      ...request,
    });
    expect(status, reason).toBe('completed');
    if (result === undefined) throw new Error('The test has no result');
    expect(result.generator).toMatchObject({ workers, lostShards: [] });
    expect(result.totalRequests).toBeGreaterThan(100);
    expect(result.totalRequests).toBe(target.total());
    expect(result.connectionFailures).toBe(0);
    for (const { name, path } of scenarios) expect(result.scenarios[name]?.requests, name).toBe(target.counts[path]);
    expect(result.successfulRequests).toBe(target.counts['/good']);
    expect(Object.fromEntries(result.errors.map(({ kind, count }) => [kind, count]))).toMatchObject({
      'http-404': target.counts['/status/404'],
      'http-503': target.counts['/status/503'],
      timeout: target.counts['/hang'],
    });
    expect(result.timeline.reduce((sum, { requests }) => sum + requests, 0)).toBe(result.totalRequests);

    const merged = { responseTime: new Sketch(), serviceTime: new Sketch() };
    const shards = new Set<number>();
    for await (const { value } of platform.table.all(intervalItem, keys.loadIntervals(testId, 0))) {
      shards.add(value.shard);
      for (const figures of Object.values(value.scenarios)) {
        merged.responseTime.merge(Sketch.fromBase64(figures.responseTime));
        merged.serviceTime.merge(Sketch.fromBase64(figures.serviceTime));
      }
    }
    const fed = { responseTime: new Sketch(), serviceTime: new Sketch() };
    const samples = samplesOf(testId);
    for (const { responseTimeUs, serviceTimeUs } of samples) {
      fed.responseTime.record(responseTimeUs);
      fed.serviceTime.record(serviceTimeUs);
    }
    expect([...shards].sort()).toEqual([0, 1, 2, 3]);
    expect(samples.length).toBeGreaterThan(100);
    expect(merged.responseTime.toBytes()).toEqual(fed.responseTime.toBytes());
    expect(merged.serviceTime.toBytes()).toEqual(fed.serviceTime.toBytes());
    const { p50ResponseTimeMs, p75ResponseTimeMs, p90ResponseTimeMs, p95ResponseTimeMs, ...rest } =
      result.performanceMetrics;
    expect([
      p50ResponseTimeMs,
      p75ResponseTimeMs,
      p90ResponseTimeMs,
      p95ResponseTimeMs,
      rest.p99ResponseTimeMs,
      rest.p999ResponseTimeMs,
    ]).toEqual(percentiles(fed.responseTime));
  });

  it('is cancelled within seconds, keeps what it measured, and is reported', async () => {
    const { client } = platform;
    const request = { users: 4, thinkTimeMs: 20, durationSeconds: 60, rampUpSeconds: 0, workers: 2 };
    const started = await startTest(client, 'cancelled', request);
    const running = await untilTest(client, started, ({ result }) => (result?.totalRequests ?? 0) > 0);
    expect(running.endedAt).toBeUndefined();
    await client.call('cancelLoadTest', { params: { ...started } });
    const test = await untilEnded(client, started);
    expect(test.status).toBe('cancelled');
    expect(test.result?.totalRequests).toBeGreaterThan(0);
    expect(test.result?.actualDurationSeconds).toBeLessThan(30);
    await expect(client.call('cancelLoadTest', { params: { ...started } })).rejects.toMatchObject({ code: 'conflict' });
    await isReported(started);
  });

  /** As a page, as JUnit XML and as JSON, whole or not. */
  const isReported = async (params: TestOf): Promise<void> => {
    const reported = async (format: 'html' | 'junit' | 'json'): Promise<{ type: string | null; text: string }> => {
      const { headers, bytes } = await platform.client.exchange('getLoadTestReport', { params, query: { format } });
      return { type: headers.get('content-type'), text: new TextDecoder().decode(bytes) };
    };
    const [page, junit, json] = await Promise.all([reported('html'), reported('junit'), reported('json')]);
    const test = await platform.client.call('getLoadTest', { params });
    expect(JSON.parse(json.text)).toEqual(test);
    expect(page.type).toBe('text/html; charset=utf-8');
    expect(page.text).toContain(`<data value="${test.result?.performanceMetrics.p95ResponseTimeMs}">`);
    expect(page.text).toContain('<script type="application/json" id="load-test">');
    expect(junit.type).toBe('application/xml; charset=utf-8');
    expect(junit.text).toContain(`<property name="totalRequests" value="${test.result?.totalRequests}"/>`);
  };
});
