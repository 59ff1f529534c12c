import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type MetricWindow, telemetryWindow } from '../../../../lib/contracts/telemetry.ts';
import { MetricRegistry } from '../../../../lib/sdk/metrics/registry.ts';
import { OwnErrors } from '../../../../lib/sdk/telemetry/own-errors.ts';
import { Sketch } from '../../../../lib/statistics/sketch.ts';

const limits = { seriesPerMetric: 3, series: 12, firstSeries: 2 };

function registry(given = limits) {
  const said: string[] = [];
  const errors = new OwnErrors((message) => said.push(message));
  return { metrics: new MetricRegistry(errors, given), errors, said };
}

/** What a window would carry, as the platform reads it. */
function closed(metrics: MetricRegistry): MetricWindow[] {
  const window = { start: '2026-01-31T12:00:00.000Z', durationMs: 1, endpoints: [], queries: [], slowRequests: [] };
  return telemetryWindow.parse({ ...window, failedRequests: [], ...metrics.close() }).metrics;
}

const valuesOf = (windows: readonly MetricWindow[]) =>
  windows.map((window) => [Object.values(window.labels).join(), 'value' in window ? window.value : undefined]);

describe('Own metrics', () => {
  it('tell of counters what was added within the window', () => {
    const { metrics } = registry();
    const orders = metrics.counter('orders_total', { unit: 'EUR' });
    orders.inc();
    orders.add(2.5);
    const [window] = closed(metrics);
    expect(window).toEqual({ kind: 'counter', name: 'orders_total', labels: {}, unit: 'EUR', value: 3.5 });
    expect(closed(metrics)).toEqual([]);
    orders.add(1);
    expect(valuesOf(closed(metrics))).toEqual([['', 1]]);
  });

  it('tell of gauges what they were, and repeat what they are', () => {
    const { metrics } = registry();
    const queue = metrics.gauge('queue.length');
    expect(closed(metrics)).toEqual([]);
    for (const value of [3, -1, 2]) queue.set(value);
    const name = { kind: 'gauge', name: 'queue.length', labels: {} };
    expect(closed(metrics)).toEqual([{ ...name, last: 2, min: -1, max: 3, sum: 4, count: 3 }]);
    expect(closed(metrics)).toEqual([{ ...name, last: 2, min: 2, max: 2, sum: 2, count: 1 }]);
    queue.inc();
    queue.dec();
    expect(closed(metrics)).toEqual([{ ...name, last: 2, min: 2, max: 3, sum: 5, count: 2 }]);
    queue.unset();
    expect(closed(metrics)).toEqual([]);
  });

  it('ask gauges that are read, and go without those that fail', () => {
    const { metrics, errors } = registry();
    let value: number | undefined = 7;
    metrics.gauge('open', { read: () => value });
    metrics.gauge('broken', {
      read: () => {
        throw new Error('away');
      },
    });
    expect(closed(metrics)).toMatchObject([{ name: 'open', last: 7, count: 1 }]);
    value = undefined;
    expect(closed(metrics)).toEqual([]);
    expect(errors.count).toBe(2);
  });

  it('tell of histograms a sketch in units of the resolution', () => {
    const { metrics } = registry();
    const sizes = metrics.histogram('size', { unit: 'bytes' });
    sizes.record(100);
    sizes.observe(300.4);
    const [window] = closed(metrics);
    if (window?.kind !== 'histogram') throw new Error('no histogram');
    expect(window.resolution).toBe(1);
    const sketch = Sketch.fromBase64(window.values);
    expect([sketch.count, sketch.sum, sketch.max]).toEqual([2, 400, 300]);
    expect(closed(metrics)).toEqual([]);
    const ratio = metrics.histogram('ratio', { resolution: 0.01 });
    ratio.record(0.25);
    const [second] = closed(metrics);
    expect(second?.kind === 'histogram' && Sketch.fromBase64(second.values).sum).toBe(25);
  });

  it('time work in the unit, whether it returns, throws, or settles later', async () => {
    const { metrics } = registry();
    const took = metrics.histogram('took', { unit: 's' });
    expect(took.time(() => 'done')).toBe('done');
    expect(() =>
      took.time(() => {
        throw new Error('at once');
      }),
    ).toThrow('at once');
    const later = took.time(() => new Promise((resolve) => setTimeout(resolve, 20, 'later')));
    const failing = took.time(() => Promise.reject(new Error('later')));
    await expect(failing).rejects.toThrow('later');
    expect(await later).toBe('later');
    const [window] = closed(metrics);
    const sketch = Sketch.fromBase64(window?.kind === 'histogram' ? window.values : '');
    expect(sketch.count).toBe(4);
    // In seconds, to the microsecond.
    expect(sketch.max).toBeGreaterThan(15_000);
    expect(sketch.max).toBeLessThan(5_000_000);
  });

  it('do no more than count and say it once when what they are given is wrong', () => {
    const { metrics, errors, said } = registry();
    const count = metrics.counter('count');
    for (const wrong of [-1, Number.NaN, Number.POSITIVE_INFINITY, 2e12, '1' as never]) count.add(wrong);
    metrics.gauge('level').set(Number.NaN);
    metrics.histogram('time', { unit: 'ms' }).record(-1);
    expect(metrics.histogram('sizes').time(() => 5)).toBe(5);
    metrics.counter('labelled', { labels: ['a'] }).add(1);
    expect(errors.count).toBe(9);
    expect(said).toHaveLength(1);
    expect(closed(metrics)).toMatchObject([{ name: 'labelled', labels: { a: '' }, value: 1 }]);
  });

  it('are the same under the same name, and refuse another kind or shape', () => {
    const { metrics } = registry();
    const first = metrics.counter('requests', { labels: ['a', 'b'] });
    expect(metrics.counter('requests', { labels: ['b', 'a'], help: 'all' })).toBe(first);
    expect(() => metrics.gauge('requests', { labels: ['a', 'b'] })).toThrow(TypeError);
    expect(() => metrics.counter('requests')).toThrow('There is a metric requests already');
    metrics.histogram('time', { unit: 'ms' });
    expect(() => metrics.histogram('time', { unit: 'ms', resolution: 1 })).toThrow(TypeError);
  });

  it.each([
    ['1st', {}],
    ['a-b', {}],
    ['', {}],
    ['a'.repeat(201), {}],
    [7 as never, {}],
    ['a', { labels: ['x y'] }],
    ['a', { labels: ['x', 'x'] }],
    ['a', { labels: Array.from({ length: 11 }, (_, at) => `l${at}`) }],
    ['a', { labels: 'x' as never }],
    ['a', { unit: 'u'.repeat(41) }],
  ])('refuse the name %j with %j', (name, options) => {
    expect(() => registry().metrics.counter(name, options)).toThrow(TypeError);
  });

  it('refuse a resolution out of bounds, and a gauge that is read under labels', () => {
    const { metrics } = registry();
    for (const resolution of [0, -1, Number.NaN, 1e10]) {
      expect(() => metrics.histogram('h', { resolution })).toThrow(TypeError);
    }
    expect(() => metrics.gauge('g', { labels: ['a'], read: () => 1 })).toThrow(TypeError);
  });
});

describe('Labels', () => {
  it('make a series each, whatever their values are', () => {
    const { metrics } = registry();
    const count = metrics.counter('count', { labels: ['a', 'b'] });
    count.labels({ a: '1:x', b: 'y' }).add(1);
    count.labels({ a: '1', b: 'x:y' }).add(2);
    count.labels({ b: true, a: 7 }).add(3);
    expect(closed(metrics)).toMatchObject([
      { labels: { a: '1:x', b: 'y' }, value: 1 },
      { labels: { a: '1', b: 'x:y' }, value: 2 },
      { labels: { a: '7', b: 'true' }, value: 3 },
    ]);
  });

  it('beyond the bound are counted together, said once; for the next window others may have the places', () => {
    const { metrics, said } = registry();
    const count = metrics.counter('count', { labels: ['user'] });
    const users = ['a', 'b', 'c', 'd', 'e'].map((user) => count.labels({ user }));
    for (const user of users) user.inc();
    expect(valuesOf(closed(metrics))).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 1],
      ['*other*', 2],
    ]);
    expect(said).toHaveLength(1);
    for (let window = 0; window < 30; window++) closed(metrics);
    for (const user of users.toReversed()) user.inc();
    expect(valuesOf(closed(metrics))).toEqual([
      ['e', 1],
      ['d', 1],
      ['c', 1],
      ['*other*', 2],
    ]);
  });

  it('that change for ever find a place again and again', () => {
    const { metrics, said } = registry();
    const count = metrics.counter('count', { labels: ['release'] });
    for (let release = 0; release < 20; release++) {
      count.labels({ release }).inc();
      expect(valuesOf(closed(metrics))).toEqual([[String(release), 1]]);
      for (let window = 0; window < 30; window++) closed(metrics);
    }
    expect(said).toEqual([]);
  });

  it('of a gauge beyond the bound are left out: the last of any would say nothing', () => {
    const { metrics } = registry();
    const level = metrics.gauge('level', { labels: ['tank'] });
    for (const tank of ['a', 'b', 'c', 'd']) level.labels({ tank }).set(1);
    expect(closed(metrics).map(({ labels }) => labels.tank)).toEqual(['a', 'b', 'c']);
    for (let window = 0; window < 40; window++) closed(metrics);
    expect(closed(metrics)).toHaveLength(3);
  });

  it('of one metric leave places for the next, and names without end take none', () => {
    const { metrics, said } = registry({ seriesPerMetric: 100, series: 8, firstSeries: 3 });
    const greedy = metrics.counter('greedy', { labels: ['id'] });
    for (let id = 0; id < 50; id++) greedy.labels({ id }).inc();
    for (let name = 0; name < 50; name++) metrics.counter(`name_${name}`).inc();
    const windows = closed(metrics);
    expect(windows).toHaveLength(8);
    expect(windows.map(({ name }) => name).filter((name) => name !== 'greedy')).toEqual(['name_0', 'name_1', 'name_2']);
    expect(said).toHaveLength(1);
  });

  it('lose nothing and stay within bounds, whatever comes in whatever order', () => {
    const step = fc.oneof(
      { weight: 8, arbitrary: fc.record({ metric: fc.nat(2), user: fc.nat(6), keep: fc.boolean() }) },
      { weight: 2, arbitrary: fc.record({ windows: fc.integer({ min: 1, max: 40 }) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const { metrics } = registry();
        const families = [0, 1, 2].map((at) => metrics.counter(`m${at}`, { labels: ['user'] }));
        const kept = new Map<string, ReturnType<(typeof families)[number]['labels']>>();
        let [added, told] = [0, 0];
        const close = (): void => {
          const windows = closed(metrics);
          expect(windows.length).toBeLessThanOrEqual(limits.series);
          expect(new Set(windows.map(({ name, labels }) => `${name} ${labels.user}`)).size).toBe(windows.length);
          for (const window of windows) told += window.kind === 'counter' ? window.value : Number.NaN;
        };
        for (const each of steps) {
          if ('windows' in each) for (let window = 0; window < each.windows; window++) close();
          else {
            const id = `${each.metric} ${each.user}`;
            const bound = (each.keep && kept.get(id)) || families[each.metric]?.labels({ user: each.user });
            if (bound === undefined) throw new Error('no such metric');
            kept.set(id, bound);
            bound.inc();
            added++;
          }
        }
        close();
        expect(told).toBe(added);
      }),
    );
  });
});
