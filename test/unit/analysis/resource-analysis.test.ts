import { describe, expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import { bestRequestsPerCpuSecond } from '../../../lib/analysis/best-work.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import { Aggregation } from '../../../lib/telemetry/aggregation.ts';
import { rollup } from '../../../lib/telemetry/rollups/rollup.ts';
import {
  aggregateOf,
  endpointWindow,
  noon,
  queryWindow,
  resourceWindow,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

const resourcesOf = (windows: readonly TelemetryWindow[], bestRequestsPerCpuSecond?: number) =>
  analyse(
    aggregateOf(windows),
    thresholdsInForce({ preset: 'production' }),
    { from: 0, to: noon },
    { bestRequestsPerCpuSecond },
  ).resourceAnalysis;

const rolledUp = (windows: readonly TelemetryWindow[]) => {
  const aggregation = new Aggregation();
  for (const window of windows) aggregation.add({ instance: 'a', dropped: 0, errors: 0 }, window);
  return rollup.parse(aggregation.rollup({ forgetMinutes: false }));
};

/** Ten seconds at 20 % of a core: two CPU seconds. */
const working = (requests: number, secondsAgo = 60) =>
  telemetryWindow({ secondsAgo, endpoints: [endpointWindow('GET /', { requests })], resources: resourceWindow() });

describe('how well a service uses what it has', () => {
  it('is unknown where nothing was measured', () => {
    expect(resourcesOf([])).toBeUndefined();
    expect(resourcesOf([telemetryWindow({ endpoints: [endpointWindow('GET /', { requests: 20 })] })])).toBeUndefined();
  });

  it('holds requests per CPU second against the best day', () => {
    expect(resourcesOf([working(400)], 250)).toMatchObject({
      cpuEfficiencyPercent: 80,
      madeOf: [
        {
          metric: 'cpuEfficiencyPercent',
          from: '2026-01-31T11:59:00.000Z',
          values: { requestsPerCpuSecond: 200, bestRequestsPerCpuSecond: 250 },
        },
      ],
    });
  });

  it('holds them against the best minute where no day is known', () => {
    expect(resourcesOf([working(400, 180), working(200, 120)])?.cpuEfficiencyPercent).toBe(75);
    expect(resourcesOf([working(400)])?.cpuEfficiencyPercent).toBe(100);
  });

  it('finds the best of the days that are told of', async () => {
    const asked: unknown[] = [];
    const days = [400, 900, 600].map((requests) => aggregateOf([working(requests)]));
    const best = await bestRequestsPerCpuSecond(
      {
        async *buckets(_project, level, period) {
          asked.push([level, period]);
          for (const [start, bucket] of days.entries()) yield { start, bucket };
        },
      },
      'shop',
      noon,
    );
    expect(best).toBe(450);
    const midnight = Date.parse('2026-01-31T00:00:00Z');
    expect(asked).toEqual([['day', { from: midnight - 30 * 86_400_000, to: midnight }]]);
  });

  it('takes what lives in the heap, of the memory that there is', () => {
    const windows = [30, 60, undefined].map((heapAfterGcMb, at) =>
      telemetryWindow({
        secondsAgo: 60 - 10 * at,
        resources: resourceWindow({ memoryLimitMb: 300, ...(heapAfterGcMb === undefined ? {} : { heapAfterGcMb }) }),
      }),
    );
    expect(resourcesOf(windows)).toMatchObject({
      memoryEfficiencyPercent: 15,
      madeOf: [{ values: { heapAfterGcMb: 45, memoryLimitMb: 300 } }],
    });
  });

  it('says nothing of time that was too short to be recorded', () => {
    const window = telemetryWindow({
      endpoints: [endpointWindow('GET /', { requests: 100, ms: 0 })],
      queries: [queryWindow('SELECT a', { endpoint: 'GET /', queries: 100, ms: 0 })],
    });
    expect(resourcesOf([window])).toBeUndefined();
  });

  it.each([
    [{ requests: 1000, connections: 100, responseBytes: 50_000, responseBodyBytes: 40_000 }, 72],
    [{ requests: 1000, connections: 1000, responseBytes: 50_000, responseBodyBytes: 40_000 }, 0],
    [{ requests: 99, connections: 0, responseBytes: 50_000, responseBodyBytes: 40_000 }, undefined],
    [{ requests: 1000, connections: 0, responseBytes: 0, responseBodyBytes: 0 }, undefined],
  ])('takes bodies of what is sent, over connections that are there: %j', (network, percent) => {
    const half = { ...network, requests: 0, connections: 0, responseBytes: 0, responseBodyBytes: 0 };
    const windows = [
      telemetryWindow({ network }),
      telemetryWindow({ network: half, secondsAgo: 30 }),
      telemetryWindow({ secondsAgo: 20 }),
    ];
    const analysis = resourcesOf(windows);
    expect(analysis?.networkEfficiencyPercent).toBe(percent);
    if (percent !== undefined) expect(analysis?.madeOf).toMatchObject([{ values: network }]);
    const rolled = new Aggregation();
    rolled.addRollup(rolledUp(windows));
    expect(rolled.result().network).toEqual(network);
  });

  it('counts as lost what queries take beyond what is usual for them, and what pools let wait', () => {
    const window = telemetryWindow({
      endpoints: [endpointWindow('GET /', { requests: 100, ms: 10, poolWaitUs: 100_000 })],
      queries: [
        // 5 ms are usual, which half of them take; the others 7 ms.
        queryWindow('SELECT a', {
          endpoint: 'GET /',
          timesMs: Array.from({ length: 100 }, (_, at) => (at % 2 ? 5 : 7)),
        }),
        queryWindow('SELECT job', { timesMs: [1, 1, 1, 900] }),
      ],
    });
    expect(resourcesOf([window])).toMatchObject({
      ioPerformancePercent: 80,
      madeOf: [{ values: { queryWaitMs: expect.closeTo(100, 0), poolWaitMs: 100, requestTimeMs: 1000 } }],
    });
  });
});
