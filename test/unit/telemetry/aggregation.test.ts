import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { windowLists } from '../../../lib/contracts/telemetry-limits.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import type { TelemetryAggregate } from '../../../lib/telemetry/aggregate.ts';
import { Aggregation, aggregateLimits, type Chosen } from '../../../lib/telemetry/aggregation.ts';
import { metricsOf } from '../../../lib/telemetry/metrics.ts';
import { type Reported, reportedWindows } from '../../support/telemetry-arbitrary.ts';
import {
  aggregateOf,
  endpointWindow,
  noon,
  queryWindow,
  requestRecord,
  resourceWindow,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

const merge = (reported: readonly Reported[]): TelemetryAggregate => {
  const aggregation = new Aggregation();
  for (const { instance, dropped, window } of reported) aggregation.add(instance, dropped, window);
  return aggregation.result();
};

/** Everything that is ever said of an aggregate, sketches to the bit. */
const saidOf = (aggregate: TelemetryAggregate) => ({
  ...aggregate,
  endpoints: aggregate.endpoints.map((endpoint) => ({ ...endpoint, responseTime: endpoint.responseTime.toBase64() })),
  queries: aggregate.queries.map((query) => ({ ...query, queryTime: query.queryTime.toBase64() })),
  metrics: metricsOf(aggregate, { timestamp: '', periodMinutes: 5, slowQueryMs: 100 }),
  analysis: analyse(aggregate, thresholdsInForce({ preset: 'production' }), { from: 0, to: noon }),
});

/** One window for each entry of each list, all of the same time. */
function divide(window: TelemetryWindow): TelemetryWindow[] {
  const empty = telemetryWindow({ start: Date.parse(window.start), durationMs: window.durationMs });
  return [
    { ...window, ...Object.fromEntries(windowLists.map((list) => [list, []])) },
    ...windowLists.flatMap((list) => window[list].map((entry) => ({ ...empty, [list]: [entry] }))),
  ];
}

describe('merging telemetry', () => {
  it('gives the same in any order', () => {
    const shuffled = reportedWindows.chain((reported) =>
      fc.tuple(
        fc.constant(reported),
        fc.shuffledSubarray(reported, { minLength: reported.length, maxLength: reported.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([reported, otherOrder]) => {
        expect(saidOf(merge(otherOrder))).toEqual(saidOf(merge(reported)));
      }),
    );
  });

  it('gives the same however its windows were divided', () => {
    fc.assert(
      fc.property(reportedWindows, (reported) => {
        const divided = reported.flatMap(({ window, ...from }) =>
          divide(window).map((piece) => ({ ...from, window: piece })),
        );
        expect(saidOf(merge(divided))).toEqual(saidOf(merge(reported)));
      }),
    );
  });

  it('adds up requests, failures and queries by where they happened', () => {
    const { endpoints, queries } = aggregateOf([
      telemetryWindow({
        endpoints: [
          endpointWindow('GET /', { requests: 3, ms: 10, queries: 6, queryTimeUs: 900 }),
          endpointWindow('GET /slow', { requests: 1, ms: 500 }),
        ],
        queries: [
          queryWindow('SELECT 1', { endpoint: 'GET /', queries: 6, ms: 0.15, maxPerRequest: 2 }),
          queryWindow('SELECT 1', { queries: 1, ms: 9 }),
        ],
      }),
      telemetryWindow({
        endpoints: [endpointWindow('GET /', { timesMs: [20, 30], statuses: { 200: 1 }, failed: 1 })],
        queries: [queryWindow('SELECT 1', { endpoint: 'GET /', queries: 3, ms: 0.15, maxPerRequest: 3 })],
      }),
    ]);
    expect(endpoints.map(({ endpoint }) => endpoint)).toEqual(['GET /', 'GET /slow']);
    expect(endpoints[0]).toMatchObject({ statuses: { 200: 4 }, failed: 1, queries: 9, queryTimeUs: 1350 });
    expect(endpoints[0]?.responseTime.count).toBe(5);
    expect(endpoints[0]?.responseTime.sum).toBe(80_000);
    expect(queries.map(({ endpoint, queryTime, maxPerRequest }) => [endpoint, queryTime.count, maxPerRequest])).toEqual(
      [
        [undefined, 1, 1],
        ['GET /', 9, 3],
      ],
    );
  });

  it('keeps the slowest requests and the latest failures, fifty of each', () => {
    const records = Array.from({ length: 40 }, (_, index) =>
      requestRecord({ responseTimeMs: index, at: new Date(noon + index).toISOString() }),
    );
    const window = telemetryWindow({ slowRequests: records, failedRequests: records });
    const { slowRequests, failedRequests } = aggregateOf([window, window]);
    expect(slowRequests).toHaveLength(50);
    expect(slowRequests[0]?.responseTimeMs).toBe(39);
    expect(slowRequests.at(-1)?.responseTimeMs).toBe(15);
    expect(failedRequests[0]?.at).toBe(new Date(noon + 39).toISOString());
  });

  it('knows how much request time each resource sample stands for, also where a window was divided', () => {
    const aggregation = new Aggregation();
    const start = noon - 30_000;
    aggregation.add(
      'a',
      0,
      telemetryWindow({
        start,
        resources: resourceWindow(),
        endpoints: [endpointWindow('GET /', { requests: 2, ms: 5 })],
      }),
    );
    aggregation.add('a', 0, telemetryWindow({ start, endpoints: [endpointWindow('GET /b', { requests: 1, ms: 7 })] }));
    aggregation.add('b', 0, telemetryWindow({ start, endpoints: [endpointWindow('GET /', { requests: 9, ms: 9 })] }));
    expect(aggregation.result().resources).toMatchObject([{ instance: 'a', start, requestTimeUs: 17_000 }]);
  });

  it('takes from each instance the last word on what it lost', () => {
    const aggregation = new Aggregation();
    aggregation.add('a', 2, telemetryWindow());
    aggregation.add('a', 5, telemetryWindow());
    aggregation.add('b', 1, telemetryWindow());
    expect(aggregation.result().droppedWindows).toBe(6);
  });
});

describe('merging more endpoints and queries than can be told apart', () => {
  const costs = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const windows = [
    ...costs(aggregateLimits.endpoints + 200).map((ms) =>
      telemetryWindow({ endpoints: [endpointWindow(`GET /${ms}`, { requests: 1, ms, failed: 1 })] }),
    ),
    ...costs(aggregateLimits.queries + 300).map((us) =>
      telemetryWindow({ queries: [queryWindow(`SELECT ${us}`, { endpoint: 'GET /7', queries: 1, ms: us / 1000 })] }),
    ),
  ];
  const aggregationOf = (given: readonly TelemetryWindow[], chosen?: Chosen): Aggregation => {
    const aggregation = new Aggregation(chosen);
    for (const window of given) aggregation.add('a', 0, window);
    return aggregation;
  };
  const chosen = aggregationOf(windows).crowded();
  const { endpoints, queries } = aggregationOf(windows, chosen).result();

  it('names those that took the most time, and counts the rest together', () => {
    expect(endpoints).toHaveLength(aggregateLimits.endpoints + 1);
    const rest = endpoints.find(({ endpoint }) => endpoint === '* *other*');
    expect(rest).toMatchObject({ method: '*', route: '*other*', failed: 200, statuses: { 200: 200 } });
    expect(rest?.responseTime.max).toBe(200_000);
    expect(endpoints.map(({ endpoint }) => endpoint)).toContain('GET /201');

    expect(queries).toHaveLength(aggregateLimits.queries + 1);
    const otherQueries = queries.find(({ fingerprint }) => fingerprint === '*other*');
    expect(otherQueries).toMatchObject({ system: '*other*', endpoint: undefined, rows: 300 });
    expect(otherQueries?.queryTime.max).toBe(300);
  });

  it('chooses the same in any order, and loses nothing on the first look either', () => {
    const backwards = aggregationOf(windows.toReversed());
    expect(backwards.crowded()).toEqual(chosen);
    for (const all of [backwards.result().endpoints, endpoints]) {
      expect(all.length).toBeLessThanOrEqual(aggregateLimits.endpoints + 1);
      expect(all.reduce((sum, { responseTime }) => sum + responseTime.count, 0)).toBe(aggregateLimits.endpoints + 200);
    }
  });

  it('does not choose where all can be told apart', () => {
    expect(aggregationOf(windows.slice(0, aggregateLimits.endpoints)).crowded()).toBeUndefined();
  });
});
