import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otlpMetrics } from '../../../../lib/contracts/otlp.ts';
import { telemetryWindow } from '../../../../lib/contracts/telemetry.ts';
import { Sketch } from '../../../../lib/statistics/sketch.ts';
import { readPoints } from '../../../../lib/telemetry/otlp/metric-points.ts';
import { metricWindows } from '../../../../lib/telemetry/otlp/metric-windows.ts';
import { advance, type Change } from '../../../../lib/telemetry/otlp/series.ts';
import {
  counterOf,
  delta,
  durationsOf,
  gaugeOf,
  histogramPointOf,
  metricsOf,
  type Values,
} from '../../../support/otlp-requests.ts';
import { aggregateOf, noon } from '../../../support/telemetry-batches.ts';

const times = { startMs: noon - 60_000, timeMs: noon - 1_000 };

function windowsOf(metrics: object[], now = noon) {
  const read = otlpMetrics
    .parse(metricsOf(metrics))
    .resourceMetrics.flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
  const { points, rejected, why } = readPoints(read, now);
  const { changes } = advance(undefined, points, { now, isBaseline: () => false });
  const made = metricWindows(changes, now);
  const windows = made.windows.close((name) => name);
  for (const window of windows) expect(telemetryWindow.parse(window)).toEqual(window);
  return { windows, rejected: rejected + made.rejected, why: why || made.why, told: aggregateOf(windows) };
}

const ofServer = (values: Values) => ({
  ...times,
  values: { 'http.request.method': 'GET', 'http.route': '/', ...values },
});
const old = (name: string, values: Values, ms: number[]) => ({
  ...durationsOf(ms, { ...times, values }, delta),
  name,
  unit: 'ms',
});

describe('metrics', () => {
  it('of the durations of HTTP requests are requests and outgoing requests, in the window that they tell of', () => {
    const { windows, told } = windowsOf([
      durationsOf([0.02, 0.03], ofServer({ 'http.response.status_code': 200 })),
      durationsOf([0.2], ofServer({ 'http.response.status_code': 500, 'error.type': '500' })),
      durationsOf([0.1], ofServer({ 'error.type': 'timeout' })),
      old('http.server.duration', { 'http.method': 'GET', 'http.target': '/a/17', 'http.status_code': 200 }, [7]),
      old(
        'http.client.duration',
        { 'http.method': 'GET', 'net.peer.name': 'api', 'net.peer.port': 81, 'http.status_code': 503 },
        [3, 4],
      ),
    ]);
    expect(windows.map(({ start, durationMs }) => [Date.parse(start) - noon, durationMs])).toEqual([[-60_000, 59_000]]);
    expect(
      told.endpoints.map(({ endpoint, statuses, failed, responseTime }) => [
        endpoint,
        statuses,
        failed,
        responseTime.sum,
      ]),
    ).toEqual([
      ['GET /', { 200: 2, 500: 1 }, 2, 350_000],
      ['GET /a/:id', { 200: 1 }, 0, 7_000],
    ]);
    expect(told.outgoing).toMatchObject([{ target: 'http://api:81', statuses: { 503: 2 }, failed: 2 }]);
    expect(told.outgoing[0]?.responseTime.sum).toBe(7_000);
  });

  it("of a runtime are the process's resources, where enough is told", () => {
    const runtime = [
      counterOf('process.cpu.time', 20, { ...times, values: { 'cpu.mode': 'user' } }),
      counterOf('process.cpu.time', 9.5, { ...times, values: { 'cpu.mode': 'system' } }),
      gaugeOf('system.cpu.logical.count', 4, times),
      gaugeOf('process.memory.usage', 200 * 2 ** 20, times),
      gaugeOf('container.memory.limit', 512 * 2 ** 20, times),
      gaugeOf('nodejs.eventloop.utilization', 0.4, times),
      gaugeOf('nodejs.eventloop.delay.p99', 0.012, times),
      gaugeOf('v8js.memory.heap.used', 30 * 2 ** 20, { ...times, values: { 'v8js.heap.space.name': 'new_space' } }),
      gaugeOf('v8js.memory.heap.used', 20 * 2 ** 20, { ...times, values: { 'v8js.heap.space.name': 'old_space' } }),
    ];
    // A gauge has no beginning: that of the whole export is taken once the instance is known.
    const alone = windowsOf(runtime);
    expect(alone.windows.every(({ resources }) => resources === undefined)).toBe(true);
    expect(alone.told.metrics.map(({ name }) => name)).toContain('nodejs.eventloop.utilization');

    const read = (metrics: object[]) =>
      readPoints(otlpMetrics.parse(metricsOf(metrics)).resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [], noon).points;
    const first = advance(
      undefined,
      read([counterOf('process.cpu.time', 0, { startMs: noon - 70_000, timeMs: times.startMs })]),
      { now: noon, isBaseline: () => false },
    );
    const { changes } = advance(first.state, read(runtime), { now: noon, isBaseline: () => false });
    const windows = metricWindows(changes, noon).windows.close((name) => name);
    expect(windows.map(({ resources, metrics }) => [resources, metrics])).toEqual([
      [
        // No collections and no external memory are told of: neither is said to be 0.
        {
          cpuPercent: 50,
          cpuCores: 4,
          rssMb: 200,
          memoryLimitMb: 512,
          heapUsedMb: 50,
          eventLoopUtilizationPercent: 40,
          eventLoopDelayP99Ms: 12,
        },
        [],
      ],
    ]);
  });

  it('of a runtime are within what a window may say, whatever they are', () => {
    const wild = fc.oneof(fc.double(), fc.constantFrom(0, -1, 1e12, 1e-300, 1e300, Infinity, NaN));
    const now = { startMs: noon - 1_000, timeMs: noon - 1_000 };
    fc.assert(
      fc.property(wild, wild, fc.constantFrom(times, now), (value, sum, at) => {
        const { windows } = windowsOf([
          // All in one window: gauges begin ten seconds before they end.
          counterOf('process.cpu.time', Math.abs(value) || 0, { ...at, startMs: Math.max(at.startMs, noon - 11_000) }),
          gaugeOf('process.cpu.utilization', 1e12, at),
          gaugeOf('system.cpu.logical.count', 1e12, at),
          ...['process.memory.usage', 'container.memory.limit', 'nodejs.eventloop.delay.p99'].map((name) =>
            gaugeOf(name, Math.max(-1e12, Math.min(1e12, value)), at),
          ),
          {
            name: 'v8js.gc.duration',
            histogram: {
              aggregationTemporality: delta,
              dataPoints: [
                {
                  startTimeUnixNano: `${noon - 11_000}000000`,
                  timeUnixNano: `${noon - 1_000}000000`,
                  count: '1',
                  sum: Number.isFinite(sum) ? sum : String(sum),
                },
              ],
            },
          },
        ]);
        const resources = windows.flatMap((window) => window.resources ?? []);
        if (Math.abs(value) <= 1e12) expect(resources).not.toEqual([]);
      }),
    );
  });

  it('that began as they ended have used the processor at no rate', () => {
    const at = { startMs: noon - 1_000, timeMs: noon - 1_000 };
    const read = (metrics: object[]) =>
      readPoints(otlpMetrics.parse(metricsOf(metrics)).resourceMetrics[0]?.scopeMetrics[0]?.metrics ?? [], noon).points;
    const changes = read([
      counterOf('process.cpu.time', 3, at, delta),
      ...['system.cpu.logical.count', 'process.memory.usage', 'container.memory.limit'].map((name) =>
        gaugeOf(name, 4, at),
      ),
    ]).map((point) => ({ ...point, isCumulative: false }) as Change);
    const [window] = metricWindows(changes, noon).windows.close((name) => name);
    expect(telemetryWindow.parse(window)).toMatchObject({ durationMs: 1, metrics: [{}, {}, {}, {}] });
    expect(window?.resources).toBeUndefined();
  });

  it('that were not told of for long are divided over the time, and lose nothing', () => {
    const given = fc.record({
      silenceMs: fc.double({ min: 1, max: 3_600_000, noNaN: true }),
      seconds: fc.array(fc.double({ min: 0.001, max: 12, noNaN: true }), { maxLength: 40 }),
    });
    const values = { 'http.request.method': 'GET', 'http.route': '/', 'http.response.status_code': 200 };
    fc.assert(
      fc.property(given, ({ silenceMs, seconds }) => {
        const at = { startMs: noon - silenceMs, timeMs: noon };
        const { windows, rejected, told } = windowsOf([
          durationsOf(seconds, { ...at, values }, delta),
          counterOf('orders', 60, at, delta),
        ]);
        const begun = windows.map(({ start }) => Date.parse(start));
        expect(begun[0]).toBe(Math.floor(noon - silenceMs));
        for (const [index, { durationMs }] of windows.entries()) {
          expect((begun[index] ?? 0) + durationMs).toBe(begun[index + 1] ?? noon);
        }
        expect([rejected, told.endpoints[0]?.responseTime.count ?? 0]).toEqual([0, seconds.length]);
        const added = windows.map(({ metrics: [orders] }) => (orders?.kind === 'counter' ? orders.value : 0));
        expect(added.reduce((sum, value) => sum + value, 0)).toBeCloseTo(60);
        for (const value of added) expect(value).toBeCloseTo(60 / windows.length);
        const parts = windows.map(({ endpoints: [one] }) => (one === undefined ? 0 : (one.statuses['200'] ?? 0)));
        expect(Math.max(...parts) - Math.min(...parts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('that were not told of for long and cannot be kept are refused once', () => {
    expect(windowsOf([counterOf('', 60, { startMs: noon - 3_000_000, timeMs: noon }, delta)]).rejected).toBe(1);
  });

  it('of its own are kept with their labels, and merged where labels do not tell them apart', () => {
    const values = { 'shop.city': 'berlin', n: 3 };
    const { windows, rejected } = windowsOf([
      counterOf('orders/placed', 4, { ...times, values }),
      gaugeOf('depth', 5, times),
      {
        name: 'cart',
        unit: 'By',
        histogram: {
          aggregationTemporality: delta,
          dataPoints: [
            {
              startTimeUnixNano: '1769860740000000000',
              timeUnixNano: '1769860799000000000',
              ...histogramPointOf([10, 2000], [100, 1000]),
            },
          ],
        },
      },
      counterOf('silent', 0, times),
    ]);
    const metrics = windows.flatMap((window) => window.metrics);
    expect(metrics.map(({ name, kind, labels }) => [name, kind, labels])).toEqual(
      expect.arrayContaining([
        ['orders_placed', 'counter', { shop_city: 'berlin', n: '3' }],
        ['depth', 'gauge', {}],
        ['cart', 'histogram', {}],
      ]),
    );
    expect(metrics).toHaveLength(3);
    const cart = metrics.find(({ name }) => name === 'cart');
    expect(cart?.kind === 'histogram' && [cart.resolution, Sketch.fromBase64(cart.values).sum]).toEqual([1, 2010]);
    expect(rejected).toBe(0);
  });

  it('that cannot be kept are refused, each by itself, with why', () => {
    const point = { startTimeUnixNano: '1', timeUnixNano: '2' };
    for (const [metric, why] of [
      [{ name: 'a', summary: { dataPoints: [{}] } }, /summaries/],
      [{ name: 'a', sum: { isMonotonic: true, dataPoints: [point] } }, /temporality/],
      [{ name: 'a', sum: { isMonotonic: false, aggregationTemporality: delta, dataPoints: [point] } }, /may fall/],
      [gaugeOf('a', Number.NaN, times), /no number/],
      [gaugeOf('a', 1e13, times), /no number within/],
      [counterOf('a', -1, times), /no number/],
      [gaugeOf('a', 1, { startMs: 0, timeMs: noon + 60_000 }), /future/],
      [counterOf('a', 1, { startMs: noon - 7 * 3_600_000, timeMs: noon - 7 * 3_600_000 }, delta), /hours ago/],
      [{ ...gaugeOf('', 1, times) }, /name is empty/],
      [
        {
          ...durationsOf([1], times),
          histogram: { aggregationTemporality: delta, dataPoints: [{ ...point, count: '3', bucketCounts: ['1'] }] },
        },
        /contradict/,
      ],
    ] as const) {
      const kept = windowsOf([metric, counterOf('b', 1, times)]);
      expect(kept.why).toMatch(why);
      expect(kept.rejected).toBe(1);
      expect(kept.windows.flatMap(({ metrics }) => metrics)).toHaveLength(1);
    }
    const many = Array.from({ length: 310 }, (_, index) => gaugeOf('g', index, { ...times, values: { index } }));
    expect(windowsOf(many)).toMatchObject({ rejected: 10, why: expect.stringMatching(/over 300 series/) });
  });
});
