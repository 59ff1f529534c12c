import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { apiKeyPattern } from '../../../lib/contracts/keys.ts';
import { accessHandlers } from '../../../lib/platform/access/handlers.ts';
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

describe('through the API', () => {
  const call = async (method: string, target: string, request: TestRequest) => {
    const all = functionParts('platform-api', parts);
    const status = new StatusService(all);
    const handler = httpDoor('platform-api', all, {
      getHealth: async () => ({ status: 200, body: { status: 'ok' } }),
      getStatus: async () => ({ status: 200, body: await status.status() }),
      ...docsHandlers({ version: '0.0.0' }),
      ...accessHandlers(undefined),
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

  it('a bound key manages none, even its own, however high its scope', async () => {
    const { token, keyId } = await keys.create({ name: 'bound', scope: 'admin', projects: ['shop'] }, 'a test');
    expect((await call('POST', '/v1/keys', { token, body: { name: 'more', scope: 'admin' } })).status).toBe(403);
    expect((await call('GET', '/v1/keys', { token })).status).toBe(403);
    expect((await call('DELETE', `/v1/keys/${keyId}`, { token })).status).toBe(403);
  });

  it('a key below admin manages none', async () => {
    const { token } = await keys.create({ name: 'operator', scope: 'operate' }, 'a test');
    expect((await call('POST', '/v1/keys', { token, body: { name: 'more' } })).status).toBe(403);
  });
});
