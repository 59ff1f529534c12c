import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EnginePlan } from '../../../../lib/load/engine/plan.ts';
import { Sketch } from '../../../../lib/statistics/sketch.ts';
import { type CountingTarget, startCountingTarget } from '../../../support/counting-target.ts';
import { planFor, run, scenario, totalsOf } from '../../../support/engine-run.ts';

let target: CountingTarget;
beforeEach(async () => {
  target = await startCountingTarget();
});
afterEach(() => target.close());

/** A target that does everything a bad day may bring. */
const BAD_DAY: Pick<EnginePlan, 'scenarios' | 'timeoutMs'> = {
  scenarios: [
    scenario('/', { weight: 20 }),
    scenario('/status/404', { weight: 4 }),
    scenario('/status/500', { weight: 4 }),
    scenario('/reset', { weight: 2 }),
    scenario('/close', { weight: 2 }),
    scenario('/hang', { weight: 1 }),
    scenario('/bye', { weight: 2 }),
    scenario('/orders', { weight: 4, method: 'POST', body: { sku: '{{uuid()}}', text: 'ü€'.repeat(500) } }),
    scenario('/head', { weight: 2, method: 'HEAD' }),
  ],
  // Long enough that only what hangs runs into it, however busy the machine is.
  timeoutMs: 1_500,
};

const expectEqualCounts = (result: Awaited<ReturnType<typeof run>>[]): void => {
  const reports = result.flatMap((each) => each.reports);
  for (const { name } of BAD_DAY.scenarios) {
    expect([name, totalsOf(reports, name).requests]).toEqual([name, target.counts[name] ?? 0]);
  }
  const of = (name: string) => totalsOf(reports, name);
  expect(of('/status/404').statuses).toEqual({ 404: target.counts['/status/404'] });
  expect(of('/status/500').failed).toBe(target.counts['/status/500']);
  expect(of('/reset').errors).toEqual({ reset: target.counts['/reset'] });
  expect(of('/close').errors).toEqual({ closed: target.counts['/close'] });
  expect(of('/hang').errors).toEqual({ timeout: target.counts['/hang'] });
  for (const name of ['/', '/bye', '/orders', '/head']) expect(of(name).successful).toBe(target.counts[name]);
  expect(reports.flatMap((report) => Object.keys(report.connectionFailures))).toEqual([]);
};

describe('what the engine reports equals what the target counted', () => {
  it('in the closed model', async () => {
    const users = 12;
    const result = await run(planFor(target.port, { ...BAD_DAY, users, thinkTimeMs: { min: 0, max: 4 } }));
    expectEqualCounts([result]);
    expect(result.outcome.requests).toBeGreaterThan(50);
    expect(result.outcome).toMatchObject({ reason: 'completed', droppedArrivals: 0, startedLateMs: 0 });
  });

  it('in the closed model without thinking', async () => {
    const users = 6;
    expectEqualCounts([await run(planFor(target.port, { ...BAD_DAY, users }))]);
  });

  it('in the open model, over several workers, and every arrival is sent', async () => {
    const result = await Promise.all(
      [0, 1, 2].map((worker) => {
        const part = { arrivalsPerSecond: 600, worker, workers: 3, seed: worker };
        return run(planFor(target.port, { ...BAD_DAY, ...part, rampUpSeconds: 0.3 }));
      }),
    );
    expectEqualCounts(result);
    expect(target.total()).toBe(600 * (0.15 + 0.5));
    expect(result.map(({ outcome }) => outcome.droppedArrivals)).toEqual([0, 0, 0]);
    // Each worker's part is spread over the whole test: 46 % of the arrivals are due in its last 0.3 s of 0.8 s.
    for (const { reports, outcome } of result) {
      const late = totalsOf(reports.filter(({ interval }) => interval >= 5)).requests;
      expect(late / outcome.requests).toBeGreaterThan(0.35);
    }
  });

  it('when the test is stopped in the middle, within a second, and says what was cut off', async () => {
    const stop = new AbortController();
    let stoppedAt = 0;
    const users = 10;
    const plan = planFor(target.port, {
      users,
      scenarios: [scenario('/', { weight: 50 }), scenario('/hang')],
      durationSeconds: 60,
      thinkTimeMs: 1,
    });
    const result = await run(plan, {
      signal: stop.signal,
      onInterval: () => {
        if ((target.counts['/hang'] ?? 0) < 3 || stoppedAt > 0) return;
        stoppedAt = performance.now();
        stop.abort();
      },
    });
    expect(performance.now() - stoppedAt).toBeLessThan(1000);
    expect(result.outcome.reason).toBe('aborted');
    const { errors } = totalsOf(result.reports);
    // What the target has not yet read when its socket is dropped it may never count.
    expect(errors.aborted).toBeGreaterThanOrEqual(3);
    expect(result.outcome.failed).toBe(errors.aborted);
    expect(result.outcome.requests - target.total()).toBeGreaterThanOrEqual(0);
    expect(result.outcome.requests - target.total()).toBeLessThanOrEqual((errors.aborted ?? 0) - 3);
    expect(result.reports.at(-1)?.final).toBe(true);
  });

  it('nothing, when it was stopped before it began', async () => {
    const { outcome, reports } = await run(planFor(target.port), { signal: AbortSignal.abort() });
    expect(outcome).toMatchObject({ reason: 'aborted', requests: 0, intervals: 1 });
    expect([reports.length, target.total()]).toEqual([1, 0]);
  });
});

it('takes no stall of its own for one of the target: what was answered meanwhile counts as answered', async () => {
  const users = 8;
  // The target stands still with the engine, as both are in this process; then the engine's timers come first.
  const stall = setTimeout(() => {
    const end = performance.now() + 600;
    while (performance.now() < end);
  }, 250);
  const result = await run(planFor(target.port, { users, timeoutMs: 300, durationSeconds: 1.2 }));
  clearTimeout(stall);
  expect(result.outcome).toMatchObject({ failed: 0, requests: target.total() });
});

describe('the intervals', () => {
  it('follow each other without gaps, add up to the outcome, and hold exactly the samples that went in', async () => {
    const users = 8;
    const { outcome, reports, samples } = await run(
      planFor(target.port, { ...BAD_DAY, users, thinkTimeMs: 2, rampUpSeconds: 0.2 }),
    );
    expect(reports.map(({ interval }) => interval)).toEqual(reports.map((_, i) => i));
    expect(reports.map(({ final }) => final)).toEqual(reports.map((_, i) => i === reports.length - 1));
    expect(outcome.intervals).toBe(reports.length);
    const { requests, successful, failed } = totalsOf(reports);
    expect({ requests, successful, failed }).toEqual({
      requests: outcome.requests,
      successful: outcome.successful,
      failed: outcome.failed,
    });
    expect(requests).toBe(successful + failed);

    for (const report of reports) {
      for (const [name, figures] of Object.entries(report.scenarios)) {
        const responseTime = new Sketch();
        const serviceTime = new Sketch();
        for (const sample of samples) {
          if (sample.interval !== report.interval || sample.scenario !== name) continue;
          expect(sample.responseTimeUs).toBeGreaterThanOrEqual(sample.serviceTimeUs);
          responseTime.record(sample.responseTimeUs);
          serviceTime.record(sample.serviceTimeUs);
        }
        expect(figures.responseTime.toBytes()).toEqual(responseTime.toBytes());
        expect(figures.serviceTime.toBytes()).toEqual(serviceTime.toBytes());
        const answered = Object.values(figures.statuses).reduce((sum, count) => sum + count, 0);
        expect(responseTime.count).toBe(answered + (figures.errors.timeout?.count ?? 0));
      }
    }
  });

  it('tell users, bytes, examples and how the generator did', async () => {
    const users = 4;
    const { reports } = await run(
      planFor(target.port, {
        users,
        rampUpSeconds: 2,
        thinkTimeMs: 5,
        scenarios: [scenario('/'), scenario('/reset')],
      }),
    );
    const active = reports.map(({ activeUsers }) => activeUsers);
    expect(active[0]).toBeLessThan(4);
    expect(Math.max(...active)).toBe(4);
    const lags = reports.reduce((sum, { generator }) => sum + generator.lag.count, 0);
    expect(lags).toBe(target.total());
    for (const { generator, scenarios } of reports) {
      expect(generator.eventLoopUtilizationPercent).toBeGreaterThanOrEqual(0);
      expect(generator.eventLoopUtilizationPercent).toBeLessThanOrEqual(100);
      expect(generator.cpuPercent).toBeGreaterThanOrEqual(0);
      expect(generator.lagMaxMs).toBe(generator.lag.count === 0 ? 0 : generator.lag.max / 1000);
      const figures = scenarios['/'];
      if (figures === undefined) continue;
      const perRequest = Buffer.byteLength(
        `GET / HTTP/1.1\r\nhost: 127.0.0.1:${target.port}\r\nuser-agent: headroom\r\naccept: */*\r\n\r\n`,
      );
      expect(figures.bytesSent).toBe(perRequest * figures.requests);
      expect(figures.bytesReceived).toBeGreaterThan('answer to GET /'.length * figures.requests);
      expect(scenarios['/reset']?.errors.reset?.example ?? 'GET /reset: ').toMatch(/^GET \/reset: /);
    }
  });

  it('end the run when nobody takes them', async () => {
    const refusing = (): never => {
      throw new Error('the table is full');
    };
    await expect(run(planFor(target.port, { durationSeconds: 60 }), { onInterval: refusing })).rejects.toThrow(
      'the table is full',
    );
  });
});

describe('a plan that cannot run', () => {
  it.each<[string, Partial<EnginePlan>, RegExp]>([
    ['has no scenarios', { scenarios: [] }, /no scenarios/],
    ['has a weight of 0', { scenarios: [scenario('/', { weight: 0 })] }, /weight/],
    ['has a name twice', { scenarios: [scenario('/'), scenario('/')] }, /share a name/],
    ['has an unknown function', { scenarios: [scenario('/{{x()}}')] }, /there is no \{\{x\(\)\}\}/],
    ['has no time', { timeoutMs: 0 }, /timeoutMs/],
  ])('is refused when it %s', async (_, changes, message) => {
    await expect(run(planFor(target.port, changes))).rejects.toThrow(message);
  });
});
