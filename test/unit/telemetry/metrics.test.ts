import { describe, expect, it } from 'vitest';
import { metrics as metricsContract } from '../../../lib/contracts/telemetry.ts';
import { Aggregation } from '../../../lib/telemetry/aggregation.ts';
import { metricsOf } from '../../../lib/telemetry/metrics.ts';
import { resourceUsageOf } from '../../../lib/telemetry/resources.ts';
import {
  aggregateOf,
  endpointWindow,
  queryWindow,
  resourceWindow,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

const asked = { timestamp: '2026-01-31T12:00:00.000Z', periodMinutes: 5, slowQueryMs: 100 };

describe('metrics', () => {
  it('leaves out what was not reported', () => {
    expect(metricsOf(aggregateOf([]), asked)).toEqual({ timestamp: asked.timestamp, periodMinutes: 5, instances: 0 });
    const idle = metricsOf(aggregateOf([telemetryWindow({ resources: resourceWindow() })]), asked);
    expect(idle.requests).toBeUndefined();
    expect(idle.database).toBeUndefined();
    expect(idle.memory?.currentMb).toBe(100);
  });

  it('counts requests over the time that was reported, not that was asked for', () => {
    const { requests } = metricsOf(
      aggregateOf([
        telemetryWindow({ secondsAgo: 30, endpoints: [endpointWindow('GET /', { timesMs: [1, 2, 3, 4], failed: 1 })] }),
        telemetryWindow({ secondsAgo: 20, endpoints: [endpointWindow('GET /b', { timesMs: [90] })] }),
      ]),
      asked,
    );
    expect(requests).toEqual({
      totalRequests: 5,
      avgResponseTimeMs: 20,
      minResponseTimeMs: 1,
      maxResponseTimeMs: 90,
      p50ResponseTimeMs: expect.closeTo(3, 1),
      p95ResponseTimeMs: 90,
      p99ResponseTimeMs: 90,
      errorRatePercent: 20,
      requestsPerSecond: 0.25,
    });
  });

  it('takes percentiles from the merged distribution, where the mean of percentiles would lie', () => {
    const fast = telemetryWindow({ endpoints: [endpointWindow('GET /', { requests: 990, ms: 10 })] });
    const slow = telemetryWindow({ endpoints: [endpointWindow('GET /', { requests: 10, ms: 1000 })] });
    const { requests } = metricsOf(aggregateOf([fast, slow]), asked);
    expect(requests?.p95ResponseTimeMs).toBeCloseTo(10, 0);
    expect(requests?.p99ResponseTimeMs).toBeCloseTo(10, 0);
  });

  it('counts slow queries by the threshold', () => {
    const queries = [queryWindow('SELECT 1', { timesMs: [1, 99, 101, 400] })];
    expect(metricsOf(aggregateOf([telemetryWindow({ queries })]), asked).database).toEqual({
      totalQueries: 4,
      avgQueryTimeMs: 150.25,
      maxQueryTimeMs: 400,
      slowQueryCount: 2,
    });
  });

  it('tells CPU of all cores, memory of the limit, and leaves out instances that are gone', () => {
    const aggregation = new Aggregation();
    const add = (instance: string, secondsAgo: number, resources: Parameters<typeof resourceWindow>[0]) =>
      aggregation.add(
        { instance, dropped: 0, errors: 0 },
        telemetryWindow({ secondsAgo, resources: resourceWindow(resources) }),
      );
    add('gone', 200, { rssMb: 1500, cpuPercent: 200 });
    add('a', 30, { rssMb: 100, cpuPercent: 50 });
    add('a', 20, { rssMb: 200, cpuPercent: 150 });
    add('b', 20, { rssMb: 400, cpuPercent: 0 });
    const aggregate = aggregation.result();
    const { memory, cpu, instances } = metricsOf(aggregate, asked);
    expect(instances).toBe(3);
    expect(memory).toEqual({ currentMb: 300, avgMb: 550, maxMb: 1500, limitMb: 2000, maxPercent: 75 });
    expect(cpu).toEqual({ avgPercent: 50, maxPercent: 100 });
    expect(resourceUsageOf(aggregate.resources)).toEqual({
      peakCpuPercent: 100,
      avgCpuPercent: 50,
      peakMemoryPercent: 75,
      avgMemoryPercent: 27.5,
    });
    expect(resourceUsageOf([])).toBeUndefined();
  });

  it('keeps the contract of the route', () => {
    const full = aggregateOf([
      telemetryWindow({
        endpoints: [endpointWindow('GET /')],
        queries: [queryWindow('SELECT 1')],
        resources: resourceWindow(),
      }),
    ]);
    const said = metricsOf(full, asked);
    expect(metricsContract.parse(said)).toEqual(said);
  });
});
