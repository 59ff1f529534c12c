import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type MetricQuery, queryKey } from '../../../lib/telemetry/aws/metric-query.ts';
import { MetricReader } from '../../../lib/telemetry/aws/metric-reader.ts';
import { listening } from '../../support/listening.ts';
import { clientOf, TestCloudWatch } from '../../support/test-cloudwatch.ts';

const noon = Date.parse('2026-01-31T12:00:00.000Z');
const range = { fromMs: noon, toMs: noon + 10 * 60_000, periodSeconds: 60 };
const query = (metric: string, statistic = 'Sum'): MetricQuery => ({
  namespace: 'test',
  metric,
  dimensions: { Of: 'reader' },
  statistic,
});

let cloudWatch: TestCloudWatch;
beforeAll(async () => {
  cloudWatch = await TestCloudWatch.start();
});
afterAll(() => cloudWatch.stop());

const put = (metric: string, minute: number, ...values: number[]) =>
  cloudWatch.put('test', metric, { Of: 'reader' }, noon + minute * 60_000, ...values);
const valuesOf = (points: Awaited<ReturnType<MetricReader['read']>>['points'], metric: MetricQuery) =>
  points
    .get(queryKey(metric))
    ?.toSorted((a, b) => a.atMs - b.atMs)
    .map(({ atMs, value }) => [(atMs - noon) / 60_000, value]);

describe('reading metrics', () => {
  it('asks for up to 500 at once, and puts together what comes by pages', async () => {
    const queries = Array.from({ length: 501 }, (_, i) => query(`m${i}`));
    for (const metric of ['m0', 'm499', 'm500']) {
      for (const minute of [0, 3, 9]) await put(metric, minute, 1, 2, minute);
    }
    cloudWatch.asked.length = 0;
    const { points, problems, failure } = await new MetricReader(cloudWatch.client, { maxDatapoints: 4 }).read(
      queries,
      range,
    );
    expect({ problems, failure }).toEqual({ problems: [], failure: undefined });
    expect(cloudWatch.asked.toSorted((a, b) => b - a)).toEqual([500, 500, 1]);
    for (const metric of ['m0', 'm499', 'm500']) {
      expect(valuesOf(points, query(metric))).toEqual([
        [0, 3],
        [3, 6],
        [9, 12],
      ]);
    }
    expect(valuesOf(points, query('m1')) ?? []).toEqual([]);
  });

  it('says which part could not be read, and keeps the rest', async () => {
    await put('good', 0, 7);
    const bad = query('bad', 'no-statistic');
    const many = Array.from({ length: 499 }, (_, i) => query(`x${i}`));
    const { points, problems, failure } = await new MetricReader(cloudWatch.client).read(
      [query('good'), ...many, bad],
      range,
    );
    expect(valuesOf(points, query('good'))).toEqual([[0, 7]]);
    expect(problems).toEqual([expect.stringMatching(/^CloudWatch could not be asked for 1 metrics: [\w ]+\.$/)]);
    expect(failure).toBeUndefined();
  });

  it('says what CloudWatch itself says of results in part', async () => {
    const answer = {
      MetricDataResults: [
        { Id: 'm0', Timestamps: [noon / 1_000], Values: [1], StatusCode: 'InternalError' },
        { Id: 'm1', Timestamps: [noon / 1_000], Values: [2], StatusCode: 'Complete' },
      ],
      Messages: [{ Code: 'x', Value: 'One metric was left out.' }],
    };
    const { port, close } = await listening(
      createServer((_, response) => {
        response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(answer));
      }),
    );
    const client = clientOf(`http://127.0.0.1:${port}`);
    const { points, problems } = await new MetricReader(client).read([query('a'), query('b')], range);
    client.destroy();
    await close();
    expect(problems).toEqual(['One metric was left out.', 'CloudWatch answered InternalError for test a.']);
    expect(valuesOf(points, query('b'))).toEqual([[0, 2]]);
  });

  it('has failed when nobody answers, and does not throw', async () => {
    const client = clientOf('http://127.0.0.1:9');
    const { points, problems, failure } = await new MetricReader(client).read([query('a')], range);
    client.destroy();
    expect({ points: points.size, failure: failure?.code, problems: problems.length }).toEqual({
      points: 0,
      failure: 'invalid-request',
      problems: 1,
    });
  });
});
