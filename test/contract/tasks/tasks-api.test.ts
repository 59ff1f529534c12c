import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { tasksApi } from '../../../lib/tasks/api.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { eventOf, type TestRequest } from '../../support/gateway-event.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let token: string;
let projects: ProjectService;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  projects = new ProjectService(parts);
  for (const name of ['shop', 'other']) {
    await projects.put(name, projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
  }
  ({ token } = await new KeyService(parts).create({ name: 'operator', scope: 'operate' }, 'a test'));
});

async function call(method: string, target: string, request: TestRequest) {
  const all = functionParts('tasks-api', parts);
  const handler = httpDoor('tasks-api', all, tasksApi(all));
  let answer: APIGatewayProxyStructuredResultV2 = {};
  await outputOf(async () => {
    answer = await handler(eventOf(method, target, request), contextOf('tasks-api'));
  });
  return { status: answer.statusCode, headers: answer.headers, body: JSON.parse(answer.body ?? 'null') };
}

const body = { type: 'analysis', payload: { project: 'shop' } };
const post = (given: Partial<TestRequest> = {}) => call('POST', '/v1/tasks', { token, body, ...given });

describe('work that is asked for', () => {
  it('is taken, with the place where it can be looked at', async () => {
    const { status, headers, body: accepted } = await post();
    expect(status).toBe(202);
    expect(headers?.location).toBe(`/v1/tasks/${accepted.taskId}`);
    expect((await call('GET', String(headers?.location), { token })).body).toMatchObject({ status: 'queued' });
  });

  it('is the same work for the same Idempotency-Key, and a conflict for another request', async () => {
    const headers = { 'Idempotency-Key': 'deploy-42' };
    const first = await post({ headers });
    expect((await post({ headers })).body).toEqual(first.body);
    expect((await post()).body).not.toEqual(first.body);
    const other = { ...body, maxAttempts: 1 };
    expect(await post({ headers, body: other })).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it.each([
    '',
    'two words',
    'ä',
    'x'.repeat(201),
  ])('is refused with an Idempotency-Key that is unfit: %j', async (key) => {
    const { status, body: problem } = await post({ headers: { 'idempotency-key': key } });
    expect(status).toBe(400);
    expect(problem.errors).toMatchObject([{ path: 'headers.idempotency-key' }]);
  });

  it('is for the projects of the key only, which are named in the body', async () => {
    const bound = await new KeyService(parts).create({ name: 'b', scope: 'operate', projects: ['other'] }, 'a test');
    expect(await post({ token: bound.token })).toMatchObject({ status: 403 });
    const { body: accepted } = await post();
    for (const path of ['', '/output']) {
      const target = `/v1/tasks/${accepted.taskId}${path}`;
      expect(await call('GET', target, { token: bound.token })).toMatchObject({ status: 403 });
    }
    for (const act of ['cancel', 'retry']) {
      const target = `/v1/tasks/${accepted.taskId}/${act}`;
      expect(await call('POST', target, { token: bound.token })).toMatchObject({ status: 403 });
    }
    expect((await call('GET', '/v1/tasks', { token: bound.token })).body).toEqual({ items: [] });
    expect(await call('GET', '/v1/tasks/status', { token: bound.token })).toMatchObject({ status: 403 });
  });
});

it.each([
  'http://169.254.169.254/latest/meta-data',
  'http://93.184.216.34/hook',
])('a webhook is not even taken for %s, to which no request may go', async (url) => {
  const webhook = { type: 'webhook', payload: { project: 'shop', url, secret: '0123456789abcdef' } };
  expect(await post({ body: webhook })).toMatchObject({ status: 422, body: { code: 'target-not-allowed' } });
  expect((await call('GET', '/v1/tasks', { token })).body.items).toEqual([]);
});

describe('a task', () => {
  it('is listed, cancelled and had carried out once more', async () => {
    const { taskId } = (await post()).body;
    expect((await call('GET', '/v1/tasks?status=queued', { token })).body.items).toMatchObject([{ taskId }]);
    const act = (name: string) => call('POST', `/v1/tasks/${taskId}/${name}`, { token });
    expect(await act('retry')).toMatchObject({ status: 409 });
    expect(await act('cancel')).toMatchObject({ status: 200, body: { taskId, status: 'cancelled' } });
    expect(await act('retry')).toMatchObject({ status: 202, body: { taskId, status: 'queued' } });
    const { body: status } = await call('GET', '/v1/tasks/status', { token });
    expect(status.priorities).toMatchObject([
      { priority: 'high' },
      { priority: 'normal', depth: 1 },
      { priority: 'low' },
    ]);
  });

  it.each([
    { type: 'laundry', payload: {} },
    { type: 'cache-warm', payload: { namespace: 'shop' } },
    { type: 'cache-warm', payload: { namespace: 'shop', fromTopKeys: 3 } },
    { type: 'report', payload: { project: 'shop', days: 0 } },
    { type: 'export', payload: { project: 'shop', metrics: [] } },
    { type: 'export', payload: { project: 'shop', metrics: ['luck'] } },
    { type: 'webhook', payload: { project: 'shop', url: 'ftp://127.0.0.1/', secret: '0123456789abcdef' } },
    { type: 'webhook', payload: { project: 'shop', url: 'http://127.0.0.1/', secret: 'short' } },
    { ...body, priority: 'urgent' },
    { ...body, maxAttempts: 0 },
    { ...body, runAt: 'tomorrow' },
  ])('is refused where it is not understood: %j', async (wrong) => {
    expect(await post({ body: wrong })).toMatchObject({ status: 400, body: { code: 'invalid-request' } });
  });
});
