import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AlertService } from '../../../lib/alerts/service.ts';
import { ThresholdEvaluations } from '../../../lib/alerts/thresholds/evaluations.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import {
  endpointWindow,
  noon,
  resourceWindow,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;
let alerts: AlertService;
let evaluations: ThresholdEvaluations;
let sequence = 0;

const minuteMs = 60_000;
const settings = projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000' });

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  alerts = new AlertService(parts);
  evaluations = new ThresholdEvaluations(parts, { projects, telemetry, alerts });
  await projects.put('shop', settings);
});

/** A minute of ten seconds' windows of two instances, of which one tells of its resources. */
async function report(minute: number, ms: number, cpuPercent = 20): Promise<void> {
  parts.time.now = Math.max(parts.time.now, noon + (minute + 1) * minuteMs);
  const windows = (resources: boolean) =>
    [0, 30].map((second) =>
      telemetryWindow({
        start: noon + minute * minuteMs + second * 1000,
        endpoints: [endpointWindow('GET /', { requests: 5, ms })],
        ...(resources ? { resources: resourceWindow({ cpuPercent: cpuPercent * 2, cpuCores: 2 }) } : {}),
      }),
    );
  for (const instance of ['shop-1', 'shop-2']) {
    sequence += 2;
    await telemetry.ingest('shop', telemetryBatch({ instance, sequence, windows: windows(instance === 'shop-1') }));
  }
}

/** As the tick of that minute asks for it. */
const evaluate = (minute: number): Promise<boolean> => {
  parts.time.now = noon + minute * minuteMs + 1000;
  return evaluations.evaluate('shop', noon + minute * minuteMs);
};

const open = async () =>
  (await alerts.open('shop')).map(({ type, severity, status }) => `${type} ${severity} ${status}`).toSorted();

describe('A service that is too slow', () => {
  it('has an alert after three minutes, and none after three that are well', async () => {
    const said: string[][] = [];
    for (let minute = 0; minute < 12; minute++) {
      await evaluate(minute);
      said.push(await open());
      await report(minute, minute < 4 ? 4500 : 100);
    }
    // Of the minutes 0 to 2 is known for good when minute 4 begins; minute 4 to 6 are well.
    const slow = ['slow-requests high open'];
    expect(said).toEqual([[], [], [], [], slow, slow, slow, slow, [], [], [], []]);
    const [alert] = (await alerts.listOf('shop', { limit: 10 })).items;
    expect(alert).toMatchObject({
      project: 'shop',
      subject: 'avgResponseTimeMs',
      analysis: '/v1/projects/shop/history?metric=avgResponseTimeMs&resolution=minute',
      resolvedBy: 'headroom',
      value: expect.any(Number),
      unit: 'ms',
    });
    expect(alert?.window?.values.slice(-7)).toEqual([4500, 4500, 4500, 4500, 100, 100, 100]);
  });

  it('is evaluated once for a minute, however often that is asked for, and not for one that is over', async () => {
    expect(await evaluate(5)).toBe(true);
    expect(await evaluate(5)).toBe(false);
    expect(await evaluate(3)).toBe(false);
    expect(await evaluate(6)).toBe(true);
  });

  it('is evaluated again when a clock that was ahead is right again', async () => {
    expect(await evaluate(500)).toBe(true);
    expect(await evaluate(6)).toBe(true);
  });

  it('whose minutes come late is found when they are there', async () => {
    for (let minute = 0; minute < 5; minute++) await evaluate(minute);
    for (const minute of [0, 1, 2]) await report(minute, 4500);
    await evaluate(5);
    expect(await open()).toEqual(['slow-requests high open']);
  });

  it('is held against the thresholds that are in force', async () => {
    for (const minute of [0, 1, 2]) await report(minute, 600);
    await evaluate(4);
    expect(await open()).toEqual([]);
    await projects.putThresholds('shop', { preset: 'production' });
    await evaluate(5);
    expect(await open()).toEqual(['slow-requests low open']);
  });

  it('is not looked at where monitoring is switched off, or where it is gone', async () => {
    await projects.put('shop', { ...settings, monitoringEnabled: false });
    expect(await evaluate(4)).toBe(false);
    expect(await evaluations.evaluate('gone', noon)).toBe(false);
  });
});

it('A service of which one instance is busy has an alert of it', async () => {
  for (const minute of [0, 1, 2]) await report(minute, 5, 97);
  await evaluate(4);
  expect(await open()).toEqual(['high-cpu critical open']);
});
