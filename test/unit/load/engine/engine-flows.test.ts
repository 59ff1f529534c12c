import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startEngine } from '../../../../lib/load/engine/engine.ts';
import type { EngineScenario } from '../../../../lib/load/engine/plan.ts';
import type { IntervalReport } from '../../../../lib/load/engine/report.ts';
import { startCountingTarget } from '../../../support/counting-target.ts';
import {
  flow,
  type PlanChanges,
  planFor,
  run,
  runUntil,
  scenario,
  step,
  totalsOf,
} from '../../../support/engine-run.ts';
import { type ShopTarget, startShopTarget } from '../../../support/shop-target.ts';

let target: ShopTarget;
beforeEach(async () => {
  target = await startShopTarget();
});
afterEach(() => target.close());

const login = step('/login', {
  method: 'POST',
  body: { name: '{{name}}' },
  captures: { token: { jsonPath: '$.token' } },
});
const bearer = { authorization: 'Bearer {{token}}' };

/** Signs in as the user of a row, makes a cart and looks at it. */
const shopping = (changes: Partial<EngineScenario> = {}): EngineScenario =>
  flow(
    'shop',
    [
      step('/cart', { method: 'POST', headers: bearer, captures: { 'cart.id': { jsonPath: '$.cart.id' } } }),
      step('/cart/{{cart.id}}', { name: 'see cart', headers: bearer, thinkTimeMs: 1 }),
    ],
    {
      before: [login],
      data: { columns: ['name'], rows: [['ann'], ['bob'], ['eve']], order: 'sequential' },
      ...changes,
    },
  );

/** Until the target was asked so often for what matches the pattern. */
const until = (times: number, path: RegExp, changes: PlanChanges) =>
  runUntil(() => target.at(path).length >= times, planFor(target.port, { durationSeconds: 30, ...changes }));

const flowsOf = (reports: IntervalReport[]): number => reports.reduce((sum, { flows }) => sum + (flows.shop ?? 0), 0);

const expectEqualCounts = (reports: IntervalReport[]): void => {
  const of = (name: string) => totalsOf(reports, name);
  expect(of('shop > /login').requests).toBe(target.at(/^\/login/).length);
  expect(of('shop > /cart').requests).toBe(target.at(/^\/cart$/).length);
  expect(of('shop > see cart').requests).toBe(target.at(/^\/cart\/\d+$/).length);
  expect(totalsOf(reports).requests).toBe(target.requests.length);
  expect(totalsOf(reports).failed).toBe(0);
};

describe('a flow', () => {
  it('is made in turn by each user of the closed model, who signs in once', async () => {
    const { reports } = await until(12, /^\/cart\/\d/, { scenarios: [shopping()], users: 3 });
    expectEqualCounts(reports);
    const carts = target.at(/^\/cart$/).length;
    const seen = target.at(/^\/cart\/\d+$/);
    expect(target.at(/^\/login/).map(({ body }) => JSON.parse(body).name)).toEqual(['ann', 'bob', 'eve']);
    // At the end of the test a flow may be cut between two requests, one of each user.
    expect(carts - seen.length).toBeLessThanOrEqual(3);
    expect(flowsOf(reports)).toBe(seen.length);
    // Each cart is looked at once, by a user who is signed in.
    expect(new Set(seen.map(({ path }) => path)).size).toBe(seen.length);
    expect(new Set(seen.map(({ user }) => user))).toEqual(new Set(['ann', 'bob', 'eve']));
  });

  it('is made by each arrival of the open model, who is somebody new, on a connection of his own', async () => {
    const { reports, outcome } = await run(
      planFor(target.port, { scenarios: [shopping()], arrivalsPerSecond: 100, durationSeconds: 0.5 }),
    );
    expectEqualCounts(reports);
    expect(target.at(/^\/login/).length + outcome.droppedArrivals).toBe(50);
    const lags = reports.reduce((sum, { generator }) => sum + generator.lag.count, 0);
    expect(lags).toBe(outcome.requests + outcome.droppedArrivals);
  });

  it('goes on over a hand-over of the open model: who has begun it ends it, and nobody begins it twice', async () => {
    const changes = { scenarios: [shopping()], arrivalsPerSecond: 200, worker: 1, workers: 2, durationSeconds: 0.6 };
    const reports: IntervalReport[] = [];
    const io = { startAtEpochMs: Date.now() + 20, onInterval: (report: IntervalReport) => void reports.push(report) };
    const first = startEngine(planFor(target.port, changes), io);
    const second = startEngine(planFor(target.port, { ...changes, fromMs: 301 }), io);
    first.leaveAt(301);
    const outcomes = await Promise.all([first.outcome, second.outcome]);
    expectEqualCounts(reports);
    const dropped = outcomes.reduce((sum, { droppedArrivals }) => sum + droppedArrivals, 0);
    expect(target.at(/^\/login/).length + dropped).toBe(60);
    expect(outcomes.every(({ requests }) => requests > 0)).toBe(true);
    // The last ones of the test may be cut.
    expect(flowsOf(reports)).toBe(target.at(/^\/cart\/\d+$/).length);
  });

  it('mixes with single requests by weight', async () => {
    const { reports, outcome } = await until(100, /^\/plain/, {
      scenarios: [shopping(), scenario('/plain', { weight: 3 })],
      users: 4,
    });
    expect(totalsOf(reports, '/plain').requests).toBe(target.at(/^\/plain/).length);
    expect(outcome.requests).toBe(target.requests.length);
    const share = target.at(/^\/cart$/).length / target.at(/^\/(cart$|plain)/).length;
    expect(share).toBeGreaterThan(0.05);
    expect(share).toBeLessThan(0.5);
  });

  it('ends when what is captured does not come, which fails the request, and is tried again', async () => {
    const lost = flow('shop', [
      step('/x', { captures: { id: { jsonPath: '$.nothing' }, method: { jsonPath: '$.method' } } }),
      step('/never/{{id}}'),
    ]);
    const { reports, outcome } = await until(3, /x/, { scenarios: [lost], thinkTimeMs: 5 });
    expect(target.at(/never/)).toEqual([]);
    expect(outcome).toMatchObject({ successful: 0, failed: target.requests.length });
    expect(totalsOf(reports).errors).toEqual({ 'capture-id': outcome.failed });
    expect(totalsOf(reports).responseTime.count).toBe(outcome.failed);
    expect(
      reports.find(({ scenarios }) => scenarios['shop > /x'])?.scenarios['shop > /x']?.errors['capture-id']?.example,
    ).toBe('GET /x: answered 200 without it');
    expect(flowsOf(reports)).toBe(0);
  });

  it('is not begun by who cannot sign in', async () => {
    const scenarios = [shopping({ data: { columns: ['name'], rows: [['nobody'], ['ann']], order: 'sequential' } })];
    const { reports } = await until(3, /^\/cart/, { scenarios });
    // Refused once, he tries again, with the next row.
    expect(totalsOf(reports, 'shop > /login').errors).toEqual({ 'http-401': 1 });
    expect(target.at(/^\/login/).length).toBe(2);
    expect(new Set(target.at(/^\/cart/).map(({ user }) => user))).toEqual(new Set(['ann']));
  });

  it('is not begun after a `before` that failed, even if nothing was to be captured', async () => {
    const enter = step('/login', { method: 'POST', body: { name: 'nobody' } });
    const scenarios = [scenario('/me', { before: [enter, step('/after')] })];
    const { reports } = await until(3, /^\/login/, { scenarios, thinkTimeMs: 5 });
    expect(target.at(/^\/(me|after)/)).toEqual([]);
    expect(totalsOf(reports, '/me > /login')).toMatchObject({ requests: target.requests.length, successful: 0 });
  });

  it('goes on over a bad day, on another connection where one is lost', async () => {
    const bad = await startCountingTarget();
    const paths = ['/', '/bye', '/status/500', '/close', '/reset', '/last'];
    const day = flow(
      'day',
      paths.map((path) => step(path, { thinkTimeMs: { min: 0, max: 3 } })),
    );
    for (const changes of [{ users: 4 }, { arrivalsPerSecond: 150, maxConnections: 30 }]) {
      const before = { ...bad.counts };
      const { reports, outcome } = await runUntil(
        () => (bad.counts['/last'] ?? 0) - (before['/last'] ?? 0) >= 5,
        planFor(bad.port, { scenarios: [day], durationSeconds: 30, ...changes }),
      );
      for (const path of paths) {
        const asked = (bad.counts[path] ?? 0) - (before[path] ?? 0);
        expect([path, totalsOf(reports, `day > ${path}`).requests]).toEqual([path, asked]);
      }
      expect(outcome.connectionFailures).toBe(0);
      const ended = reports.reduce((sum, { flows }) => sum + (flows.day ?? 0), 0);
      expect(ended).toBe(totalsOf(reports, 'day > /last').requests);
      const failed = ['/status/500', '/close', '/reset'].map((path) => totalsOf(reports, `day > ${path}`));
      expect(outcome.failed).toBe(failed.reduce((sum, { requests }) => sum + requests, 0));
      // Whatever failed is told of once, by what was wrong.
      const { errors } = totalsOf(reports);
      expect(errors).toEqual({
        'http-500': failed[0]?.requests,
        closed: failed[1]?.requests,
        reset: failed[2]?.requests,
      });
    }
    await bad.close();
  });

  it('counts a connection that is refused, and is begun anew', async () => {
    const gone = await startShopTarget();
    await gone.close();
    const { outcome } = await run(
      planFor(gone.port, { scenarios: [shopping()], arrivalsPerSecond: 100, durationSeconds: 0.2 }),
    );
    expect(outcome).toMatchObject({ requests: 0, connectionFailures: 20, droppedArrivals: 0 });
  });
});

describe('the data', () => {
  const rows = Array.from({ length: 12 }, (_, row) => [`row-${row}`]);
  const feed = (order: 'sequential' | 'random') => scenario('/{{name}}', { data: { columns: ['name'], rows, order } });

  it('gives each row once in the whole fleet before any comes again', async () => {
    const results = await Promise.all(
      [0, 1, 2].map((worker) =>
        run(
          planFor(target.port, {
            scenarios: [feed('sequential')],
            arrivalsPerSecond: 120,
            worker,
            workers: 3,
            durationSeconds: 0.2,
          }),
        ),
      ),
    );
    // Who found no connection has taken no row.
    const dropped = results.reduce((sum, { outcome }) => sum + outcome.droppedArrivals, 0);
    expect(target.requests.length + dropped).toBe(24);
    const counts = rows.map(([name]) => target.at(new RegExp(`^/${name}$`)).length);
    expect(counts.every((count) => count <= 2)).toBe(true);
    if (dropped === 0) expect(counts).toEqual(rows.map(() => 2));
  });

  it('gives random rows, the same ones for the same seed', async () => {
    const drawn = async (seed: number): Promise<string[]> => {
      target.requests.length = 0;
      await run(
        planFor(target.port, {
          scenarios: [feed('random')],
          arrivalsPerSecond: 200,
          durationSeconds: 0.2,
          seed,
          maxConnections: 1,
        }),
      );
      return target.requests.map(({ path }) => path);
    };
    const first = await drawn(1);
    expect(new Set(first).size).toBeGreaterThan(4);
    const again = await drawn(1);
    const both = Math.min(first.length, again.length);
    expect(again.slice(0, both)).toEqual(first.slice(0, both));
    expect((await drawn(2)).slice(0, both)).not.toEqual(first.slice(0, both));
  });
});

describe('cookies', () => {
  const visit = (cookies: boolean): EngineScenario =>
    flow('shop', [step('/me', { headers: { cookie: 'own=1' } })], {
      cookies,
      before: [step('/login', { method: 'POST', body: { name: 'u{{seq()}}' } })],
    });

  it('are kept by each user for himself', async () => {
    const { outcome } = await runUntil(
      () => new Set(target.at(/^\/me/).map(({ user }) => user)).size === 3,
      planFor(target.port, { scenarios: [visit(true)], users: 3, durationSeconds: 30 }),
    );
    expect(outcome).toMatchObject({ failed: 0, requests: target.requests.length });
    const seen = target.at(/^\/me/);
    expect(new Set(seen.map(({ user }) => user))).toEqual(new Set(['u0', 'u1', 'u2']));
    expect(new Set(seen.map(({ headers }) => headers.cookie))).toEqual(
      new Set([0, 1, 2].map((user) => `own=1; theme=dark; sid=token-u${user}`)),
    );
  });

  it('are nobody’s after an arrival has gone', async () => {
    await until(5, /^\/me/, { scenarios: [visit(true)], arrivalsPerSecond: 100, maxConnections: 1 });
    expect(target.at(/^\/login/).every(({ headers }) => headers.cookie === undefined)).toBe(true);
    const users = target.at(/^\/me/).map(({ user }) => user);
    expect(new Set(users).size).toBe(users.length);
  });

  it('are not kept where the scenario does not ask for it', async () => {
    const { outcome } = await until(3, /^\/me/, { scenarios: [visit(false)], thinkTimeMs: 5 });
    expect(outcome.failed).toBe(target.at(/^\/me/).length);
    expect(target.at(/^\/me/)[0]?.headers.cookie).toBe('own=1');
  });
});
