import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { windowLists } from '../../../lib/contracts/telemetry-limits.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import type { TelemetryAggregate } from '../../../lib/telemetry/aggregate.ts';
import { Aggregation, type Chosen } from '../../../lib/telemetry/aggregation.ts';
import { endpointMerging } from '../../../lib/telemetry/merging/endpoints.ts';
import { queryMerging } from '../../../lib/telemetry/merging/queries.ts';
import { metricsOf } from '../../../lib/telemetry/metrics.ts';
import { rollup } from '../../../lib/telemetry/rollups/rollup.ts';
import { summaryOf } from '../../../lib/telemetry/rollups/summary.ts';
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
  for (const { instance, dropped, window } of reported) aggregation.add({ instance, dropped, errors: 0 }, window);
  return aggregation.result();
};

/** Everything that is ever said of an aggregate, sketches to the bit. */
const saidOf = (aggregate: TelemetryAggregate) => ({
  ...aggregate,
  endpoints: aggregate.endpoints.map((endpoint) => ({ ...endpoint, responseTime: endpoint.responseTime.toBase64() })),
  queries: aggregate.queries.map((query) => ({ ...query, queryTime: query.queryTime.toBase64() })),
  outgoing: aggregate.outgoing.map((one) => ({ ...one, responseTime: one.responseTime.toBase64() })),
  pools: aggregate.pools.map((pool) => ({
    ...pool,
    waitTime: pool.waitTime.toBase64(),
    checkTime: pool.checkTime.toBase64(),
  })),
  metrics: aggregate.metrics.map((metric) =>
    metric.kind === 'histogram' ? { ...metric, values: metric.values.toBase64() } : metric,
  ),
  figures: metricsOf(aggregate, { timestamp: '', periodMinutes: 5, slowQueryMs: 100 }),
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

  it('gives the same by way of rollups of any part of its windows, but for resources by the window', () => {
    fc.assert(
      fc.property(reportedWindows, fc.nat(3), (reported, parts) => {
        const together = new Aggregation();
        for (let part = 0; part <= parts; part++) {
          const own = new Aggregation();
          // By whole minutes, as rollups are.
          const ofPart = ({ window }: Reported): boolean =>
            new Date(window.start).getUTCMinutes() % (parts + 1) === part;
          for (const { instance, dropped, window } of reported.filter(ofPart)) {
            own.add({ instance, dropped, errors: 0 }, window);
          }
          const kept = rollup.parse(JSON.parse(JSON.stringify(own.rollup({ forgetMinutes: false }))));
          together.addRollup(kept);
          // What is added up again comes to the same.
          const again = new Aggregation();
          again.addRollup(kept);
          expect(again.rollup({ forgetMinutes: false })).toEqual(kept);
        }
        const { resources: _, figures: __, analysis: ___, traffic, ...rolled } = saidOf(together.result());
        const { resources: ____, figures, analysis: _____, traffic: told, ...direct } = saidOf(merge(reported));
        expect(rolled).toEqual(direct);
        // Which is told of the newest windows only.
        expect({ ...traffic, currentRequestsPerSecond: 0 }).toEqual({ ...told, currentRequestsPerSecond: 0 });
        const summary = new Aggregation();
        summary.addRollup(summaryOf(together.rollup({ forgetMinutes: false })));
        expect(metricsOf(summary.result(), { timestamp: '', periodMinutes: 5, slowQueryMs: 100 })).toMatchObject({
          ...(figures.requests === undefined ? {} : { requests: figures.requests }),
          ...(figures.database === undefined ? {} : { database: figures.database }),
        });
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
      { instance: 'a', dropped: 0, errors: 0 },
      telemetryWindow({
        start,
        resources: resourceWindow(),
        endpoints: [endpointWindow('GET /', { requests: 2, ms: 5 })],
      }),
    );
    aggregation.add(
      { instance: 'a', dropped: 0, errors: 0 },
      telemetryWindow({ start, endpoints: [endpointWindow('GET /b', { requests: 1, ms: 7 })] }),
    );
    aggregation.add(
      { instance: 'b', dropped: 0, errors: 0 },
      telemetryWindow({ start, endpoints: [endpointWindow('GET /', { requests: 9, ms: 9 })] }),
    );
    expect(aggregation.result().resources).toMatchObject([{ instance: 'a', start, requestTimeUs: 17_000 }]);
  });

  it('takes from each instance the last word on what it lost', () => {
    const aggregation = new Aggregation();
    aggregation.add({ instance: 'a', dropped: 2, errors: 0 }, telemetryWindow());
    aggregation.add({ instance: 'a', dropped: 5, errors: 0 }, telemetryWindow());
    aggregation.add({ instance: 'b', dropped: 1, errors: 0 }, telemetryWindow());
    expect(aggregation.result().droppedWindows).toBe(6);
  });
});

describe('merging more endpoints and queries than can be told apart', () => {
  const costs = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
  const windows = [
    ...costs(endpointMerging.limit + 200).map((ms) =>
      telemetryWindow({ endpoints: [endpointWindow(`GET /${ms}`, { requests: 1, ms, failed: 1 })] }),
    ),
    ...costs(queryMerging.limit + 300).map((us) =>
      telemetryWindow({ queries: [queryWindow(`SELECT ${us}`, { endpoint: 'GET /7', queries: 1, ms: us / 1000 })] }),
    ),
  ];
  const aggregationOf = (given: readonly TelemetryWindow[], chosen?: Chosen): Aggregation => {
    const aggregation = new Aggregation(chosen);
    for (const window of given) aggregation.add({ instance: 'a', dropped: 0, errors: 0 }, window);
    return aggregation;
  };
  const chosen = aggregationOf(windows).crowded();
  const { endpoints, queries } = aggregationOf(windows, chosen).result();

  it('names those that took the most time, and counts the rest together', () => {
    expect(endpoints).toHaveLength(endpointMerging.limit + 1);
    const rest = endpoints.find(({ endpoint }) => endpoint === '* *other*');
    expect(rest).toMatchObject({ method: '*', route: '*other*', failed: 200, statuses: { 200: 200 } });
    expect(rest?.responseTime.max).toBe(200_000);
    expect(endpoints.map(({ endpoint }) => endpoint)).toContain('GET /201');

    expect(queries).toHaveLength(queryMerging.limit + 1);
    const otherQueries = queries.find(({ fingerprint }) => fingerprint === '*other*');
    expect(otherQueries).toMatchObject({ system: '*other*', endpoint: undefined, rows: 300 });
    expect(otherQueries?.queryTime.max).toBe(300);
  });

  it('chooses the same in any order, and loses nothing on the first look either', () => {
    const backwards = aggregationOf(windows.toReversed());
    expect(backwards.crowded()).toEqual(chosen);
    for (const all of [backwards.result().endpoints, endpoints]) {
      expect(all.length).toBeLessThanOrEqual(endpointMerging.limit + 1);
      expect(all.reduce((sum, { responseTime }) => sum + responseTime.count, 0)).toBe(endpointMerging.limit + 200);
    }
  });

  it('does not choose where all can be told apart', () => {
    expect(aggregationOf(windows.slice(0, endpointMerging.limit)).crowded()).toBeUndefined();
  });
});
