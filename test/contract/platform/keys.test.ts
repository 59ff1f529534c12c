import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiKeyPattern } from '../../../lib/contracts/keys.ts';
import { accessHandlers } from '../../../lib/platform/access/handlers.ts';
import { auditHandlers } from '../../../lib/platform/audit/handlers.ts';
import { AuditRecords } from '../../../lib/platform/audit/records.ts';
import { isoTime } from '../../../lib/platform/clock.ts';
import { docsHandlers } from '../../../lib/platform/docs/handlers.ts';
import { httpDoor } from '../../../lib/platform/http/door.ts';
import { keyHandlers } from '../../../lib/platform/keys/handlers.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { StatusService } from '../../../lib/tasks/platform-status/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { eventOf, type TestRequest } from '../../support/gateway-event.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let keys: KeyService;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  keys = new KeyService(parts);
});

describe('keys', () => {
  it('are shown once: of the secret, only its hash is anywhere in the table', async () => {
    const { token, keyId } = await keys.create({ name: 'deploy', scope: 'write' }, 'a test');
    const [, id, secret = ''] = apiKeyPattern.exec(token) ?? [];
    expect(id).toBe(keyId);
    const { Items } = await parts.client.send(new ScanCommand({ TableName: parts.tableName }));
    const raw = JSON.stringify(Items);
    expect(raw).toContain(keyId);
    expect(raw).not.toContain(secret);
    expect(raw).not.toContain(Buffer.from(secret, 'base64url').toString('hex'));
    expect(JSON.stringify(await keys.list({ limit: 10 }))).not.toMatch(/hash|secret/i);
  });

  it('match their token and no other', async () => {
    const [one, other] = await Promise.all([
      keys.create({ name: 'one', scope: 'read', projects: ['shop'] }, 'a test'),
      keys.create({ name: 'other', scope: 'admin' }, 'a test'),
    ]);
    expect(await keys.match(one.token)).toMatchObject({ keyId: one.keyId, scope: 'read', projects: ['shop'] });
    const mixed = other.token.replace(other.keyId, one.keyId);
    expect(await keys.match(mixed)).toBeUndefined();
    for (const token of ['', 'hr_', one.token.toLowerCase(), `${one.token}x`, ` ${one.token}`]) {
      expect(await keys.match(token)).toBeUndefined();
    }
  });

  it('are listed page by page and revoked once', async () => {
    const made = [];
    for (let i = 0; i < 5; i++) made.push(await keys.create({ name: `key ${i}`, scope: 'read' }, 'a test'));
    const first = await keys.list({ limit: 3 });
    expect(first.items.map(({ name }) => name)).toEqual(['key 0', 'key 1', 'key 2']);
    const second = await keys.list({ limit: 3, cursor: first.nextCursor });
    expect(second.items.map(({ name }) => name)).toEqual(['key 3', 'key 4']);
    const keyId = made[0]?.keyId ?? '';
    await keys.revoke(keyId);
    expect(await keys.match(made[0]?.token ?? '')).toBeUndefined();
    await expect(keys.revoke(keyId)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('the life of a key', () => {
  it('ends when it expires, and is listed for a month more', async () => {
    const expiresAt = isoTime(parts.time.now + 60_000);
    const { token } = await keys.create({ name: 'brief', scope: 'read', expiresAt }, 'a test');
    expect(await keys.match(token)).toMatchObject({ expiresAt });
    parts.time.now += 60_000;
    expect(await keys.match(token)).toBeUndefined();
    expect((await keys.list({ limit: 10 })).items).toHaveLength(1);
    parts.time.now += 31 * 86_400_000;
    expect((await keys.list({ limit: 10 })).items).toEqual([]);
    await expect(keys.create({ name: 'late', scope: 'read', expiresAt }, 'a test')).rejects.toMatchObject({
      code: 'invalid-request',
    });
  });

  it('has one secret in the end, however many are given at once, and signs for both of a rotation', async () => {
    const { token, keyId } = await keys.create({ name: 'ci', scope: 'read' }, 'a test');
    const rotated = await Promise.all([1, 2, 3, 4].map(() => keys.rotate(keyId, 60)));
    const matches = await Promise.all(rotated.map((one) => keys.match(one.token)));
    expect(matches.filter((match) => match?.secretOf === 'current')).toHaveLength(1);
    expect(matches.filter((match) => match?.secretOf === 'previous')).toHaveLength(1);
    expect(await keys.match(token)).toBeUndefined();
    const [current, previous] = await Promise.all([keys.sign(keyId, 'text'), keys.sign(keyId, 'text', 'previous')]);
    expect(new Set([current, previous, undefined]).size).toBe(3);
  });

  it('is not lost to a note of its use', async () => {
    const { token, keyId } = await keys.create({ name: 'ci', scope: 'read' }, 'a test');
    const [, rotated] = await Promise.all([keys.match(token, { notesUse: true }), keys.rotate(keyId, 0)]);
    expect(await keys.match(rotated.token)).toMatchObject({ secretOf: 'current' });
    expect(await keys.match(token)).toBeUndefined();
  });
});

describe('through the API', () => {
  const call = async (method: string, target: string, request: TestRequest) => {
    const all = functionParts('platform-api', parts);
    const status = new StatusService(all, { read: async () => ({ functions: [], oldestAges: new Map() }) });
    const handler = httpDoor('platform-api', all, {
      getHealth: async () => ({ status: 200, body: { status: 'ok' } }),
      getStatus: async ({ caller }) => ({ status: 200, body: await status.status(caller) }),
      ...docsHandlers({ version: '0.0.0' }),
      ...accessHandlers(undefined),
      ...auditHandlers(new AuditRecords(parts)),
      ...keyHandlers(keys),
    });
    let answer: APIGatewayProxyStructuredResultV2 = {};
    const lines = await outputOf(async () => {
      answer = await handler(eventOf(method, target, request), contextOf('platform-api'));
    });
    return { status: answer.statusCode, body: JSON.parse(answer.body ?? 'null'), lines };
  };

  it('a key makes keys, which are in force, and revokes them', async () => {
    const { token } = await keys.create({ name: 'root', scope: 'admin' }, 'a test');
    const made = await call('POST', '/v1/keys', { token, body: { name: 'ci', scope: 'operate', projects: ['shop'] } });
    expect(made).toMatchObject({ status: 201, body: { name: 'ci', scope: 'operate', projects: ['shop'] } });
    expect(made.body.createdBy).toMatch(/^root \(/);
    expect(made.lines.join()).not.toContain(made.body.token.slice(-43));
    expect((await call('GET', '/v1/status', { token: made.body.token })).body).toMatchObject({ status: 'up' });
    const listed = await call('GET', '/v1/keys', { token });
    expect(listed.body.items).toHaveLength(2);
    expect((await call('DELETE', `/v1/keys/${made.body.keyId}`, { token })).status).toBe(204);
    expect((await call('DELETE', `/v1/keys/${made.body.keyId}`, { token })).status).toBe(404);
    expect((await call('GET', '/v1/status', { token: made.body.token })).status).toBe(401);
  });

  it('a key is told who it is taken for', async () => {
    const { token, keyId } = await keys.create({ name: 'ci', scope: 'read', projects: ['shop'] }, 'a test');
    const told = await call('GET', '/v1/caller', { token });
    expect(told.body).toEqual({ kind: 'api-key', keyId, name: 'ci', scope: 'read', projects: ['shop'] });
    expect((await call('GET', '/v1/caller', {})).status).toBe(401);
    expect(await call('GET', '/v1/sign-in', {})).toMatchObject({ status: 200, body: {} });
  });

  it('a bound admin manages the keys of its own projects, gives away no more than it has, and sees no others', async () => {
    const bound = { name: 'bound', scope: 'admin', projects: ['shop', 'search'] } as const;
    const expiresAt = isoTime(parts.time.now + 3_600_000);
    const { token, keyId } = await keys.create(
      { ...bound, projects: [...bound.projects], expiresAt, requestsPerMinute: 60 },
      'a test',
    );
    const wide = await keys.create({ name: 'wide', scope: 'read', projects: ['shop', 'other'] }, 'a test');
    const open = await keys.create({ name: 'open', scope: 'read' }, 'a test');
    const make = (body: object) => call('POST', '/v1/keys', { token, body: { name: 'more', expiresAt, ...body } });
    for (const body of [
      {},
      { projects: ['other'] },
      { projects: ['shop', 'other'] },
      { projects: ['shop'], requestsPerMinute: 61 },
      { projects: ['shop'], expiresAt: undefined },
      { projects: ['shop'], expiresAt: isoTime(parts.time.now + 3_600_001) },
    ]) {
      expect((await make(body)).status).toBe(403);
    }
    const made = await make({ projects: ['shop'], scope: 'write' });
    expect(made).toMatchObject({ status: 201, body: { projects: ['shop'], requestsPerMinute: 60 } });
    const listed = await call('GET', '/v1/keys', { token });
    expect(listed.body.items.map(({ name }: { name: string }) => name)).toEqual(['bound', 'more']);
    for (const other of [wide, open]) {
      expect((await call('DELETE', `/v1/keys/${other.keyId}`, { token })).status).toBe(403);
      expect((await call('POST', `/v1/keys/${other.keyId}/rotate`, { token, body: {} })).status).toBe(403);
    }
    expect((await call('POST', `/v1/keys/${made.body.keyId}/rotate`, { token, body: {} })).status).toBe(200);
    expect((await call('DELETE', `/v1/keys/${keyId}`, { token })).status).toBe(204);
  });

  it('a key is given a new secret, and its old one is taken for the grace', async () => {
    const root = await keys.create({ name: 'root', scope: 'admin' }, 'a test');
    const old = await keys.create({ name: 'ci', scope: 'read', projects: ['shop'] }, 'a test');
    const rotate = (body: object) => call('POST', `/v1/keys/${old.keyId}/rotate`, { token: root.token, body });
    expect((await rotate({ graceSeconds: 604_801 })).status).toBe(400);
    const { body: rotated, lines } = await rotate({ graceSeconds: 60 });
    const until = isoTime(parts.time.now + 60_000);
    expect(rotated).toMatchObject({ keyId: old.keyId, name: 'ci', projects: ['shop'], previousSecretUntil: until });
    expect(JSON.stringify(rotated)).not.toMatch(/hash/i);
    expect(lines.join()).not.toContain(rotated.token.slice(-43));
    const caller = async (token: string) => (await call('GET', '/v1/caller', { token })).body;
    expect(await caller(rotated.token)).not.toHaveProperty('expiresAt');
    expect(await caller(old.token)).toMatchObject({ keyId: old.keyId, expiresAt: until });
    parts.time.now += 60_000;
    expect(await caller(old.token)).toMatchObject({ code: 'unauthenticated' });
    expect(await caller(rotated.token)).toMatchObject({ keyId: old.keyId });
    const { body: again } = await rotate({ graceSeconds: 0 });
    expect(await caller(rotated.token)).toMatchObject({ code: 'unauthenticated' });
    expect(await caller(again.token)).toMatchObject({ keyId: old.keyId });
  });

  it('a key says when it was last used, to the hour', async () => {
    const { token } = await keys.create({ name: 'root', scope: 'admin' }, 'a test');
    const used = async () => (await call('GET', '/v1/keys', { token })).body.items[0].lastUsedAt;
    const first = isoTime(parts.time.now);
    expect(await used()).toBe(first);
    parts.time.now += 3_599_000;
    expect(await used()).toBe(first);
    parts.time.now += 1_000;
    expect(await used()).toBe(isoTime(parts.time.now));
  });

  it('a key below admin manages none', async () => {
    const { token } = await keys.create({ name: 'operator', scope: 'operate' }, 'a test');
    expect((await call('POST', '/v1/keys', { token, body: { name: 'more' } })).status).toBe(403);
  });
});
