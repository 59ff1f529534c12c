import { beforeEach, describe, expect, it } from 'vitest';
import { analysisApi } from '../../../lib/analysis/api.ts';
import { ObjectiveService } from '../../../lib/analysis/objectives/service.ts';
import { type Budget, budget, budgetSettings } from '../../../lib/contracts/budgets.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { createClient } from '../../../lib/sdk/client.ts';
import { Rollups } from '../../../lib/telemetry/rollups/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { gatewayTo } from '../../support/gateway-doors.ts';
import type { TestParts } from '../../support/history-table.ts';
import {
  endpointWindow,
  noon,
  sketchOf,
  telemetryBatch,
  telemetryWindow,
  times,
} from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;
let rollups: Rollups;
let objectives: ObjectiveService;
let sequence = 0;

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  rollups = new Rollups(parts, projects);
  objectives = new ObjectiveService(parts, { projects, telemetry });
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
});

const ago = (ms: number): number => noon - ms;
const report = (...windows: TelemetryWindow[]) =>
  telemetry.ingest('shop', telemetryBatch({ sequence: sequence++, windows }));

/** Requests in the ten seconds that begin then; the clock stands there, and all that is due is drawn. */
async function serve(start: number, requests: number, { failed = 0, slow = 0 } = {}): Promise<void> {
  parts.time.now = start + 10_000;
  const timesMs = [...times(requests - slow, 10), ...times(slow, 500)];
  await report(telemetryWindow({ start, endpoints: [endpointWindow('GET /', { timesMs, failed })] }));
}

/** As the tick would, when all that was reported is due. */
async function settle(now: number): Promise<void> {
  for (const later of [4 * minuteMs, hourMs + 10 * minuteMs, dayMs + 20 * minuteMs]) {
    if (parts.time.now + later > now) break;
    parts.time.now += later;
    await rollups.drawDue();
  }
  parts.time.now = now;
  await rollups.drawDue();
}

const set = (...settings: object[]) => objectives.put('shop', budgetSettings.parse(settings));
const first = async (): Promise<Budget> => {
  const [found] = await objectives.evaluate('shop');
  if (found === undefined) throw new Error('there is no objective');
  expect(budget.parse(found)).toEqual(found);
  return found;
};
const burnOf = ({ burnRates = [] }: Budget, severity: string) => burnRates.find((burn) => burn.severity === severity);

describe('the objectives of a project', () => {
  it('are those that all have, until it sets its own, and none when it wants none', async () => {
    expect((await objectives.evaluate('shop')).map(({ description, status }) => [description, status])).toEqual([
      ['95 % of requests within 200 ms over 30 days', 'not-enough-data'],
      ['at most 0.1 % of requests fail over 30 days', 'not-enough-data'],
      ['at least 99.9 % of requests succeed over 30 days', 'not-enough-data'],
    ]);
    await set({ metric: 'errorRatePercent', objective: 1, windowDays: 7 });
    expect((await objectives.evaluate('shop')).map(({ metric, windowDays }) => [metric, windowDays])).toEqual([
      ['errorRatePercent', 7],
    ]);
    await set();
    expect(await objectives.evaluate('shop')).toEqual([]);
    await projects.delete('shop');
    await expect(objectives.evaluate('shop')).rejects.toMatchObject({ code: 'not-found' });
    await expect(set()).rejects.toMatchObject({ code: 'not-found' });
    await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
    expect(await objectives.evaluate('shop')).toHaveLength(3);
  });

  it('are held against what was reported: exact shares, budgets and burn rates', async () => {
    for (const [minutesAgo, failed] of [
      [200, 0],
      [90, 0],
      [40, 6],
      [3, 12],
    ] as const) {
      await serve(ago(minutesAgo * minuteMs), 1000, { failed, slow: 30 });
    }
    await settle(noon);
    const [time, errors, available] = await objectives.evaluate('shop');
    expect(time).toMatchObject({
      status: 'met',
      value: 10,
      unit: 'ms',
      events: { total: 4000, bad: 120 },
      errorBudget: { totalPercent: 5, totalEvents: 200, consumedPercent: 60, remainingPercent: 40 },
    });
    expect(errors).toMatchObject({
      status: 'missed',
      value: 0.45,
      events: { total: 4000, bad: 18 },
      errorBudget: { totalEvents: 4, consumedPercent: 450, remainingPercent: -350 },
      timeToExhaustionSeconds: 0,
      burnRates: [
        {
          severity: 'critical',
          long: { minutes: 60, total: 2000, bad: 18, burnRate: 9 },
          short: { burnRate: 12 },
          fires: false,
        },
        { severity: 'high', long: { total: 4000, burnRate: 4.5 }, short: { total: 1000 }, fires: false },
        { severity: 'medium', long: { burnRate: 4.5 }, short: { total: 3000, burnRate: 6 }, fires: true },
        { severity: 'low', long: { burnRate: 4.5 }, short: { burnRate: 4.5 }, fires: true },
      ],
    });
    expect(available).toMatchObject({ status: 'missed', value: 99.55, errorBudget: { remainingPercent: -350 } });
  });

  it('are the same from windows as from what was drawn of them, also when some came late', async () => {
    await set({ metric: 'responseTimeMs', objective: 100 }, { metric: 'errorRatePercent', objective: 0.5 });
    for (const hoursAgo of [4, 3, 2, 1]) await serve(ago(hoursAgo * hourMs), 100, { failed: hoursAgo, slow: 2 });
    parts.time.now = noon;
    const asItCame = await objectives.evaluate('shop');
    await settle(noon);
    expect(await objectives.evaluate('shop')).toEqual(asItCame);
    await report(
      telemetryWindow({ start: ago(3 * hourMs), endpoints: [endpointWindow('GET /', { requests: 50, failed: 5 })] }),
    );
    const late = await objectives.evaluate('shop');
    expect(late[1]?.events).toEqual({ total: 450, bad: 15 });
    expect(burnOf(late[1] as Budget, 'medium')).toMatchObject({ long: { bad: 15 }, short: { total: 200, bad: 3 } });
  });

  it('span days, of which hours and minutes are counted once', { timeout: 20_000 }, async () => {
    await set({ metric: 'errorRatePercent', objective: 0.1 });
    // Days of 1,000 requests, some at times that no window begins at.
    const days = 5;
    for (let day = days; day > 0; day--) {
      await serve(ago(day * dayMs) + 20 * minuteMs, 600);
      await serve(ago(day * dayMs) + 3 * hourMs + 10 * minuteMs, 400, { failed: day === 4 ? 3 : 0 });
      await settle(ago(day * dayMs) + 23 * hourMs);
    }
    await serve(ago(30 * minuteMs), 1000, { failed: 2 });
    parts.time.now = noon;
    const found = await first();
    expect(found.events).toEqual({ total: 6000, bad: 5 });
    expect(found.errorBudget).toMatchObject({ totalEvents: 6, remainingPercent: 16.6667 });
    expect(burnOf(found, 'low')?.long).toMatchObject({ minutes: 4320, total: 4000, bad: 2, burnRate: 0.5 });
    expect(burnOf(found, 'medium')?.long).toMatchObject({ minutes: 1440, total: 2000, bad: 2 });
    // One more may be bad; each hour brings two, and the requests for one to be allowed, while nothing leaves.
    expect(found.timeToExhaustionSeconds).toBeCloseTo(3600, 0);
    // Days tell of themselves from the first to the last report.
    expect(found.coveragePercent).toBeGreaterThan(0);
    expect(found.coveragePercent).toBeLessThan(10);
  });

  it('fire only with five bad events, and when both windows burn', async () => {
    await set({ metric: 'errorRatePercent', objective: 1, windowDays: 1 });
    await serve(ago(50 * minuteMs), 10, { failed: 4 });
    await serve(ago(2 * minuteMs), 10, { failed: 0 });
    await settle(noon);
    expect(burnOf(await first(), 'critical')).toMatchObject({ long: { bad: 4, burnRate: 20 }, fires: false });
    await serve(ago(minuteMs), 10, { failed: 1 });
    parts.time.now = noon;
    const found = await first();
    expect(burnOf(found, 'critical')).toMatchObject({
      long: { bad: 5, total: 30, burnRate: 16.6667 },
      short: { bad: 1, total: 20, burnRate: 5 },
      fires: false,
    });
    expect(burnOf(found, 'low')).toMatchObject({ fires: true });
  });

  it('may be of figures that have no events, which have no budget', async () => {
    await set(
      { metric: 'requestsPerSecond', objective: 5 },
      { metric: 'requestsPerSecond', objective: 20, windowDays: 1 },
      { metric: 'avgResponseTimeMs', objective: 50 },
      { metric: 'cpuPercent', objective: 50 },
    );
    await serve(ago(5 * minuteMs), 100);
    parts.time.now = noon;
    const found = await objectives.evaluate('shop');
    expect(found.map(({ status, value, errorBudget }) => [status, value, errorBudget])).toEqual([
      ['met', 10, undefined],
      ['missed', 10, undefined],
      ['met', 10, undefined],
      ['not-enough-data', undefined, undefined],
    ]);
    expect(found[3]?.reason).toBe('Nothing that it could be drawn from was reported in this time.');
  });

  it('may be of minutes of throughput', async () => {
    await set({ metric: 'requestsPerSecond', objective: 5, percentile: 60 });
    const perMinute = [600, 300, 299, 600, 100, 900, 900, 900, 900, 900];
    for (const [index, requests] of perMinute.entries()) await serve(ago((30 - index) * minuteMs), requests);
    await settle(noon);
    // A minute that is not over says nothing.
    await serve(noon + minuteMs, 1);
    const found = await first();
    expect(found).toMatchObject({
      description: '60 % of minutes with at least 5 requests/s over 30 days',
      status: 'met',
      events: { total: 10, bad: 2 },
      value: expect.closeTo(10, 0),
      errorBudget: { totalPercent: 40, consumedPercent: 50 },
    });
  });

  it("may be of metrics of the service's own, whose totals go on over restarts", async () => {
    await set(
      { metric: 'custom:checkout_seconds', objective: 2, percentile: 90 },
      { metric: 'custom:checkout_seconds', objective: 2, labels: { shop: 'rome' } },
      { metric: 'custom:orders', objective: 0.05, bound: 'atLeast' },
      { metric: 'custom:queue', objective: 10 },
      { metric: 'custom:queue', objective: 10, percentile: 99 },
      { metric: 'custom:missing', objective: 10 },
    );
    const histogram = (shop: string, values: number[]) => ({
      kind: 'histogram' as const,
      name: 'checkout_seconds',
      labels: { shop },
      unit: 's',
      resolution: 0.001,
      values: sketchOf(values),
    });
    const window = (start: number, instance: string) => ({
      instance,
      windows: [
        telemetryWindow({
          start,
          metrics: [
            histogram('berlin', times(90, 1)),
            histogram('rome', times(10, 3)),
            { kind: 'counter' as const, name: 'orders', labels: {}, value: 15 },
            { kind: 'gauge' as const, name: 'queue', labels: {}, last: 4, min: 1, max: 9, sum: 12, count: 3 },
          ],
        }),
      ],
    });
    for (const [minutesAgo, instance] of [
      [20, 'a'],
      [10, 'b'],
      [2, 'c'],
    ] as const) {
      parts.time.now = ago(minutesAgo * minuteMs) + 10_000;
      await telemetry.ingest('shop', telemetryBatch(window(ago(minutesAgo * minuteMs), instance)));
    }
    await settle(noon);
    const found = await objectives.evaluate('shop');
    expect(found).toMatchObject([
      {
        description: '90 % of checkout_seconds at most 2 over 30 days',
        status: 'met',
        value: expect.closeTo(1, 1),
        unit: 's',
      },
      {
        description: '95 % of checkout_seconds (shop=rome) at most 2 over 30 days',
        status: 'missed',
        value: expect.closeTo(3, 1),
        unit: 's',
      },
      { description: 'orders at least 0.05 over 30 days', status: 'met', value: expect.closeTo(45 / 620, 9) },
      { description: 'queue at most 10 over 30 days', status: 'met', value: 4 },
      {
        description: '99 % of queue at most 10 over 30 days',
        status: 'not-enough-data',
        reason: 'queue is a gauge: only a histogram has percentiles.',
      },
      {
        description: 'missing at most 10 over 30 days',
        status: 'not-enough-data',
        reason: 'No metric missing was reported in this time.',
      },
    ]);
    expect(found[0]?.events).toEqual({ total: 300, bad: 30 });
    expect(found[0]?.errorBudget?.remainingPercent).toBe(0);
  });
});

describe('objectives over HTTP', () => {
  it('are set with PUT, told with GET, and refused with the field that is wrong', async () => {
    const { token } = await new KeyService(parts).create({ name: 'operator', scope: 'admin' }, 'a test');
    const analysisParts = functionParts('analysis-api', parts);
    const gateway = await gatewayTo({
      'analysis-api': httpDoor(
        'analysis-api',
        analysisParts,
        analysisApi(analysisParts, async () => []),
      ),
    });
    try {
      const client = createClient({ url: gateway.url, apiKey: token });
      const params = { project: 'shop' };
      await outputOf(async () => {
        expect(await client.call('getBudgets', { params })).toHaveLength(3);
        const body = [{ metric: 'custom:checkout_seconds', objective: 2, percentile: 90 }];
        expect(await client.call('putBudgets', { params, body })).toEqual([{ ...body[0], windowDays: 30 }]);
        expect(await client.call('getBudgets', { params })).toMatchObject([{ ...body[0], status: 'not-enough-data' }]);
        const wrong = client.call('putBudgets', {
          params,
          body: [...body, { metric: 'errorRatePercent', objective: 0 }],
        });
        await expect(wrong).rejects.toMatchObject({
          code: 'invalid-request',
          message: expect.stringContaining('body.1.objective: must be above 0'),
        });
        const nobody = client.call('getBudgets', { params: { project: 'nobody' } });
        await expect(nobody).rejects.toMatchObject({ code: 'not-found' });
      });
    } finally {
      await gateway.stop(0);
    }
  });
});
