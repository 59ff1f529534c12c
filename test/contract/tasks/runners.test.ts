import { createHmac, timingSafeEqual } from 'node:crypto';
import http from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { analysisItem } from '../../../lib/analysis/model.ts';
import { checkItem } from '../../../lib/checks/model.ts';
import { checkWork } from '../../../lib/checks/work.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { taskRequest } from '../../../lib/contracts/tasks.ts';
import { ComparisonService } from '../../../lib/load/comparisons/service.ts';
import { runItem } from '../../../lib/load/model.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TaskOutputs } from '../../../lib/tasks/outputs.ts';
import { TaskService } from '../../../lib/tasks/service.ts';
import { taskWork } from '../../../lib/tasks/work.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { functionParts } from '../../support/function-parts.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { type Listening, listening } from '../../support/listening.ts';
import { unknownConcurrency } from '../../support/load-run.ts';
import { endpointWindow, noon, telemetryBatch, telemetryWindow } from '../../support/telemetry-batches.ts';

const secret = '0123456789abcdef';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let projects: ProjectService;
let tasks: TaskService;
let worker: ReturnType<typeof taskWork>;
let receiver: Listening;
/** What the receiver was sent, and what it answers. */
let received: { headers: http.IncomingHttpHeaders; body: string }[];
let answers: ((response: http.ServerResponse) => void)[];

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
  tasks = new TaskService(parts, projects, async () => {});
  worker = taskWork(functionParts('task-worker', parts), unknownConcurrency);
  received = [];
  answers = [];
  receiver = await listening(
    http.createServer(async (request, response) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      received.push({ headers: request.headers, body });
      const answer = answers.shift() ?? ((one: http.ServerResponse) => one.writeHead(204).end());
      answer(response);
    }),
  );
});
afterEach(() => receiver.close());

/** Takes a task, and carries out its first attempt. */
async function begin(type: string, payload: object, changes: object = {}): Promise<string> {
  const { taskId } = await tasks.start(taskRequest.parse({ type, payload, ...changes }), undefined);
  await worker.carryOut(taskId);
  return taskId;
}

describe('a webhook', () => {
  const payload = () => ({
    project: 'shop',
    url: `http://127.0.0.1:${receiver.port}/work?of=mine`,
    secret,
    body: { order: 7 },
  });

  it('is called with what it was given, signed so that it can tell who asks and when', async () => {
    const taskId = await begin('webhook', payload());
    expect(await tasks.get(taskId)).toMatchObject({ status: 'completed', result: { status: 204 } });
    const [{ headers, body } = { headers: {}, body: '' }] = received;
    expect(JSON.parse(body)).toEqual({ type: 'task.run', taskId, project: 'shop', payload: { order: 7 } });
    expect(headers).toMatchObject({ 'headroom-task-id': taskId, 'content-type': 'application/json' });
    const timestamp = String(headers['headroom-timestamp']);
    expect(Number(timestamp)).toBe(Math.floor(noon / 1000));
    const expected = `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex')}`;
    expect(timingSafeEqual(Buffer.from(String(headers['headroom-signature'])), Buffer.from(expected))).toBe(true);
    expect(JSON.stringify(await tasks.get(taskId))).not.toContain(secret);
  });

  it('is called again with the same id when it fails, when it asks for it', async () => {
    answers = [(response) => response.writeHead(429, { 'retry-after': '77' }).end()];
    const taskId = await begin('webhook', payload());
    expect(await tasks.get(taskId)).toMatchObject({ status: 'queued', error: 'The receiver answered 429.' });
    expect(parts.sent.at(-1)).toMatchObject({ delaySeconds: 77 });
    await worker.carryOut(taskId);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'completed', attempts: 2 });
    expect(received.map(({ headers }) => headers['headroom-task-id'])).toEqual([taskId, taskId]);
  });

  it('is not called again when it says that it never will', async () => {
    answers = [(response) => response.writeHead(400).end('secret details')];
    const taskId = await begin('webhook', payload());
    expect(await tasks.get(taskId)).toMatchObject({ status: 'failed', error: 'The receiver answered 400.' });
  });

  it('is not waited for longer than it said', async () => {
    answers = [() => {}];
    const taskId = await begin('webhook', { ...payload(), timeoutSeconds: 1 });
    expect(await tasks.get(taskId)).toMatchObject({
      status: 'queued',
      error: expect.stringContaining('no end after 1 s'),
    });
  });

  it.each([
    ['http://169.254.169.254/latest/meta-data', 'never a target'],
    ['http://8.8.8.8/', 'use https'],
  ])('is not called at %s', async (url, why) => {
    const taskId = await begin('webhook', { ...payload(), url });
    expect(await tasks.get(taskId)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: expect.stringContaining(why),
    });
  });
});

describe('an export', () => {
  beforeEach(async () => {
    parts.time.now = noon + 5 * 60_000;
    const windows = [0, 1].map((minute) =>
      telemetryWindow({
        start: noon + minute * 60_000,
        endpoints: [endpointWindow('GET /', { requests: 10 + minute })],
      }),
    );
    await new TelemetryService(parts, projects).ingest('shop', telemetryBatch({ windows }));
  });
  const payload = { project: 'shop', metrics: ['requests', 'errorRatePercent', 'cpuPercent'], resolution: 'minute' };
  const from = new Date(noon).toISOString();

  it('gives a row for each minute of which something is known', async () => {
    const taskId = await begin('export', { ...payload, from });
    const { text, contentType } = await new TaskOutputs(parts).get(taskId);
    const [head, ...rows] = text.trimEnd().split('\r\n');
    expect(head).toBe('at,requests (count),errorRatePercent (%),cpuPercent (%)');
    expect(rows.map((row) => row.split(',').slice(0, 3))).toEqual([
      [from, '10', '0'],
      [new Date(noon + 60_000).toISOString(), '11', '0'],
    ]);
    expect(contentType).toContain('text/csv');
    const output = `/v1/tasks/${taskId}/output`;
    expect(await tasks.get(taskId)).toMatchObject({
      status: 'completed',
      result: { rows: 2, bytes: Buffer.byteLength(text), output },
    });
  });

  it('gives JSON, and fails at once where the range is none', async () => {
    const taskId = await begin('export', { ...payload, from, format: 'json' });
    const { text } = await new TaskOutputs(parts).get(taskId);
    expect(JSON.parse(text)).toMatchObject([{ at: from, requests: 10 }, { requests: 11 }]);
    const wrong = await begin('export', { ...payload, from: '2030-01-01T00:00:00.000Z' });
    expect(await tasks.get(wrong)).toMatchObject({ status: 'failed', attempts: 1 });
    await expect(new TaskOutputs(parts).get(wrong)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('what goes on by itself', () => {
  it('as a report is waited for, and named', async () => {
    const taskId = await begin('report', { project: 'shop', days: 3 });
    const { result } = await tasks.get(taskId);
    const checks = checkWork(functionParts('check-controller', parts), unknownConcurrency);
    for (let turn = 0; turn < 20; turn++) {
      const messages = parts.sent.splice(0);
      for (const message of messages) if (message.queue === 'checks') await checks.advance(message.body);
    }
    await worker.carryOut(taskId);
    expect(await tasks.get(taskId)).toMatchObject({
      status: 'completed',
      attempts: 1,
      result: { checkId: result?.checkId, report: `/v1/projects/shop/checks/${result?.checkId}/report` },
    });
  });

  it('as a comparison is begun once, and cancelled with its task', async () => {
    const configurations = ['a', 'b'].map((name) => ({ name, project: 'shop' }));
    const taskId = await begin('comparison', { configurations });
    await worker.carryOut(taskId);
    const { status, result } = await tasks.get(taskId);
    expect(status).toBe('running');
    const comparisons = new ComparisonService(parts, projects, unknownConcurrency);
    expect((await comparisons.list({ limit: 10 }, () => true)).items).toHaveLength(1);
    await tasks.cancel(taskId);
    await worker.carryOut(taskId);
    // Its controller ends it when it looks next.
    const run = await parts.table.get(runItem, keys.loadTest('shop', String(result?.comparisonId)));
    expect(run?.value.cancelRequestedAtMs).toBe(parts.time.now);
    await worker.carryOut(taskId);
  });

  it('as a deep analysis and a report end with the tasks that are cancelled', async () => {
    const analysis = await begin('analysis', { project: 'shop', depth: 'deep' });
    const report = await begin('report', { project: 'shop' });
    const results = await Promise.all([analysis, report].map(async (taskId) => (await tasks.get(taskId)).result));
    for (const taskId of [analysis, report]) {
      await tasks.cancel(taskId);
      // As its message comes, and once more.
      for (let time = 0; time < 2; time++) await worker.carryOut(taskId);
    }
    const [{ analysisId = '' } = {}, { checkId = '' } = {}] = results;
    const stored = await parts.table.get(analysisItem, keys.analysis('shop', String(analysisId)));
    expect(stored?.value).toMatchObject({ status: 'failed', reason: 'cancelled' });
    const run = await parts.table.get(checkItem, keys.check('shop', String(checkId)));
    expect(run?.value).toMatchObject({ status: 'skipped', reason: 'cancelled', endedAt: expect.any(String) });
  });

  it('as a deep analysis is waited for, a quick one is there at once', async () => {
    const deep = await begin('analysis', { project: 'shop', depth: 'deep' });
    expect(await tasks.get(deep)).toMatchObject({ status: 'running', progressPercent: 0 });
    const quick = await begin('analysis', { project: 'shop', depth: 'quick' });
    expect(await tasks.get(quick)).toMatchObject({ status: 'completed', result: { analysisId: expect.any(String) } });
  });
});
