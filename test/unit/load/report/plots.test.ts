import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LoadTest } from '../../../../lib/contracts/load.ts';
import type { LoadTestResult } from '../../../../lib/contracts/load-result.ts';
import { histogramPlots } from '../../../../lib/pages/load-plots/histogram.ts';
import { plotsOf } from '../../../../lib/pages/load-plots/plots.ts';
import { stressPlots } from '../../../../lib/pages/load-plots/stress.ts';
import type { Plot } from '../../../../lib/pages/plot.ts';
import {
  basicTest,
  enduranceTest,
  spikeTest,
  stressTest,
  unreachableTest,
} from '../../../support/load-tests/fixtures.ts';

const resultOf = ({ result }: LoadTest): LoadTestResult => {
  if (result === undefined) throw new Error('the test has a result');
  return result;
};
const plot = (plots: readonly Plot[], name: string): Plot => {
  const found = plots.find((each) => each.name === name);
  if (found === undefined) throw new Error(`there is no plot ${name}`);
  return found;
};
const valuesOf = ({ series }: Plot, label: string) => series.find((each) => each.label === label)?.values;

describe('The plots of a load test', () => {
  it('have the values of its timeline', () => {
    const result = resultOf(basicTest());
    const { timeline } = result;
    const plots = plotsOf(result);
    expect(plot(plots, 'throughput').x.values).toEqual(timeline.map(({ second }) => second));
    expect(valuesOf(plot(plots, 'throughput'), 'requests')).toEqual(
      timeline.map(({ requestsPerSecond }) => requestsPerSecond),
    );
    expect(valuesOf(plot(plots, 'throughput'), 'failed')).toEqual(timeline.map(({ failedRequests }) => failedRequests));
    for (const [label, field] of [
      ['p50', 'p50ResponseTimeMs'],
      ['p95', 'p95ResponseTimeMs'],
      ['p99', 'p99ResponseTimeMs'],
    ] as const) {
      expect(valuesOf(plot(plots, 'response-times'), label)).toEqual(timeline.map((point) => point[field] ?? null));
    }
    expect(valuesOf(plot(plots, 'active-users'), 'users')).toEqual(timeline.map(({ activeUsers }) => activeUsers));
  });

  it('tell failures by the second where an interval is longer than one', () => {
    const { timeline, ...rest } = resultOf(enduranceTest());
    const failed = valuesOf(plot(plotsOf({ timeline, ...rest }), 'throughput'), 'failed');
    expect(failed).toEqual(timeline.map(({ failedRequests }) => failedRequests / 20));
  });

  it('are left out where nothing was measured', () => {
    expect(plotsOf(resultOf(unreachableTest())).map(({ name }) => name)).toEqual(['throughput', 'active-users']);
  });

  it('mark the spike, what stood around it, and the recovery', () => {
    const { stretches, marks } = plot(plotsOf(resultOf(spikeTest())), 'response-times');
    expect(stretches).toEqual([
      { from: 0, to: 60, label: 'base, 50/s', tone: 'plain' },
      { from: 60, to: 90, label: 'spike, 480/s', tone: 'strong' },
      { from: 90, to: 150, label: 'base, 50/s', tone: 'plain' },
    ]);
    expect(marks).toEqual([{ at: 108, label: 'recovered after 18 s' }]);
    const { spike, ...rest } = resultOf(spikeTest());
    const never = plotsOf({ ...rest, spike: { ...spike, recoverySeconds: null } });
    expect(plot(never, 'response-times').marks).toEqual([]);
  });

  it('say the drift of an endurance test', () => {
    expect(plot(plotsOf(resultOf(enduranceTest())), 'drift').note).toBe(
      'Its drift: rising, +46.2 % over the test (p <0.001).',
    );
  });
});

describe('The plot of throughput by load', () => {
  const result = resultOf(stressTest());
  const [throughput] = stressPlots(result);
  if (throughput === undefined) throw new Error('there is no plot');

  it('has each step as it was measured, at its users', () => {
    const measured = throughput.x.values.flatMap((users, index) => {
      const requestsPerSecond = valuesOf(throughput, 'measured')?.[index];
      return requestsPerSecond == null ? [] : [{ users, requestsPerSecond }];
    });
    const steps = (result.steps ?? []).map(({ users = 0, requestsPerSecond }) => ({ users, requestsPerSecond }));
    expect(measured).toEqual(steps.toSorted((one, other) => one.users - other.users));
  });

  it('has the curve of the capacity, up to one and a half times the highest level', () => {
    const { capacity } = result;
    if (capacity === undefined) throw new Error('the test has a capacity');
    const { lambda, sigma, kappa, maxUsers, maxRequestsPerSecond } = capacity;
    const fitted = valuesOf(throughput, 'fitted') ?? [];
    expect(throughput.x.values.at(-1)).toBe(960);
    expect(throughput.x.range).toEqual([0, 960]);
    throughput.x.values.forEach((n, index) => {
      expect(fitted[index]).toBeCloseTo((lambda * n) / (1 + sigma * (n - 1) + kappa * n * (n - 1)), 9);
    });
    expect(Math.max(...fitted.map((value) => value ?? 0))).toBeLessThanOrEqual((maxRequestsPerSecond ?? 0) * 1.0001);
    expect(throughput.marks.map(({ at }) => at)).toEqual([result.breakingPoint, maxUsers]);
  });

  it('marks no peak that lies beyond what is drawn, and no breaking point where there is none', () => {
    const { capacity } = result;
    if (capacity === undefined) throw new Error('the test has a capacity');
    const [drawn] = stressPlots({ ...result, breakingPoint: null, capacity: { ...capacity, maxUsers: 961 } });
    expect(drawn?.marks).toEqual([]);
  });

  it('has no curve without a capacity, nor in the open model, and goes no further than the steps', () => {
    const { capacity, steps = [], ...rest } = result;
    const [closed] = stressPlots({ ...rest, steps });
    expect(closed?.series.map(({ label }) => label)).toEqual(['measured']);
    expect(closed?.x).toMatchObject({ label: 'users', range: [0, 640] });
    const open = steps.map(({ users, ...step }) => ({ ...step, arrivalRate: users ?? 0 }));
    const [byRate] = stressPlots({ ...rest, steps: open, ...(capacity && { capacity }) });
    expect(byRate?.series.map(({ label }) => label)).toEqual(['measured']);
    expect(byRate?.x).toMatchObject({ label: 'arrivals a second', range: [0, 640] });
    expect(byRate?.marks).toEqual([{ at: 400, label: 'breaking point: 400/s' }]);
  });
});

describe('The histogram', () => {
  const bins = fc
    .array(
      fc.record({ gap: fc.integer({ min: 0, max: 50 }), width: fc.integer({ min: 1, max: 50 }), count: fc.nat(1000) }),
      {
        minLength: 1,
        maxLength: 40,
      },
    )
    .map((pieces) => {
      let at = 0;
      return pieces.map(({ gap, width, count }) => {
        const fromMs = at + gap;
        at = fromMs + width;
        return { fromMs, toMs: at, count };
      });
    });

  it('shows each bin at its place with its count, and nothing between bins', () => {
    fc.assert(
      fc.property(bins, (histogram) => {
        const [drawn] = histogramPlots({ ...resultOf(basicTest()), histogram: histogram.toReversed() });
        const xs = drawn?.x.values ?? [];
        const counts = drawn?.series[0]?.values ?? [];
        expect(xs.every((x, index) => x > 0 && (index === 0 || x > (xs[index - 1] ?? 0)))).toBe(true);
        // A value holds until the next x.
        const at = (ms: number) => counts[xs.findLastIndex((x) => x <= ms)] ?? 0;
        for (const [index, { fromMs, toMs, count }] of histogram.entries()) {
          expect(at((Math.max(fromMs, toMs / 2) + toMs) / 2)).toBe(count);
          const next = histogram[index + 1]?.fromMs ?? toMs + 2;
          if (next > toMs) expect(at((toMs + next) / 2)).toBe(0);
        }
      }),
    );
  });
});
