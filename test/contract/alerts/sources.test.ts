import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Finding } from '../../../lib/alerts/lifecycle/observation.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { alertWork } from '../../../lib/alerts/work.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { functionParts } from '../../support/function-parts.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { seedHistory } from '../../support/seeded-history.ts';
import { endpointWindow, noon, telemetryBatch, telemetryWindow } from '../../support/telemetry-batches.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let alerts: AlertService;

const minuteMs = 60_000;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  alerts = new AlertService(parts);
});

const open = async () =>
  (await alerts.open('shop')).map(({ type, subject, severity }) => `${type} ${subject} ${severity}`);

describe('What somebody finds who looks at a type as a whole', () => {
  const finding: Finding = { severity: 'low', reason: 'It is bad.', shown: { evidence: [] } };
  const take = (at: number, ...subjects: string[]) =>
    alerts.takeAll(
      { type: 'anomaly', project: 'shop' },
      { at: noon + at, firing: new Map(subjects.map((subject) => [subject, finding])), goneBecause: 'It is well.' },
    );

  it('opens what fires, and resolves what does no more', async () => {
    await take(1, 'a', 'b');
    await alerts.observe(
      { type: 'high-cpu', subject: 'cpuPercent', project: 'shop' },
      { at: noon, finds: 'firing', ...finding },
    );
    await take(2, 'b', 'c');
    expect((await open()).toSorted()).toEqual(['anomaly b low', 'anomaly c low', 'high-cpu cpuPercent low']);
    await take(1, 'a');
    expect(await open()).toHaveLength(3);
    await take(3);
    expect(await open()).toEqual(['high-cpu cpuPercent low']);
  });
});

it('A check that breaks its limits has an alert until one passes', async () => {
  const check = { checkId: '01JD2V8Q6Y0000000000000000', project: 'shop', createdAt: new Date(noon).toISOString() };
  const breaches = [{ limit: 'maxP95ResponseTimeMs', expected: 1000, actual: 1500 }];
  await alerts.takeCheck({ ...check, status: 'breached', breaches }, noon + 1);
  const [alert] = await alerts.open('shop');
  expect(alert).toMatchObject({
    type: 'check-failed',
    severity: 'high',
    reason: `The check ${check.checkId} broke its limits: maxP95ResponseTimeMs is 1500 in place of 1000`,
    analysis: `/v1/projects/shop/checks/${check.checkId}`,
  });
  await alerts.takeCheck({ ...check, status: 'passed', breaches: [] }, noon + 2);
  expect(await open()).toEqual([]);
});

it('A check of each schedule has an alert of its own, which no run without a test resolves', async () => {
  const ended = (subject: string, at: number, more: object) =>
    alerts.takeCheck(
      {
        checkId: '01JD2V8Q6Y0000000000000000',
        project: 'shop',
        createdAt: new Date(noon).toISOString(),
        breaches: [],
        status: 'passed',
        subject,
        ...more,
      },
      noon + at,
    );
  const breaches = [{ limit: 'maxP95ResponseTimeMs', expected: 1000, actual: 1500 }];
  await ended('nightly', 1, { status: 'breached', breaches });
  await ended('weekly', 2, { status: 'failed' });
  await ended('nightly', 3, { isTested: false });
  expect((await open()).toSorted()).toEqual(['check-failed nightly high', 'check-failed weekly medium']);
  await ended('weekly', 4, { isTested: false });
  expect(await open()).toEqual(['check-failed nightly high']);
  const [alert] = await alerts.open('shop');
  await alerts.act('resolve', alert?.alertId ?? '', { by: 'Ada (1)' });
  expect(await open()).toEqual([]);
  await ended('nightly', 5, { status: 'breached', breaches });
  expect(await open()).toEqual(['check-failed nightly high']);
});

const answered = { statuses: { 503: 1 } };

it.each<[string, object, boolean]>([
  ['no connection was made', { totalRequests: 0, connectionFailures: 40 }, true],
  ['no request was answered', { totalRequests: 40, connectionFailures: 0 }, true],
  ['nothing was asked', { totalRequests: 0, connectionFailures: 0 }, false],
  [
    'a certificate was not trusted',
    { connectionFailures: 9, errors: [{ kind: 'connect-CERT_HAS_EXPIRED', count: 9 }] },
    false,
  ],
  ['one request was answered, with whatever status', { totalRequests: 40, scenarios: { home: answered } }, false],
])('A target is down by the load test of a check in which %s', async (_, more, isDown) => {
  const nothing = { totalRequests: 0, connectionFailures: 0, actualDurationSeconds: 60, scenarios: {}, errors: [] };
  const result = { ...nothing, ...more };
  await alerts.takeAnswers('shop', 'T', result as never, noon);
  expect(await open()).toEqual(isDown ? ['target-down baseUrl critical'] : []);
  await alerts.takeAnswers('shop', 'U', { ...result, scenarios: { home: answered } } as never, noon + minuteMs);
  expect(await open()).toEqual([]);
});

/** A service that fails, and was heard of in each minute until a quarter past noon. */
async function failing() {
  const work = alertWork(functionParts('alert-worker', parts));
  const projects = new ProjectService(parts);
  const telemetry = new TelemetryService(parts, projects);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' }));
  parts.time.now = noon + 15 * minuteMs;
  const windows = Array.from({ length: 15 }, (_, minute) =>
    telemetryWindow({
      start: noon + minute * minuteMs,
      endpoints: [endpointWindow('GET /', { requests: 100, failed: 30, statuses: { 500: 30, 200: 70 } })],
    }),
  );
  await telemetry.ingest('shop', telemetryBatch({ windows }));
  const evaluate = async (minute: number) => {
    parts.time.now = noon + minute * minuteMs;
    await work({ type: 'alert.evaluate', project: 'shop', minute: new Date(parts.time.now).toISOString() });
  };
  return { projects, evaluate };
}

it('A worker finds budgets that burn, and a service that went silent, which explains what is slow', async () => {
  const { evaluate } = await failing();
  await evaluate(15);
  expect((await open()).toSorted()).toEqual([
    'budget-burn at least 99.9 % of requests succeed over 30 days critical',
    'budget-burn at most 0.1 % of requests fail over 30 days critical',
    'error-rate errorRatePercent critical',
  ]);
  // Thirty of a hundred fail, where one of a thousand may; nothing was told of before noon.
  for (const { threshold, window } of await alerts.open('shop', 'budget-burn')) {
    const values = [...Array(9).fill(null), 300, 300, 300];
    expect({ threshold, window }).toEqual({
      threshold: 14.4,
      window: { metric: 'burnRate', from: new Date(noon - 45 * minuteMs).toISOString(), stepSeconds: 300, values },
    });
  }
  for (const minute of [18, 20]) await evaluate(minute);
  expect(await open()).not.toContain('target-down service critical');
  await evaluate(21);
  expect(await open()).toContain('target-down service critical');
});

it('A service is not down for having been silent while Headroom itself was away', async () => {
  const { evaluate } = await failing();
  await evaluate(15);
  for (const minute of [21, 24, 27]) {
    await evaluate(minute);
    expect(await open()).not.toContain('target-down service critical');
  }
});

it('A target that gave a check no answer is there again when the service tells of requests since', async () => {
  const { evaluate } = await failing();
  const muted = { totalRequests: 9, connectionFailures: 0, actualDurationSeconds: 60, scenarios: {}, errors: [] };
  await alerts.takeAnswers('shop', 'T', muted as never, noon + 12 * minuteMs);
  await evaluate(13);
  expect(await open()).toContain('target-down baseUrl critical');
  await evaluate(16);
  expect(await open()).not.toContain('target-down baseUrl critical');
});

it('What a project has open of what was observed ends when it is not watched any more, and nothing opens', async () => {
  const { projects, evaluate } = await failing();
  for (const minute of [15, 18, 21]) await evaluate(minute);
  const check = { checkId: '01JD2V8Q6Y0000000000000000', project: 'shop', createdAt: new Date(noon).toISOString() };
  await alerts.takeCheck({ ...check, status: 'failed', breaches: [] }, parts.time.now);
  expect(await open()).toHaveLength(5);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000', monitoringEnabled: false }));
  for (const minute of [22, 25]) {
    await evaluate(minute);
    expect(await open()).toEqual(['check-failed check medium']);
  }
  const [ended] = (await alerts.listOf('shop', { limit: 1, type: 'target-down' })).items;
  expect(ended?.history.at(-1)).toMatchObject({ event: 'resolved', why: 'The project is not watched any more.' });
});

it('A worker finds in the history what is unusual, and what has another level', async () => {
  const hour = 3_600_000;
  await new ProjectService(parts).put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' }));
  let turn = 0;
  await seedHistory({
    table: parts.table,
    project: 'shop',
    now: noon,
    days: 40,
    hourDays: 14,
    minutesPerHour: 1,
    load: (at) => {
      const rate = at >= noon - 2 * hour ? 900 : 60;
      const ms = at >= noon - 6 * 24 * hour ? 240 : 100;
      const noise = 1 + (turn++ % 7) / 100;
      return { requestsPerMinute: rate * noise, ms: ms * noise };
    },
  });
  const minute = new Date(noon + hour / 4).toISOString();
  parts.time.now = Date.parse(minute);
  await alertWork(functionParts('alert-worker', parts))({ type: 'alert.evaluate', project: 'shop', minute });
  const about = async (type: 'anomaly' | 'regression', metric: string) =>
    (await alerts.open('shop', type)).find(({ subject }) => subject === metric);
  const unusual = await about('anomaly', 'requestsPerSecond');
  expect(unusual?.window).toMatchObject({ stepSeconds: 3600, values: { length: 48 } });
  expect(unusual?.window?.values.at(-1)).toBeGreaterThan(0.2);
  const worse = await about('regression', 'avgResponseTimeMs');
  expect(worse?.reason).toMatch(/^avgResponseTimeMs went from 10\d.* to 23\d/);
  expect(worse?.window?.stepSeconds).toBe(86_400);
  for (const found of [unusual, worse]) expect(found?.evidence).not.toEqual([]);
});

describe('What is looked at less often than each minute', () => {
  const burnt = async () => {
    const projects = new ProjectService(parts);
    await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' }));
    parts.time.now = noon + 15 * minuteMs;
    const window = telemetryWindow({
      start: noon + 10 * minuteMs,
      endpoints: [endpointWindow('GET /', { requests: 100, failed: 30, statuses: { 500: 30, 200: 70 } })],
    });
    await new TelemetryService(parts, projects).ingest('shop', telemetryBatch({ windows: [window] }));
    return alertWork(functionParts('alert-worker', parts));
  };
  const evaluate = (work: ReturnType<typeof alertWork>, minute: number) => {
    parts.time.now = noon + minute * minuteMs;
    return work({ type: 'alert.evaluate', project: 'shop', minute: new Date(parts.time.now).toISOString() });
  };
  const burns = async () => (await open()).some((alert) => alert.startsWith('budget-burn'));

  it('is made up for when its own minute was missed', async () => {
    const work = await burnt();
    await evaluate(work, 6);
    expect(await burns()).toBe(false);
    // Nobody was there at 12:10 and at 12:15.
    await evaluate(work, 17);
    expect(await burns()).toBe(true);
  });

  it('has its turn also when the thresholds cannot be evaluated', async () => {
    const work = await burnt();
    const foreign = { name: 'Foreign', version: 1, schema: z.object({}) };
    await parts.table.create(foreign, keys.alertEvaluation('shop'), {});
    await expect(evaluate(work, 17)).rejects.toThrow('Some of what each minute');
    expect(await burns()).toBe(true);
  });
});
