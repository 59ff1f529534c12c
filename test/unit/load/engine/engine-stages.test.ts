import http from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../../../../lib/load/engine/engine.ts';
import type { EngineOutcome, IntervalReport } from '../../../../lib/load/engine/report.ts';
import { type CountingTarget, startCountingTarget } from '../../../support/counting-target.ts';
import { type PlanChanges, planFor, run, scenario, totalsOf } from '../../../support/engine-run.ts';
import { listening } from '../../../support/listening.ts';

let target: CountingTarget;
beforeEach(async () => {
  target = await startCountingTarget();
});
afterEach(() => target.close());

/** Two runs of one shard: the first leaves when the second begins. */
async function handOver(
  changes: PlanChanges,
  atMs: number,
): Promise<{ outcomes: EngineOutcome[]; reports: IntervalReport[][] }> {
  const reports: IntervalReport[][] = [[], []];
  const startAtEpochMs = Date.now() + 20;
  const io = (part: number) => ({
    startAtEpochMs,
    onInterval: (report: IntervalReport) => reports[part]?.push(report),
  });
  const first = startEngine(planFor(target.port, changes), io(0));
  const second = startEngine(planFor(target.port, { ...changes, fromMs: atMs }), io(1));
  first.leaveAt(atMs);
  return { outcomes: await Promise.all([first.outcome, second.outcome]), reports };
}

describe('a hand-over', () => {
  it('loses and doubles no arrival', async () => {
    const { outcomes, reports } = await handOver(
      { arrivalsPerSecond: 700, worker: 1, workers: 3, rampUpSeconds: 0.3, durationSeconds: 0.6 },
      437,
    );
    // Arrivals 1, 4, 7, ... of 700 * (0.15 + 0.6) = 525.
    const taken = outcomes.map(({ requests, droppedArrivals }) => requests + droppedArrivals);
    expect(taken.reduce((a, b) => a + b)).toBe(175);
    expect(outcomes.reduce((sum, { requests }) => sum + requests, 0)).toBe(target.total());
    // Due before 437 ms are 700 * (0.15 + 0.137) = 200.9 of them all, and so are arrivals 1, 4, ... 199 of these.
    expect(taken).toEqual([67, 108]);
    expect(reports[0]?.[0]?.interval).toBe(0);
    expect(reports[1]?.[0]?.interval).toBe(4);
    expect(outcomes[1]?.intervals).toBe(reports[1]?.length);
  });

  it('carries through who waits for a connection, as long as a timeout', async () => {
    const slow = await listening(
      http.createServer((_, response) => {
        setTimeout(() => response.end(), 20);
      }),
    );
    const plan = planFor(slow.port, { arrivalsPerSecond: 500, maxConnections: 5, durationSeconds: 10, timeoutMs: 300 });
    const engine = startEngine(plan, { startAtEpochMs: Date.now() + 20, onInterval: () => {} });
    engine.leaveAt(200);
    const outcome = await engine.outcome;
    await slow.close();
    // In the 200 ms in which they come, 5 connections serve 50 of them at most, and not many more without the rest.
    expect(outcome.requests).toBeGreaterThan(0);
    expect(outcome.requests + outcome.connectionFailures + outcome.droppedArrivals).toBe(100);
    // It ends long before the test does.
    expect(outcome.elapsedMs).toBeLessThan(5000);
  });

  it('keeps the number of users, without a burst of those who are under way', { retry: 2 }, async () => {
    const { reports } = await handOver({ users: 20, durationSeconds: 1, thinkTimeMs: 300 }, 400);
    // Each part of 0.1 s has 20 * 100 / 300 requests.
    for (const { interval, scenarios, activeUsers } of reports[1]?.slice(0, 6) ?? []) {
      expect(scenarios['/']?.requests ?? 0).toBeLessThan(13);
      if (interval > 7) expect(activeUsers).toBe(20);
    }
    expect(totalsOf(reports.flat()).requests).toBe(target.total());
    const last = reports[0]?.at(-1)?.interval;
    expect(last).toBeLessThanOrEqual(5);
  });

  it('at a time past the end changes nothing', async () => {
    const engine = startEngine(planFor(target.port, { arrivalsPerSecond: 100, durationSeconds: 0.2 }), {
      startAtEpochMs: Date.now() + 20,
      onInterval: () => {},
    });
    engine.leaveAt(200);
    expect(await engine.outcome).toMatchObject({ requests: 20, reason: 'completed' });
  });
});

describe('the level', () => {
  const at = (level: number, seconds: number) => ({ seconds, from: level, to: level });

  it('jumps up for a spike and back, and the users with it, each on a connection of his own', async () => {
    const stages = [at(2, 0.3), at(10, 0.3), at(2, 0.4)];
    const { reports, outcome } = await run(planFor(target.port, { stages, thinkTimeMs: 20 }));
    const active = reports.slice(0, 10).map(({ activeUsers }) => activeUsers);
    expect([active[1], active[4], active[8]]).toEqual([2, 10, 2]);
    expect(outcome).toMatchObject({ requests: target.total(), failed: 0 });
    expect(target.connections()).toBe(10);
    expect(reports.reduce((sum, { connections }) => sum + connections.opened, 0)).toBe(10);
  });

  it('rises and falls in ramps, striped over the workers', async () => {
    const stages = [
      { seconds: 0.4, from: 0, to: 9 },
      { seconds: 0.4, from: 9, to: 0 },
    ];
    const results = await Promise.all(
      [0, 1, 2].map((worker) => run(planFor(target.port, { stages, worker, workers: 3, thinkTimeMs: 15 }))),
    );
    for (const { reports } of results) {
      const active = reports.map(({ activeUsers }) => activeUsers);
      expect(Math.max(...active)).toBe(3);
      expect(active[0]).toBeLessThanOrEqual(1);
      expect(active[7]).toBeLessThanOrEqual(1);
    }
    expect(results.reduce((sum, { outcome }) => sum + outcome.requests, 0)).toBe(target.total());
  });

  it('may leave a worker nothing to do, who tells so for each interval', async () => {
    const { outcome, reports } = await run(
      planFor(target.port, { users: 2, worker: 5, workers: 6, durationSeconds: 0.3 }),
    );
    expect(outcome).toMatchObject({ reason: 'completed', requests: 0 });
    expect(reports.length).toBeGreaterThanOrEqual(3);
    expect(
      reports.every(({ activeUsers, scenarios }) => activeUsers === 0 && Object.keys(scenarios).length === 0),
    ).toBe(true);
    expect(target.total()).toBe(0);
  });
});

it('tells how connections were made and when the first byte came', async () => {
  const { reports, outcome } = await run(
    planFor(target.port, { users: 3, scenarios: [scenario('/bye')], thinkTimeMs: 5 }),
  );
  const of = (pick: (report: IntervalReport) => number): number => reports.reduce((sum, each) => sum + pick(each), 0);
  expect(of(({ connections }) => connections.opened)).toBe(target.connections());
  expect(of(({ connections }) => connections.connect.count)).toBe(target.connections());
  expect(of(({ connections }) => connections.tls.count + connections.tlsResumed)).toBe(0);
  expect(of(({ firstByte }) => firstByte.count)).toBe(outcome.requests);
  for (const { firstByte, scenarios } of reports) {
    const serviceTime = scenarios['/bye']?.serviceTime;
    if (serviceTime !== undefined) expect(firstByte.max).toBeLessThanOrEqual(serviceTime.max);
  }
});
