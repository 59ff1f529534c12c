import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { loadTestResult } from '../../../lib/contracts/load-result.ts';
import type { ScenarioFigures } from '../../../lib/load/engine/report.ts';
import { emptyConnections } from '../../../lib/load/fold/figures.ts';
import { addInterval, closeBuckets, closeStep, emptyFold } from '../../../lib/load/fold/fold.ts';
import { readFold, storeFold } from '../../../lib/load/fold/fold-item.ts';
import { latencies } from '../../../lib/load/fold/latency.ts';
import type { ShardInterval } from '../../../lib/load/fold/shard-interval.ts';
import { resultOf } from '../../../lib/load/result.ts';
import { nothingReported } from '../../../lib/load/service-resources.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import { requestOf, startAtMs, storedRun, storedShard, storedStep } from '../../support/load-run.ts';

const sketchOf = (values: readonly number[]): Sketch => {
  const sketch = new Sketch();
  for (const value of values) sketch.record(value);
  return sketch;
};

const figuresOf = (timesUs: readonly number[], changes: Partial<ScenarioFigures> = {}): ScenarioFigures => ({
  requests: timesUs.length,
  successful: timesUs.length,
  failed: 0,
  statuses: timesUs.length > 0 ? { 200: timesUs.length } : {},
  errors: {},
  bytesReceived: 1000 * timesUs.length,
  bytesSent: 100 * timesUs.length,
  responseTime: sketchOf(timesUs),
  serviceTime: sketchOf(timesUs),
  ...changes,
});

const intervalOf = (
  shard: number,
  interval: number,
  scenarios: Record<string, ScenarioFigures>,
  changes: Partial<ShardInterval> = {},
): ShardInterval => ({
  step: 0,
  generation: 0,
  isFirst: true,
  shard,
  interval,
  scenarios,
  connectionFailures: {},
  connections: emptyConnections(),
  firstByte: new Sketch(),
  activeUsers: 1,
  generator: { lagMaxMs: 0, lag: new Sketch(), eventLoopUtilizationPercent: 10, cpuPercent: 20 },
  ...changes,
});

const names = ['home', 'search'];
const request = requestOf({ scenarios: names.map((name) => ({ name })) });
const step = storedStep();
const run = storedRun({ phase: 'ended', status: 'completed', startAtMs, step });
const ended = (elapsedMs: number) =>
  ({ stepsDone: 1, state: 'done', lastStep: { elapsedMs, machineCpuPercent: 0 } }) as const;
const shards = [0, 1].map((n) => storedShard(n, ended(2000)));

/** Each interval is of an invocation of its own, so that all count whatever their numbers are. */
const foldOf = (intervals: readonly ShardInterval[], of = run) => {
  const fold = emptyFold();
  for (const [generation, interval] of intervals.entries()) addInterval(fold, { ...interval, generation }, step, of);
  return fold;
};

const resultFrom = (intervals: readonly ShardInterval[], changes: Partial<Parameters<typeof resultOf>[0]> = {}) => {
  const input = { run, request, shards, service: nothingReported, now: startAtMs + 3000, ...changes };
  return resultOf({ ...input, fold: foldOf(intervals, input.run) });
};

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

describe('the verdict on the generator', () => {
  const verdictOf = (...given: Parameters<typeof resultFrom>) => resultFrom(...given).generator;
  const busy = (changes: Partial<ShardInterval['generator']>) => {
    const generator = { lagMaxMs: 0, lag: new Sketch(), eventLoopUtilizationPercent: 10, cpuPercent: 20, ...changes };
    return [intervalOf(0, 0, { home: figuresOf([1000]) }, { generator })];
  };

  it('is ok where it kept up', () => {
    expect(verdictOf(busy({ lag: sketchOf([100, 200]) }))).toMatchObject({ verdict: 'ok', reasons: [], lagP99Ms: 0.2 });
  });

  it('says when requests were late, or a worker was busy', () => {
    expect(verdictOf(busy({ lag: sketchOf([20_000]), lagMaxMs: 20 }))).toMatchObject({
      verdict: 'limited',
      reasons: [expect.stringContaining('20 ms')],
      lagMaxMs: 20,
    });
    expect(verdictOf(busy({ eventLoopUtilizationPercent: 95 })).reasons).toEqual([expect.stringContaining('95 %')]);
  });

  it('says which workers were lost, and why', () => {
    const lost = [
      storedShard(1, { state: 'late' }),
      storedShard(2, { state: 'running', lastInterval: 4 }),
      storedShard(3, { state: 'done', fault: 'no such scenario' }),
    ];
    const given = { run: { ...run, workers: 4, missing: [0, 1] }, shards: lost };
    const { verdict, reasons, lostShards } = verdictOf([], given);
    expect(verdict).toBe('limited');
    expect(lostShards).toEqual([
      { shard: 0, reason: 'never-started' },
      { shard: 1, reason: 'late' },
      { shard: 2, reason: 'died', lastInterval: 4 },
    ]);
    expect(reasons.join()).toContain('shard 3 could not run: no such scenario');
  });

  it('knows of a lost worker’s intervals what is added up of them, and not what its own item was last told', () => {
    const dead = storedShard(0, { state: 'running', lastInterval: 0 });
    const told = [intervalOf(0, 2, { home: figuresOf([1000]) })];
    expect(resultFrom(told, { shards: [dead] }).generator.lostShards).toMatchObject([{ shard: 0, lastInterval: 2 }]);
    // What it told of is of the step before.
    const later = { ...dead, stepsDone: 1 };
    const laterRun = { ...run, step: { ...step, index: 1 } };
    const [lost] = resultFrom(told, { shards: [later], run: laterRun }).generator.lostShards;
    expect(lost).toMatchObject({ shard: 0, lastInterval: 0 });
  });

  it('counts arrivals that were never sent', () => {
    const dropping = [0, 1].map((n) => storedShard(n, { state: 'done', droppedArrivals: 5 }));
    expect(verdictOf([], { shards: dropping }).reasons.join()).toContain('10 requests were never sent');
  });

  it('blames the machine where target and generator share it and its CPU was busy, and only there', () => {
    const crowded = [storedShard(0, { state: 'done', machineCpuPercent: 97 })];
    expect(verdictOf([], { shards: crowded })).toMatchObject({ verdict: 'limited-by-this-machine' });
    const elsewhere = { ...run, targets: run.targets.map((target) => ({ ...target, addresses: ['10.0.0.1'] })) };
    expect(verdictOf([], { shards: crowded, run: elsewhere }).verdict).toBe('ok');
  });

  it('tells the spread of the starts', () => {
    const skewed = [3, 40, undefined].map((skewMs, n) => storedShard(n, { state: 'done', ...(skewMs && { skewMs }) }));
    expect(verdictOf([], { shards: skewed }).startSkewMs).toBe(37);
  });
});

describe('recommendations', () => {
  const of = (intervals: readonly ShardInterval[]) => resultFrom(intervals).recommendations;
  const ms = (count: number, each: number): number[] => Array.from({ length: count }, () => each * 1000);

  it('are none where nothing stands out', () => {
    expect(of([intervalOf(0, 0, { home: figuresOf(ms(50, 20)), search: figuresOf(ms(50, 20)) })])).toEqual([]);
  });

  it('name errors, a long tail, and the scenario that takes most of the time', () => {
    const failing = figuresOf(ms(100, 20), {
      successful: 80,
      failed: 20,
      errors: { 'http-503': { count: 20, example: '' } },
    });
    expect(of([intervalOf(0, 0, { home: failing })])).toEqual([expect.stringMatching(/20 % .* http-503 \(20\)/)]);
    const tail = figuresOf([...ms(97, 5), ...ms(3, 900)]);
    expect(of([intervalOf(0, 0, { home: tail })])).toEqual([expect.stringContaining('look for waiting')]);
    const uneven = { home: figuresOf(ms(50, 5)), search: figuresOf(ms(50, 45)) };
    expect(of([intervalOf(0, 0, uneven)])).toEqual([
      'search takes 90 % of all response time: making it faster gains the most.',
    ]);
  });

  it('speak of connections where it was they that failed', () => {
    const refused = { connectionFailures: { ECONNREFUSED: { count: 25, example: '' } } };
    expect(of([intervalOf(0, 0, { home: figuresOf(ms(75, 20)) }, refused)])).toEqual([
      expect.stringMatching(/^25 % of the requests and connections failed, .* connect-ECONNREFUSED \(25\)/),
    ]);
  });

  it('say so where no request could be sent', () => {
    const refused = { connectionFailures: { ECONNREFUSED: { count: 3, example: '' } } };
    expect(of([intervalOf(0, 0, {}, refused)])).toEqual([expect.stringContaining('No request could be sent')]);
  });
});
