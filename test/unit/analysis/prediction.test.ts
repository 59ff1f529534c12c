import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import { predict, type Saving } from '../../../lib/analysis/prediction.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import { Random } from '../../../lib/statistics/random.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import {
  aggregateOf,
  endpointWindow,
  noon,
  outgoingWindow,
  poolWindow,
  queryWindow,
  sketchOf,
  telemetryWindow,
  times,
} from '../../support/telemetry-batches.ts';

const sketch = (us: readonly number[]): Sketch => {
  const made = new Sketch();
  for (const each of us) made.record(each);
  return made;
};

/** What is recorded of requests of which `gone` would be taken away, in microseconds, and what they would take without. */
function recordedOf(endpoints: Record<string, { us: number; gone: number }[]>) {
  const sketches = new Map(Object.entries(endpoints).map(([name, all]) => [name, sketch(all.map(({ us }) => us))]));
  const all = Object.values(endpoints).flat();
  return {
    recorded: {
      times: [...sketches].map(([endpoint, responseTime]) => ({
        endpoint,
        requests: responseTime.count,
        totalUs: responseTime.sum,
        queryUs: 0,
        outgoingUs: 0,
        poolWaitUs: 0,
        cpuUs: undefined,
        ownUs: responseTime.sum,
      })),
      responseTime: sketch(all.map(({ us }) => us)),
      responseTimeOf: (endpoint: string) => sketches.get(endpoint),
      failedRequests: 0,
    },
    saving: {
      removed: Object.entries(endpoints).map(([endpoint, own]) => ({
        endpoint,
        us: own.reduce((sum, { gone }) => sum + gone, 0),
      })),
    } satisfies Saving,
    without: sketch(all.map(({ us, gone }) => us - gone)),
  };
}

const requestsOf = (maxGone: number) =>
  fc.array(
    fc
      .record({ rest: fc.integer({ min: 100, max: 1e6 }), gone: fc.integer({ min: 0, max: maxGone }) })
      .map(({ rest, gone }) => ({ us: rest + gone, gone })),
    { minLength: 1, maxLength: 200 },
  );

describe('what response times are predicted to be without a bottleneck', () => {
  it('is the recorded mean without what it has cost, exactly', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('GET /a', 'GET /b', 'GET /c'), requestsOf(1e6), { minKeys: 1 }),
        (all) => {
          const { recorded, saving, without } = recordedOf(all);
          const { avgResponseTimeMs } = predict(recorded, saving);
          if (saving.removed.every(({ us }) => us === 0)) {
            expect(avgResponseTimeMs).toBeUndefined();
            return;
          }
          expect(avgResponseTimeMs?.after).toBeCloseTo(without.mean / 1000, 2);
          expect(avgResponseTimeMs?.before).toBeCloseTo(recorded.responseTime.mean / 1000, 2);
        },
      ),
    );
  });

  it('never takes more from an endpoint than it has, and never adds anything', () => {
    fc.assert(
      fc.property(requestsOf(1e6), fc.nat(1e12), (own, us) => {
        const { recorded } = recordedOf({ 'GET /a': own, 'GET /b': [{ us: 500, gone: 0 }] });
        const { avgResponseTimeMs, endpoints } = predict(recorded, { removed: [{ endpoint: 'GET /a', us }] });
        for (const change of [avgResponseTimeMs, endpoints[0]?.avgResponseTimeMs]) {
          if (change === undefined) continue;
          expect(change.after).toBeGreaterThanOrEqual(0);
          expect(change.after).toBeLessThanOrEqual(change.before);
        }
      }),
    );
  });

  /** Lognormal, with a median of 1. */
  const spread = (random: Random, sigma: number): number => {
    const u = Math.max(1e-12, random.fraction());
    return Math.exp(sigma * Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * random.fraction()));
  };

  it.each([1, 2, 3, 4])('has a 95th percentile near the true one, or none (seed %i)', (seed) => {
    const random = new Random(seed);
    let given = 0;
    for (let scene = 0; scene < 25; scene++) {
      const [meanRest, meanGone] = [1000 + random.between(0, 20_000), random.between(1, 60_000)];
      const [restSpread, goneSpread] = [random.fraction(), random.fraction()];
      const slow = Array.from({ length: 400 }, () => {
        const gone = meanGone * spread(random, goneSpread);
        return { us: gone + meanRest * spread(random, restSpread), gone };
      });
      const quick = Array.from({ length: random.between(0, 1200) }, () => ({
        us: 2000 * spread(random, 0.3),
        gone: 0,
      }));
      const { recorded, saving, without } = recordedOf({ 'GET /slow': slow, 'GET /quick': quick });
      const { p95ResponseTimeMs } = predict(recorded, saving);
      if (p95ResponseTimeMs === undefined) continue;
      given++;
      const before = recorded.responseTime.quantile(0.95) / 1000;
      const truth = without.quantile(0.95) / 1000;
      expect(p95ResponseTimeMs.before).toBeCloseTo(before, 2);
      expect(Math.abs(p95ResponseTimeMs.after - truth)).toBeLessThan(0.2 * before);
    }
    expect(given).toBeGreaterThan(2);
  });
});

describe('what a fix is worth', () => {
  const found = (window: Parameters<typeof telemetryWindow>[0]) =>
    analyse(aggregateOf([telemetryWindow(window)]), thresholdsInForce({ preset: 'production' }), {
      from: 0,
      to: noon,
    });

  it('leaves one query per request in the place of those that repeat', () => {
    const { bottlenecks } = found({
      endpoints: [
        endpointWindow('GET /', { requests: 100, ms: 30 }),
        endpointWindow('GET /b', { requests: 100, ms: 10 }),
      ],
      queries: [queryWindow('SELECT c', { endpoint: 'GET /', queries: 2000, ms: 1, maxPerRequest: 20 })],
    });
    expect(bottlenecks[0]?.predicted).toMatchObject({
      // 19 of 20 queries of a millisecond are gone from half of the requests.
      avgResponseTimeMs: { before: 20, after: 10.5 },
      endpoints: [{ endpoint: 'GET /', avgResponseTimeMs: { before: 30, after: 11 } }],
      remains: expect.stringContaining('one query per request'),
    });
  });

  it('leaves a lookup in the place of a query without an index', () => {
    const { bottlenecks, optimizationOpportunities } = found({
      endpoints: [endpointWindow('GET /', { requests: 100, ms: 100 })],
      queries: [
        queryWindow('SELECT a FROM t WHERE b = ?', { endpoint: 'GET /', queries: 100, ms: 80 }),
        queryWindow('SELECT a FROM t WHERE id = ?', { endpoint: 'GET /', queries: 100, ms: 0.5 }),
      ],
    });
    expect(bottlenecks[0]?.predicted).toMatchObject({ avgResponseTimeMs: { before: 100, after: 20.5 } });
    expect(optimizationOpportunities[0]).toMatchObject({ predicted: bottlenecks[0]?.predicted });
    expect(optimizationOpportunities[0]?.id).toBeUndefined();
  });

  it('takes what requests waited for a pool from those that waited', () => {
    const { bottlenecks, optimizationOpportunities } = found({
      endpoints: [
        endpointWindow('GET /a', { requests: 100, ms: 40, poolWaitUs: 3_000_000 }),
        endpointWindow('GET /b', { requests: 100, ms: 20 }),
      ],
      pools: [poolWindow({ size: 2, peakInUse: 2, peakWaiting: 6, waitTime: sketchOf(times(100, 30)) })],
    });
    expect(bottlenecks[0]?.predicted).toMatchObject({
      avgResponseTimeMs: { before: 30, after: 15 },
      endpoints: [{ endpoint: 'GET /a', avgResponseTimeMs: { before: 40, after: 10 } }],
    });
    expect(optimizationOpportunities[0]?.id).toBe('resource_optimization');
  });

  it('says of failures what the error rate would be', () => {
    const { bottlenecks } = found({
      endpoints: [
        endpointWindow('GET /a', { requests: 100, failed: 20, statuses: { 200: 80, 500: 20 } }),
        endpointWindow('GET /b', { requests: 100, failed: 2, statuses: { 200: 98, 500: 2 } }),
      ],
    });
    expect(bottlenecks[0]?.predicted).toEqual({ endpoints: [], errorRatePercent: { before: 11, after: 1 } });
  });

  it('orders opportunities by what they give for the effort', () => {
    const { optimizationOpportunities } = found({
      endpoints: [
        endpointWindow('GET /a', { requests: 100, ms: 100 }),
        endpointWindow('GET /b', { requests: 100, ms: 60 }),
      ],
      queries: [
        queryWindow('SELECT SUM(n) FROM t', { endpoint: 'GET /b', queries: 100, ms: 50 }),
        queryWindow('SELECT a FROM t WHERE b = ?', { endpoint: 'GET /b', queries: 100, ms: 1 }),
      ],
      outgoing: [outgoingWindow('https://a.example', { endpoint: 'GET /a', timesMs: times(100, 90) })],
    });
    expect(optimizationOpportunities.map(({ id, impactScore, effortScore }) => [id, impactScore, effortScore])).toEqual(
      [
        ['cache_optimization', 4, 2],
        [undefined, 6, 4],
      ],
    );
  });
});
