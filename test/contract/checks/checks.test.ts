import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AlertService } from '../../../lib/alerts/service.ts';
import { ObjectiveService } from '../../../lib/analysis/objectives/service.ts';
import { AnalysisService } from '../../../lib/analysis/service.ts';
import { CheckController } from '../../../lib/checks/controller.ts';
import { CheckService } from '../../../lib/checks/service.ts';
import { budgetSettings } from '../../../lib/contracts/budgets.ts';
import { type Check, check, checkRequest } from '../../../lib/contracts/checks.ts';
import type { MessageOf } from '../../../lib/contracts/messages.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { emptyConnections } from '../../../lib/load/fold/figures.ts';
import { addInterval, emptyFold } from '../../../lib/load/fold/fold.ts';
import { resultItem, runItem, type StoredRun } from '../../../lib/load/model.ts';
import { resultOf } from '../../../lib/load/result.ts';
import { LoadService } from '../../../lib/load/service.ts';
import { nothingReported } from '../../../lib/load/service-resources.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { LargeValues } from '../../../lib/platform/table/large-values.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { storedStep } from '../../support/load-run.ts';
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
let loadTests: LoadService;
let telemetry: TelemetryService;
let analysis: AnalysisService;
let objectives: ObjectiveService;
let checks: CheckService;
let alerts: AlertService;
let controller: CheckController;
/** What the account runs at once. */
let concurrency: number;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  concurrency = 1000;
  projects = new ProjectService(parts);
  loadTests = new LoadService(parts, projects, async () => concurrency);
  telemetry = new TelemetryService(parts, projects);
  analysis = new AnalysisService(parts, { projects, telemetry });
  objectives = new ObjectiveService(parts, { projects, telemetry });
  checks = new CheckService(parts, { projects, loadTests, analysis });
  alerts = new AlertService(parts);
  controller = new CheckController(parts, { loadTests, telemetry, analysis, objectives, alerts });
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
});

const start = async (given: object = {}, key?: string) =>
  (await checks.start('shop', checkRequest.parse(given), key)).checkId;

async function show(checkId: string): Promise<Check> {
  const shown = await checks.get('shop', checkId);
  if (shown.kind !== 'check') throw new Error('It should be a check');
  return shown;
}

async function advance(message: MessageOf<'checks'>): Promise<void> {
  if (message.type === 'check.advance') await controller.advance(message);
}

const stepsOf = async (checkId: string) => (await show(checkId)).steps.map(({ name, status }) => `${name} ${status}`);

/** Takes the messages that wait for the checks' controller, and delivers each so often. @returns how many there were */
async function deliver(copies = 1): Promise<number> {
  const messages = parts.sent.splice(0).filter((message) => message.queue === 'checks');
  for (const { body } of messages) for (let copy = 0; copy < copies; copy++) await advance(body);
  return messages.length;
}

/** Ends the check's load test, 60 s later, as its controller would. */
async function endLoadTest(checkId: string, changes: Partial<StoredRun> = {}, responseTimeMs = 20): Promise<void> {
  const { testId = '' } = await show(checkId);
  const found = await parts.table.get(runItem, keys.loadTest('shop', testId));
  if (found === undefined) throw new Error('The load test was not started');
  const startAtMs = parts.time.now;
  parts.time.now += 60_000;
  const run: StoredRun = {
    ...found.value,
    phase: 'ended',
    status: 'completed',
    startAtMs,
    endedAtMs: parts.time.now,
    ...changes,
  };
  const fold = emptyFold();
  const sketch = new Sketch();
  sketch.record(responseTimeMs * 1000, 100);
  const step = storedStep({ startAtMs });
  addInterval(
    fold,
    {
      step: 0,
      shard: 0,
      generation: 0,
      isFirst: true,
      interval: 0,
      scenarios: {
        'GET /health': {
          requests: 100,
          successful: 100,
          failed: 0,
          statuses: { 200: 100 },
          errors: {},
          bytesReceived: 1000,
          bytesSent: 1000,
          responseTime: sketch,
          serviceTime: sketch,
        },
      },
      connectionFailures: {},
      connections: emptyConnections(),
      firstByte: new Sketch(),
      activeUsers: 10,
      generator: { lagMaxMs: 0, lag: new Sketch(), eventLoopUtilizationPercent: 1, cpuPercent: 1 },
    },
    step,
    run,
  );
  if (run.status === 'completed') {
    const { request } = await loadTests.get('shop', testId);
    const result = resultOf({ run, request, shards: [], fold, now: parts.time.now, service: nothingReported });
    const shown = { kind: 'load-test', folds: 1, isFinal: true, result } as const;
    await new LargeValues(parts.table, resultItem).put(keys.loadResult(testId), shown, parts.time.now + 1e9);
  }
  await parts.table.replace(found, run);
}

/** What the service saw from inside: a window that ends after the test. */
const reportTelemetry = (ms = 10) =>
  telemetry.ingest(
    'shop',
    telemetryBatch({
      windows: [
        telemetryWindow({
          start: parts.time.now - 5000,
          durationMs: 10_000,
          endpoints: [endpointWindow('GET /health', { requests: 100, ms })],
        }),
      ],
    }),
  );

describe('a check', () => {
  it('goes through its steps to a verdict', async () => {
    const checkId = await start();
    expect(await show(checkId)).toMatchObject({ status: 'queued', progressPercent: 0, breaches: [] });
    expect(await show(checkId)).not.toHaveProperty('testId');

    await deliver();
    expect(await stepsOf(checkId)).toEqual(['load-test running', 'telemetry waiting', 'analysis waiting']);
    expect(await show(checkId)).toMatchObject({ status: 'running', testId: expect.any(String) });
    await deliver();
    expect(await stepsOf(checkId)).toEqual(['load-test running', 'telemetry waiting', 'analysis waiting']);

    await endLoadTest(checkId);
    await deliver();
    expect(await stepsOf(checkId)).toEqual(['load-test completed', 'telemetry waiting', 'analysis waiting']);
    expect(await show(checkId)).toMatchObject({ progressPercent: 85, loadTest: { totalRequests: 100 } });

    await deliver();
    expect(await stepsOf(checkId)).toEqual(['load-test completed', 'telemetry waiting', 'analysis waiting']);
    await reportTelemetry();
    await deliver();
    expect((await show(checkId)).steps[1]).toMatchObject({
      status: 'completed',
      detail: '100 requests seen from inside the service (1 instance)',
    });

    await deliver();
    const ended = await show(checkId);
    expect(ended).toMatchObject({ status: 'passed', progressPercent: 100, breaches: [], analysis: { depth: 'quick' } });
    expect(ended.analysis?.performanceScore).toBeGreaterThan(80);
    expect(check.parse(ended)).toEqual(ended);
    expect(await deliver()).toBe(0);
    expect((await checks.list('shop', { limit: 10 })).items).toMatchObject([{ checkId, status: 'passed' }]);
  });

  it('is one check, with one load test and one analysis, when every message comes three times', async () => {
    const checkId = await start();
    await deliver(3);
    await endLoadTest(checkId);
    await reportTelemetry();
    // A copy that comes after the turn was taken leads to nothing, so that there is never more than one message.
    for (let turn = 1; turn <= 3; turn++) expect(await deliver(3)).toBe(1);
    expect(await deliver(3)).toBe(0);
    const ended = await show(checkId);
    expect(ended.status).toBe('passed');
    expect((await loadTests.list('shop', { limit: 10 })).items).toHaveLength(1);
    expect((await analysis.list('shop', { limit: 10 })).items).toHaveLength(1);
    for (let turn = 0; turn < 5; turn++) {
      await controller.advance({ type: 'check.advance', project: 'shop', checkId, turn });
    }
    expect(await show(checkId)).toEqual(ended);
    expect(parts.sent.filter(({ queue }) => queue === 'checks')).toEqual([]);
  });

  it('starts its load test once when the controller ends before it can note that', async () => {
    const checkId = await start();
    const [message] = parts.sent;
    if (message?.queue !== 'checks' || message.body.type !== 'check.advance')
      throw new Error('The check should have been sent');
    const ending = Object.create(parts.table, {
      get: { value: parts.table.get.bind(parts.table) },
      replace: {
        value: async () => {
          throw new Error('The process ends here');
        },
      },
    });
    const dying = new CheckController(
      { ...parts, table: ending },
      { loadTests, telemetry, analysis, objectives, alerts },
    );
    await expect(dying.advance(message.body)).rejects.toThrow('ends here');
    await controller.advance(message.body);
    expect((await loadTests.list('shop', { limit: 10 })).items).toMatchObject([
      { testId: (await show(checkId)).testId },
    ]);
  });

  it('waits for the telemetry of every instance that reports', async () => {
    const report = (instance: string, sequence: number, start: number) =>
      telemetry.ingest(
        'shop',
        telemetryBatch({
          instance,
          sequence,
          windows: [
            telemetryWindow({ start, endpoints: [endpointWindow('GET /health')], resources: resourceWindow() }),
          ],
        }),
      );
    const checkId = await start();
    await deliver();
    await endLoadTest(checkId);
    await deliver();
    await report('shop-1', 1, parts.time.now - 5000);
    await report('shop-2', 1, parts.time.now - 15_000);
    await deliver();
    expect((await show(checkId)).steps[1]?.status).toBe('waiting');
    await report('shop-2', 2, parts.time.now - 5000);
    await deliver();
    expect((await show(checkId)).steps[1]).toMatchObject({
      status: 'completed',
      detail: expect.stringContaining('2 instances'),
    });
  });

  it('breaks its limits where the figures do', async () => {
    const checkId = await start({ limits: { maxP95ResponseTimeMs: 100 } });
    await deliver();
    await endLoadTest(checkId, {}, 250);
    await reportTelemetry();
    while ((await deliver()) > 0);
    const { status, breaches } = await show(checkId);
    expect(status).toBe('breached');
    expect(breaches).toMatchObject([{ limit: 'maxP95ResponseTimeMs', expected: 100 }]);
    const value = breaches[0]?.actual;
    const window = { metric: 'p95ResponseTimeMs', values: [value] };
    expect(await alerts.open('shop')).toMatchObject([{ value, threshold: 100, unit: 'ms', window }]);
  });

  it("fails by the project's objectives, unless it is told to let them be", async () => {
    await projects.putBudgets('shop', budgetSettings.parse([{ metric: 'responseTimeMs', objective: 15 }]));
    const outcomes: unknown[] = [];
    for (const counts of [true, false]) {
      const checkId = await start({ limits: { objectives: counts } });
      await deliver();
      await endLoadTest(checkId);
      await reportTelemetry(20);
      while ((await deliver()) > 0);
      const ended = await show(checkId);
      expect(check.parse(ended)).toEqual(ended);
      outcomes.push([ended.status, ended.breaches, ended.objectives?.map(({ status, value }) => [status, value])]);
    }
    const limit = '95 % of requests within 15 ms over 30 days';
    expect(outcomes).toEqual([
      ['breached', [{ limit, expected: 15, actual: 20 }], [['missed', 20]]],
      ['passed', [], [['missed', 20]]],
    ]);
  });

  it('goes on without telemetry where the service reports none, after 15 s', async () => {
    const checkId = await start();
    await deliver();
    await endLoadTest(checkId);
    await deliver();
    parts.time.now += 14_999;
    await deliver();
    expect((await show(checkId)).steps[1]?.status).toBe('waiting');
    parts.time.now += 1;
    while ((await deliver()) > 0);
    expect(await stepsOf(checkId)).toEqual(['load-test completed', 'telemetry skipped', 'analysis completed']);
    const { status, steps, analysis: found } = await show(checkId);
    expect([status, steps[2]?.detail]).toEqual(['passed', 'Nothing to score']);
    expect(found).not.toHaveProperty('performanceScore');
  });

  it.each([
    [{ status: 'failed', reason: 'no worker started' } as const, 'The load test failed: no worker started.'],
    [{ status: 'cancelled' } as const, 'The load test was cancelled.'],
  ])('fails with its load test: %j', async (changes, reason) => {
    const checkId = await start();
    await deliver();
    await endLoadTest(checkId, changes);
    while ((await deliver()) > 0);
    expect(await show(checkId)).toMatchObject({
      status: 'failed',
      reason,
      progressPercent: 100,
      endedAt: expect.any(String),
    });
    expect(await stepsOf(checkId)).toEqual(['load-test failed', 'telemetry skipped', 'analysis skipped']);
  });

  it('fails once it has taken longer than it ever should', async () => {
    const checkId = await start();
    await deliver();
    parts.time.now += 60 * 60_000;
    expect(await deliver()).toBe(1);
    expect(await deliver()).toBe(0);
    expect(await show(checkId)).toMatchObject({ status: 'failed', reason: 'It took longer than it ever should.' });
  });

  it('fails when its message could not be handled however often, and not for the message of an earlier turn', async () => {
    const checkId = await start();
    await deliver();
    const message = { type: 'check.advance', project: 'shop', checkId } as const;
    await controller.giveUp({ ...message, turn: 0 });
    expect(await show(checkId)).toMatchObject({ status: 'running' });
    await controller.giveUp({ ...message, turn: 1 });
    expect(await show(checkId)).toMatchObject({ status: 'failed', endedAt: expect.any(String) });
    while ((await deliver()) > 0);
    expect(await stepsOf(checkId)).toEqual(['load-test failed', 'telemetry skipped', 'analysis skipped']);
  });

  it('fails when its project went before it began', async () => {
    const checkId = await start();
    await projects.delete('shop');
    while ((await deliver()) > 0);
    await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
    expect(await show(checkId)).toMatchObject({ status: 'failed', reason: 'The project shop does not exist.' });
  });

  it('fails when the account came to run fewer functions at once before it began', async () => {
    const checkId = await start({ loadTest: { workers: 6 } });
    concurrency = 10;
    while ((await deliver()) > 0);
    expect(await show(checkId)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('the account runs 10 functions at once, which is enough for 5 workers'),
    });
  });

  it('is tried again by the queue when a part does not answer', async () => {
    const checkId = await start();
    const [message] = parts.sent;
    if (message?.queue !== 'checks' || message.body.type !== 'check.advance')
      throw new Error('The check should have been sent');
    const strange = {
      ...parts,
      table: Object.create(parts.table, { get: { value: () => Promise.reject(new Error('down')) } }),
    };
    await expect(
      new CheckController(strange, { loadTests, telemetry, analysis, objectives, alerts }).advance(message.body),
    ).rejects.toThrow('down');
    expect((await show(checkId)).status).toBe('queued');
  });
});

describe('starting a check', () => {
  it('makes one of a request that is repeated with its key', async () => {
    expect(await start({}, 'again')).toBe(await start({}, 'again'));
    expect(parts.sent).toHaveLength(1);
    await expect(start({ limits: { minScore: 90 } }, 'again')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('refuses at once what its load test could not run', async () => {
    await expect(start({ loadTest: { users: 2000, workers: 2 } })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(start({ loadTest: { scenarios: [{ name: 'x', path: '/{{no()}}' }] } })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    concurrency = 10;
    await expect(start({ loadTest: { workers: 6 } })).rejects.toMatchObject({ code: 'invalid-request' });
    await projects.delete('shop');
    await expect(start()).rejects.toMatchObject({ code: 'not-found' });
    expect(parts.sent.filter(({ queue }) => queue === 'checks')).toEqual([]);
  });
});
