import { describe, expect, it } from 'vitest';
import type { ShardInterval } from '../../../lib/load/fold/shard-interval.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import { storedShard } from '../../support/load-run.ts';
import { figuresOf, intervalOf, resultFrom, run, sketchOf, step } from '../../support/shard-intervals.ts';

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
