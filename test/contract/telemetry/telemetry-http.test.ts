import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationAnswer } from '../../../lib/contracts/routes.ts';
import { telemetryBatch as batchContract, type TelemetryBatch } from '../../../lib/contracts/telemetry.ts';
import { startPlatform, type TestPlatform } from '../../support/platform.ts';
import {
  endpointWindow,
  queryWindow,
  resourceWindow,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

let platform: TestPlatform;
const params = { project: 'shop' };

beforeAll(async () => {
  platform = await startPlatform();
  await platform.client.call('putProject', { params, body: { baseUrl: 'http://127.0.0.1:1' } });
});
afterAll(() => platform?.stop());

const send = (body: TelemetryBatch) => platform.client.call('ingestTelemetry', { params, body });

/** Of ten seconds ago, by the platform's own clock. */
const recent = (given: Parameters<typeof telemetryWindow>[0]) =>
  telemetryWindow({ start: Date.now() - 10_000, ...given });

describe('telemetry and analysis through HTTP', () => {
  it('takes a batch once and shows what it came to', async () => {
    const batch = telemetryBatch({
      windows: [
        recent({
          endpoints: [endpointWindow('GET /', { requests: 200, ms: 20 })],
          queries: [queryWindow('SELECT SUM(n) FROM t', { endpoint: 'GET /', queries: 200, ms: 12 })],
          resources: resourceWindow(),
        }),
      ],
    });
    expect(batchContract.parse(batch)).toEqual(batch);
    expect(await send(batch)).toEqual({ accepted: 1, duplicate: false });
    expect(await send(batch)).toEqual({ accepted: 0, duplicate: true });

    const metrics = await platform.client.call('getMetrics', { params });
    expect(metrics).toMatchObject({ periodMinutes: 5, instances: 1, requests: { totalRequests: 200 } });
    const endpoints = await platform.client.call('listEndpoints', { params, query: { sort: 'p95', limit: 1 } });
    expect(endpoints.items).toMatchObject([{ endpoint: 'GET /', requests: 200, queriesPerRequest: 1 }]);
    const queries = await platform.client.call('listQueries', { params });
    expect(queries.items).toMatchObject([{ queries: 200, callers: [{ endpoint: 'GET /', queriesPerRequest: 1 }] }]);
    const resources = await platform.client.call('listResources', { params });
    expect(resources.items).toHaveLength(1);
    for (const operation of ['listSlowRequests', 'listErrorRequests'] as const) {
      expect(await platform.client.call(operation, { params })).toMatchObject({ periodMinutes: 5, items: [] });
    }
    const made = await platform.client.call('startAnalysis', { params, body: { depth: 'quick' } });
    if (made.status !== 'completed') throw new Error('A quick analysis is made at once');
    expect(made.bottlenecks).toMatchObject([{ type: 'missing-cache', component: 'GET /', performanceImpact: 60 }]);
    const { analysisId } = made;
    expect(await platform.client.call('getAnalysis', { params: { ...params, analysisId } })).toEqual(made);
    const listed = await platform.client.call('listAnalyses', { params });
    expect(listed.items).toMatchObject([{ analysisId, performanceScore: 100 }]);
    const summary = await platform.client.call('getSummary', { params, query: { minutes: 1 } });
    expect(summary).toMatchObject({ status: 'excellent', healthScore: 100, totalRequests: 200 });
  });

  it('analyses deep in the background, and tells what history says, or that there is too little of it', async () => {
    const { client } = platform;
    const request = { params, body: { depth: 'deep' as const }, idempotencyKey: 'once' };
    const { status, headers, bytes } = await client.exchange('startAnalysis', request);
    expect(status).toBe(202);
    const { analysisId, ...accepted } = JSON.parse(Buffer.from(bytes).toString());
    expect(accepted).toEqual({ status: 'queued' });
    expect(headers.get('location')).toBe(`/v1/projects/shop/analyses/${analysisId}`);
    expect(await client.call('startAnalysis', request)).toEqual({ analysisId, status: 'queued' });

    let made: OperationAnswer<'getAnalysis'> | undefined;
    const isOver = ({ status }: { status: string }) => status === 'completed' || status === 'failed';
    const poll = client.poll('getAnalysis', { params: { ...params, analysisId } }, { until: isOver, intervalMs: 100 });
    for await (made of poll) if (!isOver(made)) expect(made.progressPercent).toBeLessThan(100);
    expect(made).toMatchObject({
      status: 'completed',
      depth: 'deep',
      bottlenecks: [{ component: 'GET /' }],
      endpoints: [{ endpoint: 'GET /' }],
      peaks: { enough: true },
      trends: { resolution: 'hour' },
      steps: [{ name: 'recent' }, { name: 'history' }, { name: 'queries' }, { name: 'aws', status: 'skipped' }],
    });

    const standard = await client.call('startAnalysis', { params, body: { depth: 'standard' } });
    expect(standard).toMatchObject({ status: 'completed', endpoints: [{ endpoint: 'GET /' }], trends: {} });
    const tooLittle = { found: { enough: false, reason: expect.any(String), needed: expect.any(String) } };
    for (const operation of ['getTrends', 'getAnomalies', 'getChangePoints', 'getForecast'] as const) {
      const { series } = await client.call(operation, { params, query: { metric: 'p95ResponseTimeMs' } });
      expect(series).toMatchObject([{ metric: 'p95ResponseTimeMs', unit: 'ms', ...tooLittle }]);
    }
    expect(await client.call('getCapacity', { params })).toMatchObject(tooLittle);
    expect(await client.call('getPeaks', { params })).toMatchObject({
      found: { throughput: { instantaneous: { value: 20 } } },
    });
    const { items } = await client.call('listRecommendations', { params });
    expect(items[0]).toMatchObject({ recommendationId: expect.any(String), kind: 'optimization' });
    expect(await client.call('getAnalytics', { params })).toMatchObject({ healthScore: 100, recommendations: [{}] });
  });

  it('answers problems that say what is wrong', async () => {
    const future = telemetryWindow({ start: Date.now() + 3_600_000 });
    await expect(send(telemetryBatch({ windows: [future] }))).rejects.toMatchObject({
      status: 400,
      errors: [{ path: 'body.windows.0.start' }],
    });
    const queries = Array.from({ length: 200 }, (_, index) => queryWindow(`SELECT ${index}`.padEnd(2000, ' x')));
    const large = recent({ queries });
    await expect(send(telemetryBatch({ windows: [large, large, large] }))).rejects.toMatchObject({ status: 413 });
    const nobody = { params: { project: 'nobody' } };
    const missing = { status: 404, code: 'not-found' };
    await expect(platform.client.call('getMetrics', nobody)).rejects.toMatchObject(missing);
    await expect(platform.client.call('getSummary', nobody)).rejects.toMatchObject(missing);
    await expect(platform.client.call('listAnalyses', nobody)).rejects.toMatchObject(missing);
    await expect(platform.client.call('startAnalysis', { ...nobody, body: {} })).rejects.toMatchObject(missing);
  });
});
