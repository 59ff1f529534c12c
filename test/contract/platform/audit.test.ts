import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type AuditRecord, auditRecord } from '../../../lib/contracts/audit.ts';
import { functionDefinition } from '../../../lib/contracts/functions.ts';
import { operations, route } from '../../../lib/contracts/routes.ts';
import { accessHandlers } from '../../../lib/platform/access/handlers.ts';
import { auditHandlers } from '../../../lib/platform/audit/handlers.ts';
import { AuditRecords } from '../../../lib/platform/audit/records.ts';
import { isoTime } from '../../../lib/platform/clock.ts';
import { docsHandlers } from '../../../lib/platform/docs/handlers.ts';
import { isChange } from '../../../lib/platform/http/auditing.ts';
import { type Handlers, httpDoor } from '../../../lib/platform/http/door.ts';
import { keyHandlers } from '../../../lib/platform/keys/handlers.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { projectHandlers } from '../../../lib/projects/handlers.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { eventOf, type TestRequest } from '../../support/gateway-event.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';

const day = 86_400_000;
let dynamoDb: TestDynamoDb;
let parts: TestParts;
let keys: KeyService;
let trail: AuditRecords;
let root: string;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  parts = await dynamoDb.createParts();
  keys = new KeyService(parts);
  trail = new AuditRecords(parts);
  ({ token: root } = await keys.create({ name: 'root', scope: 'admin' }, 'a test'));
});

async function call(
  method: string,
  target: string,
  request: TestRequest,
  changes: Partial<Handlers<'platform-api'>> = {},
) {
  // Entries of one millisecond have no order among them.
  parts.time.now += 1;
  const all = functionParts('platform-api', parts);
  const handler = httpDoor('platform-api', all, {
    getHealth: async () => ({ status: 200, body: { status: 'ok' } }),
    getStatus: async () => Promise.reject(new Error('Not here')),
    ...docsHandlers({ version: '0.0.0' }),
    ...accessHandlers(undefined),
    ...auditHandlers(trail),
    ...keyHandlers(keys),
    ...changes,
  });
  let answer: APIGatewayProxyStructuredResultV2 = {};
  await outputOf(async () => {
    answer = await handler(eventOf(method, target, request), contextOf('platform-api'));
  });
  const text = Buffer.from(answer.body ?? '', answer.isBase64Encoded ? 'base64' : 'utf8').toString();
  return { status: answer.statusCode, headers: answer.headers ?? {}, text, body: () => JSON.parse(text) };
}

const all = async (): Promise<AuditRecord[]> => (await trail.list({ limit: 200 }, {})).items;

describe('a change by HTTP', () => {
  it('is written down: who, when, what, from where, and what came of it', async () => {
    const headers = { 'x-correlation-id': 'ticket-7' };
    const body = { name: 'ci', scope: 'write', projects: ['shop'] };
    const { keyId } = (await call('POST', '/v1/keys', { token: root, body, headers })).body();
    const [entry, ...others] = await all();
    expect(others).toEqual([]);
    expect(auditRecord.parse(entry)).toEqual({
      auditId: expect.any(String),
      at: isoTime(parts.time.now),
      actor: { kind: 'api-key', id: root.slice(3, 29), name: 'root' },
      operation: 'createKey',
      projects: ['shop'],
      resource: '/v1/keys',
      state: 'made',
      status: 201,
      correlationId: 'ticket-7',
      address: '192.0.2.1',
      request: { body },
    });
    await call('POST', `/v1/keys/${keyId}/rotate`, { token: root, body: {} });
    await call('DELETE', `/v1/keys/${keyId}`, { token: root });
    expect((await all()).map(({ operation, projects, resource }) => [operation, projects, resource])).toEqual([
      ['revokeKey', ['shop'], `/v1/keys/${keyId}`],
      ['rotateKey', ['shop'], `/v1/keys/${keyId}/rotate`],
      ['createKey', ['shop'], '/v1/keys'],
    ]);
  });

  it('is written down before it is made, and is not made where that fails', async () => {
    let seen: AuditRecord[] = [];
    await call(
      'DELETE',
      '/v1/keys/01JD2V8Q6Y0000000000000000',
      { token: root },
      {
        revokeKey: async () => {
          seen = await all();
          return { status: 204 };
        },
      },
    );
    expect(seen).toMatchObject([{ operation: 'revokeKey', state: 'begun' }]);
    let made = 0;
    const create = parts.table.create.bind(parts.table);
    parts.table.create = async () => Promise.reject(Object.assign(new Error('down'), { name: 'TimeoutError' }));
    const { status } = await call(
      'DELETE',
      '/v1/keys/01JD2V8Q6Y0000000000000000',
      { token: root },
      {
        revokeKey: async () => {
          made += 1;
          return { status: 204 };
        },
      },
    );
    parts.table.create = create;
    expect([status, made]).toEqual([503, 0]);
  });

  it('is written down where it is refused, and where it breaks off; what nobody has asked for in earnest is not', async () => {
    const { token: reader } = await keys.create({ name: 'reader', scope: 'read' }, 'a test');
    const unknown = '/v1/keys/01JD2V8Q6Y0000000000000000';
    await call('DELETE', unknown, { token: reader });
    await call('DELETE', unknown, { token: root });
    await call('DELETE', unknown, { token: root }, { revokeKey: () => Promise.reject(new Error('a secret of ours')) });
    await call('DELETE', unknown, {});
    await call('POST', '/v1/keys', { token: root, body: { scope: 'lord' } });
    await call('GET', '/v1/keys', { token: root });
    const told = (await all()).map(({ actor, state, status, detail }) => [actor.name, state, status, detail]);
    expect(told).toEqual([
      ['root', 'failed', 500, expect.not.stringContaining('secret')],
      ['root', 'refused', 404, 'The key 01JD2V8Q6Y0000000000000000 does not exist.'],
      ['reader', 'refused', 403, expect.stringContaining('scope')],
    ]);
  });

  it('is read on, whatever somebody who was refused took for the name of a project', async () => {
    const { token: reader } = await keys.create({ name: 'reader', scope: 'read' }, 'a test');
    const door = httpDoor(
      'projects-api',
      functionParts('projects-api', parts),
      projectHandlers(new ProjectService(parts)),
    );
    const event = eventOf('DELETE', '/v1/projects/No%23Name', { token: reader });
    await outputOf(async () => void (await door(event, contextOf('projects-api'))));
    const [record] = await all();
    expect(record).toMatchObject({ operation: 'deleteProject', resource: '/v1/projects/No#Name', status: 403 });
    expect(record).not.toHaveProperty('projects');
  });

  it('holds for every operation that is no look, no traffic of services and no calculation, in a function that may write', () => {
    const changes = operations.filter((operation) => isChange(route(operation)));
    for (const operation of changes) {
      expect(functionDefinition(route(operation).function).tables.history, operation).toBe('readWrite');
    }
    const others = operations.filter(
      (operation) => !['GET', 'HEAD'].includes(route(operation).method) && !changes.includes(operation),
    );
    expect(others.toSorted()).toEqual([
      'analyseQuery',
      'analyseTemplate',
      'batchCache',
      'cacheTier',
      'deleteCacheEntry',
      'exportOtlpLogs',
      'exportOtlpMetrics',
      'exportOtlpTraces',
      'importScenarios',
      'ingestRequests',
      'ingestTelemetry',
      'invalidateCache',
      'putCacheEntry',
    ]);
  });
});

describe('the trail', () => {
  const actor = { kind: 'api-key', id: 'k1', name: 'ci' } as const;
  const note = (more: object = {}) => {
    parts.time.now += 1;
    return trail.note(
      { actor, operation: 'putProject', resource: '/v1/projects/shop', ...more },
      { state: 'made', status: 200 },
    );
  };

  it('is listed from the newest on, over months, page by page, without one twice or left out', async () => {
    for (let i = 0; i < 15; i++) {
      await note({ resource: `change ${i}` });
      if (i % 3 === 0) parts.time.now += 18 * day;
    }
    for (const limit of [4, 15, 200]) {
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await trail.list(cursor === undefined ? { limit } : { limit, cursor }, {});
        expect(page.items.length).toBeLessThanOrEqual(limit);
        seen.push(...page.items.map(({ resource }) => resource));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(seen).toEqual(Array.from({ length: 15 }, (_, i) => `change ${14 - i}`));
    }
  });

  it('is searched by project, actor, operation and time', async () => {
    const from = isoTime(parts.time.now);
    await note({ projects: ['shop'] });
    parts.time.now += day;
    await note({ projects: ['shop', 'search'], operation: 'startComparison' });
    await note({ actor: { kind: 'oidc', id: 'oidc:ada', name: 'Ada' } });
    const to = isoTime(parts.time.now);
    parts.time.now += 40 * day;
    await note({ projects: ['search'] });
    const found = async (filter: object): Promise<number> => (await trail.list({ limit: 200 }, filter)).items.length;
    expect(await found({ project: 'shop' })).toBe(2);
    expect(await found({ project: 'search' })).toBe(2);
    expect(await found({ actor: 'Ada' })).toBe(1);
    expect(await found({ actor: 'k1', operation: 'putProject' })).toBe(2);
    expect(await found({ from, to })).toBe(2);
    expect(await found({ from: to })).toBe(2);
    parts.time.now += 401 * day;
    expect(await found({})).toBe(0);
  });

  it('shows a key that is bound to projects what concerns these alone', async () => {
    const { token } = await keys.create({ name: 'bound', scope: 'admin', projects: ['shop'] }, 'a test');
    for (const projects of [['shop'], ['shop', 'other'], ['other'], undefined]) {
      await note(projects === undefined ? {} : { projects });
    }
    const { items } = (await call('GET', '/v1/audit', { token })).body();
    expect(items.map(({ projects }: AuditRecord) => projects)).toEqual([['shop']]);
    expect((await call('GET', '/v1/audit?project=other', { token })).status).toBe(403);
    expect((await call('GET', '/v1/audit/export', { token })).text.trim().split('\n')).toHaveLength(1);
    const { token: operator } = await keys.create({ name: 'operator', scope: 'operate' }, 'a test');
    expect((await call('GET', '/v1/audit', { token: operator })).status).toBe(403);
  });

  it('is exported as lines of JSON, with a cursor while there is more', async () => {
    for (let i = 0; i < 5; i++) await note({ resource: `change ${i}` });
    const first = await call('GET', '/v1/audit/export?limit=3', { token: root });
    expect(first.headers['content-type']).toBe('application/x-ndjson');
    const cursor = String(first.headers['headroom-next-cursor']);
    const rest = await call('GET', `/v1/audit/export?limit=3&cursor=${cursor}`, { token: root });
    expect(rest.headers).not.toHaveProperty('headroom-next-cursor');
    const records = `${first.text}${rest.text}`
      .trim()
      .split('\n')
      .map((line) => auditRecord.parse(JSON.parse(line)));
    expect(records.map(({ resource }) => resource)).toEqual([4, 3, 2, 1, 0].map((i) => `change ${i}`));
  });

  it.each([
    'nonsense',
    'UkVDT1JEIzAx',
    Buffer.from(`RECORD#${'7'.padEnd(26, 'Z')}`).toString('base64url'),
  ])('takes no harm from the cursor %s', async (cursor) => {
    await note();
    const { status } = await call('GET', `/v1/audit?cursor=${cursor}`, { token: root });
    expect([200, 400]).toContain(status);
  });
});
