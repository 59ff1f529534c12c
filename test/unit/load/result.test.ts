import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTestResult } from '../../../lib/contracts/load-result.ts';
import { addInterval, closeBuckets, closeStep, emptyFold } from '../../../lib/load/fold/fold.ts';
import { readFold, storeFold } from '../../../lib/load/fold/fold-item.ts';
import { latencies } from '../../../lib/load/fold/latency.ts';
import type { ShardInterval } from '../../../lib/load/fold/shard-interval.ts';
import { resultOf } from '../../../lib/load/result.ts';
import { nothingReported } from '../../../lib/load/service-resources.ts';
import { startAtMs, storedShard, storedStep } from '../../support/load-run.ts';
import {
  figuresOf,
  foldOf,
  intervalOf,
  names,
  request,
  resultFrom,
  run,
  shards,
  sketchOf,
  step,
} from '../../support/shard-intervals.ts';

const times = fc.array(fc.integer({ min: 0, max: 5_000_000 }), { maxLength: 20 });
const failures = fc.dictionary(
  fc.constantFrom('timeout', 'reset', 'closed'),
  fc.record({ count: fc.integer({ min: 1, max: 9 }), example: fc.constantFrom('', 'GET /a', 'GET /b') }),
);
const interval = fc
  .record({
    shard: fc.nat(3),
    interval: fc.nat(4),
    home: times,
    search: times,
    errors: failures,
    connections: failures,
  })
  .map(({ shard, interval, home, search, errors, connections }) =>
    intervalOf(
      shard,
      interval,
      { home: figuresOf(home, { errors }), search: figuresOf(search) },
      { connectionFailures: connections },
    ),
  );

describe('a result', () => {
  it('is the same in whatever order the intervals of the shards come', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), fc.infiniteStream(fc.nat()), (intervals, order) => {
        const shuffled = intervals
          .map((each) => ({ each, rank: order.next().value ?? 0 }))
          .sort((a, b) => a.rank - b.rank)
          .map(({ each }) => each);
        expect(JSON.stringify(resultFrom(shuffled).errors)).toBe(JSON.stringify(resultFrom(intervals).errors));
        expect(resultFrom(shuffled)).toEqual(resultFrom(intervals));
      }),
      { numRuns: 50 },
    );
  });

  it('has the percentiles of one sketch that saw every sample, however they were split', () => {
    const samples = fc.array(
      fc.tuple(fc.nat(3), fc.nat(4), fc.constantFrom(...names), fc.integer({ min: 0, max: 1e7 })),
      {
        minLength: 1,
        maxLength: 200,
      },
    );
    fc.assert(
      fc.property(samples, (all) => {
        const groups = Map.groupBy(all, ([shard, at]) => `${shard} ${at}`);
        const intervals = [...groups.values()].map((group) => {
          const [shard = 0, at = 0] = group[0] ?? [];
          const of = (wanted: string) => group.filter(([, , name]) => name === wanted).map(([, , , us]) => us);
          return intervalOf(shard, at, { home: figuresOf(of('home')), search: figuresOf(of('search')) });
        });
        const result = resultFrom(intervals);
        const whole = sketchOf(all.map(([, , , us]) => us));
        expect(result.performanceMetrics).toMatchObject(latencies(whole));
        expect(result.performanceMetrics.serviceTime).toEqual(latencies(whole));
        expect(result.totalRequests).toBe(all.length);
      }),
      { numRuns: 50 },
    );
  });

  it('keeps answers, requests without one, and connections that carried none apart', () => {
    const result = resultFrom([
      intervalOf(
        0,
        0,
        {
          home: figuresOf([1000, 2000, 3000, 4000], {
            requests: 6,
            successful: 2,
            failed: 4,
            statuses: { 200: 1, 301: 1, 404: 1, 500: 1 },
            errors: {
              'http-404': { count: 1, example: '' },
              'http-500': { count: 1, example: '' },
              timeout: { count: 1, example: 'GET /' },
              reset: { count: 1, example: '' },
            },
          }),
        },
        { connectionFailures: { ECONNREFUSED: { count: 7, example: 'connect ECONNREFUSED' } } },
      ),
    ]);
    expect(result).toMatchObject({
      totalRequests: 6,
      successfulRequests: 2,
      failedRequests: 4,
      successRatePercent: 33.333,
      connectionFailures: 7,
      scenarios: { home: { requests: 6, statuses: { 200: 1, 301: 1, 404: 1, 500: 1 } } },
    });
    expect(result.errors).toEqual([
      { kind: 'connect-ECONNREFUSED', count: 7, example: 'connect ECONNREFUSED' },
      { kind: 'http-404', count: 1 },
      { kind: 'http-500', count: 1 },
      { kind: 'reset', count: 1 },
      { kind: 'timeout', count: 1, example: 'GET /' },
    ]);
    expect(loadTestResult.strict().parse(result)).toEqual(result);
  });

  it('rates by the time from the start to the end of the last request', () => {
    const result = resultFrom([intervalOf(0, 0, { home: figuresOf([1000, 1000, 1000, 1000]) })]);
    expect(result).toMatchObject({
      actualDurationSeconds: 2,
      performanceMetrics: { requestsPerSecond: 2, throughputMbps: 0.016 },
    });
  });

  it('says nothing of what was not measured', () => {
    const result = resultFrom([]);
    expect(result).toMatchObject({ totalRequests: 0, timeline: [], errors: [] });
    expect(result).not.toHaveProperty('successRatePercent');
    expect(result.performanceMetrics).not.toHaveProperty('p95ResponseTimeMs');
    expect(Object.keys(result.scenarios)).toEqual(names);
    expect(loadTestResult.strict().parse(result)).toEqual(result);
  });

  it('has a timeline of the intervals that are known, in order, with the users of all shards', () => {
    const part = (shard: number, at: number) => intervalOf(shard, at, { home: figuresOf([1000]) });
    const of = { ...run, intervalSeconds: 5, timelineSeconds: 5 };
    const fold = foldOf([part(1, 2), part(0, 0), part(0, 2)], of);
    closeStep(fold, step, of, { elapsedSeconds: 12 });
    const { timeline } = resultOf({ run: of, request, shards, fold, now: startAtMs, service: nothingReported });
    expect(timeline).toMatchObject([
      { second: 0, durationSeconds: 5, requests: 1, activeUsers: 1 },
      // The last one ends with the test.
      { second: 10, durationSeconds: 2, requests: 2, activeUsers: 2, requestsPerSecond: 1 },
    ]);
  });

  it('lasts as long as its intervals say when no worker lived to tell', () => {
    const dead = [storedShard(0, { state: 'running', lastInterval: 2 })];
    const result = resultFrom([intervalOf(0, 2, { home: figuresOf([1000]) })], { shards: dead });
    expect(result.actualDurationSeconds).toBe(3);
  });
});

describe('what is added up', () => {
  const part = (shard: number, at: number, generation = 0) =>
    ({ ...intervalOf(shard, at, { home: figuresOf([1000 * (at + 1)]) }), generation }) satisfies ShardInterval;

  it('counts an interval once, however often it is read, and none of another step', () => {
    const fold = emptyFold();
    expect(addInterval(fold, part(0, 0), step, run)).toBe(true);
    expect(addInterval(fold, part(0, 0), step, run)).toBe(false);
    // One that comes before the one that it follows is added when that was.
    expect(addInterval(fold, part(0, 2), step, run)).toBe(false);
    expect(addInterval(fold, part(0, 1), step, run)).toBe(true);
    expect(addInterval(fold, part(0, 2), step, run)).toBe(true);
    expect(addInterval(fold, { ...part(0, 3, 1), isFirst: false }, step, run)).toBe(false);
    expect(addInterval(fold, { ...part(1, 0), step: 1 }, step, run)).toBe(false);
    expect(fold.scenarios.get('home')?.requests).toBe(3);
  });

  it('goes on from where it was stored as if it never had been', () => {
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 12 }), fc.nat(12), (intervals, at) => {
        const whole = foldOf(intervals);
        const stored = readFold(JSON.parse(JSON.stringify(storeFold(foldOf(intervals.slice(0, at))))));
        for (const [n, each] of intervals.slice(at).entries()) {
          addInterval(stored, { ...each, generation: n + at }, step, run);
        }
        expect(storeFold(stored)).toEqual(storeFold(whole));
      }),
      { numRuns: 50 },
    );
  });

  it('is the same whether buckets of the timeline were closed on the way or at the end', () => {
    const ordered = [0, 1, 2, 3, 4, 5].flatMap((at) => [part(0, at), part(1, at)]);
    const onTheWay = emptyFold();
    for (const each of ordered) {
      addInterval(onTheWay, each, step, run);
      closeBuckets(onTheWay, step, run, each.interval);
    }
    const atTheEnd = emptyFold();
    for (const each of ordered) addInterval(atTheEnd, each, step, run);
    for (const fold of [onTheWay, atTheEnd]) closeStep(fold, step, run, { elapsedSeconds: 6 });
    expect(storeFold(onTheWay)).toEqual(storeFold(atTheEnd));
    expect(onTheWay.timeline).toHaveLength(6);
  });

  it('adds to a point that was closed without an invocation that was thought dead', () => {
    const fold = emptyFold();
    const refused = { connectionFailures: { ECONNREFUSED: { count: 3, example: '' } } };
    addInterval(fold, { ...part(0, 0), ...refused }, step, run);
    closeBuckets(fold, step, run, 1);
    addInterval(fold, { ...part(1, 0), ...refused }, step, run);
    closeStep(fold, step, run, { elapsedSeconds: 1 });
    expect(fold.timeline).toMatchObject([
      { second: 0, requests: 2, requestsPerSecond: 2, failedRequests: 0, connectionFailures: 6 },
    ]);
  });

  it('takes of a step only what ended while its level was held', () => {
    const ramped = storedStep({ holdFromSeconds: 2, holdSeconds: 3 });
    const fold = emptyFold();
    for (let at = 0; at < 7; at++) addInterval(fold, part(0, at), ramped, run);
    closeStep(fold, ramped, run, { elapsedSeconds: 7 });
    expect(fold.played).toMatchObject([{ requests: 3, heldSeconds: 3, requestsPerSecond: 1, latency: { meanMs: 4 } }]);
    expect(fold.scenarios.get('home')?.requests).toBe(7);
  });

  it('rates a step by the whole intervals within its hold, however long that is', () => {
    const seconds = fc.double({ min: 0, max: 12, noNaN: true });
    fc.assert(
      fc.property(seconds, seconds, fc.integer({ min: 1, max: 3 }), (holdFromSeconds, holdSeconds, intervalSeconds) => {
        const of = { ...run, intervalSeconds, timelineSeconds: intervalSeconds };
        const held = storedStep({ holdFromSeconds, holdSeconds });
        const fold = emptyFold();
        const intervals = Math.ceil((holdFromSeconds + holdSeconds) / intervalSeconds);
        for (let at = 0; at < intervals; at++) addInterval(fold, part(0, at), held, of);
        closeStep(fold, held, of, { elapsedSeconds: intervals * intervalSeconds });
        const [played] = fold.played;
        expect(played?.heldSeconds).toBe((played?.requests ?? 0) * intervalSeconds);
        expect(played?.requestsPerSecond).toBe(played?.requests === 0 ? 0 : 1 / intervalSeconds);
      }),
    );
  });

  it('counts how many requests became due while the level was held', () => {
    const ramped = storedStep({ holdFromSeconds: 1, holdSeconds: 2 });
    const fold = emptyFold();
    const dueIn = (at: number) => ({
      ...part(0, at).generator,
      lag: sketchOf(Array.from({ length: 10 ** at }, () => 5)),
    });
    for (let at = 0; at < 4; at++) addInterval(fold, { ...part(0, at), generator: dueIn(at) }, ramped, run);
    closeStep(fold, ramped, run, { elapsedSeconds: 4 });
    expect(fold.played).toMatchObject([{ due: 110, requests: 2 }]);
  });

  it('rates a step that was stopped by what there was of it', () => {
    const fold = emptyFold();
    for (let at = 0; at < 4; at++) addInterval(fold, part(0, at), step, run);
    closeStep(fold, step, run, { elapsedSeconds: 3.2 });
    expect(fold.played).toMatchObject([{ requests: 4, heldSeconds: 3.2, requestsPerSecond: 1.25 }]);
  });
});
