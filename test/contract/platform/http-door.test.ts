import { gunzipSync, gzipSync } from 'node:zlib';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { problem } from '../../../lib/contracts/problem.ts';
import type { Project } from '../../../lib/contracts/projects.ts';
import { route } from '../../../lib/contracts/routes.ts';
import type { Configuration } from '../../../lib/platform/configuration.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { type Handlers, httpDoor } from '../../../lib/platform/http/door.ts';
import { parseInput } from '../../../lib/platform/http/input.ts';
import { KeyService } from '../../../lib/platform/keys/service.ts';
import { documentClient } from '../../../lib/platform/parts.ts';
import { HistoryTable } from '../../../lib/platform/table/history-table.ts';
import { projectHandlers } from '../../../lib/projects/handlers.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { eventOf, type TestRequest } from '../../support/gateway-event.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';
import { type LossyProxy, startLossyProxy } from '../../support/lossy-proxy.ts';

type Answer = APIGatewayProxyStructuredResultV2;
type Call = (method: string, target: string, request?: TestRequest) => Promise<Answer>;

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let keys: KeyService;
let call: Call;
let token: string;
let lines: string[];

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  keys = new KeyService(parts);
  ({ token } = await keys.create({ name: 'operator', scope: 'admin' }, 'a test'));
  lines = [];
  call = calls();
});

function doorOf(
  changes: Partial<Handlers<'projects-api'>> = {},
  base: TestParts = parts,
  configuration: Partial<Configuration> = {},
) {
  const all = functionParts('projects-api', base, configuration);
  const handlers = { ...projectHandlers(new ProjectService(all)), ...changes };
  return httpDoor('projects-api', all, handlers);
}

function calls(
  changes: Partial<Handlers<'projects-api'>> = {},
  base: TestParts = parts,
  configuration: Partial<Configuration> = {},
): Call {
  const handler = doorOf(changes, base, configuration);
  return async (method, target, request) => {
    let answer: Answer = {};
    lines = await outputOf(async () => {
      answer = await handler(eventOf(method, target, request), contextOf('projects-api'));
    });
    return answer;
  };
}

const project = { baseUrl: 'http://127.0.0.1:8080' };
const problemOf = ({ body }: Answer) => problem.parse(JSON.parse(body ?? ''));
const jsonOf = ({ body }: Answer) => JSON.parse(body ?? '');

describe('a request that is right', () => {
  it('is answered with its status, as JSON', async () => {
    const made = await call('PUT', '/v1/projects/shop', { token, body: project });
    expect(made).toMatchObject({ statusCode: 201, headers: { 'content-type': 'application/json' } });
    expect(jsonOf(made)).toMatchObject({ project: 'shop', baseUrl: project.baseUrl });
    expect((await call('PUT', '/v1/projects/shop', { token, body: project })).statusCode).toBe(200);
  });

  it.each([
    ['application/vnd.api+json', Buffer.from(JSON.stringify(project))],
    ['application/gzip', gzipSync(JSON.stringify(project))],
    ['Application/X-GZIP', gzipSync(JSON.stringify(project))],
  ])('may come in base64, as %s', async (contentType, body) => {
    const headers = { 'content-type': contentType, 'content-encoding': 'identity' };
    expect(eventOf('PUT', '/', { body, headers }).isBase64Encoded).toBe(true);
    expect((await call('PUT', '/v1/projects/shop', { token, headers, body })).statusCode).toBe(201);
  });

  it('is answered without a body where there is nothing to say', async () => {
    await call('PUT', '/v1/projects/shop', { token, body: project });
    const deleted = await call('DELETE', '/v1/projects/shop', { token });
    expect(deleted.statusCode).toBe(204);
    expect(deleted.body).toBeUndefined();
  });

  it.each([
    'br, gzip',
    'GZIP;q=0.1',
    '*',
    'br;q=0, *;q=0.5',
  ])('is answered compressed when the answer is large and the caller takes %j', async (accepted) => {
    const body = { ...project, description: 'x'.repeat(1000) };
    await call('PUT', '/v1/projects/shop', { token, body });
    const headers = { 'accept-encoding': accepted };
    const answer = await call('GET', '/v1/projects/shop', { token, headers });
    expect(answer).toMatchObject({ isBase64Encoded: true, headers: { 'content-encoding': 'gzip' } });
    const unpacked = gunzipSync(Buffer.from(answer.body ?? '', 'base64')).toString();
    expect(JSON.parse(unpacked)).toMatchObject({ description: body.description });
    expect((await call('GET', '/v1/projects/shop', { token })).headers).not.toHaveProperty('content-encoding');
    expect((await call('GET', '/v1/projects/other', { token, headers })).headers).not.toHaveProperty(
      'content-encoding',
    );
  });

  it.each([
    'gzip;q=0',
    'br, gzip ; q=0.000',
    '*, gzip;q=0',
    '*;q=0',
    'identity',
    'gzip;q=lots',
    '',
  ])('is answered as it stands to a caller that takes %j', async (accepted) => {
    const body = { ...project, description: 'x'.repeat(1000) };
    await call('PUT', '/v1/projects/shop', { token, body });
    const answer = await call('GET', '/v1/projects/shop', { token, headers: { 'accept-encoding': accepted } });
    expect(answer.headers).not.toHaveProperty('content-encoding');
    expect(jsonOf(answer)).toMatchObject({ description: body.description });
  });
});

describe('400', () => {
  it('names every wrong field at once', async () => {
    const body = { baseUrl: 'ftp://x', environment: 'moon', surprise: 1 };
    const answer = await call('PUT', '/v1/projects/shop', { token, body });
    expect(answer).toMatchObject({ statusCode: 400, headers: { 'content-type': 'application/problem+json' } });
    const { code, errors = [], detail } = problemOf(answer);
    expect(code).toBe('invalid-request');
    expect(errors.map(({ path }) => path).toSorted()).toEqual(['body', 'body.baseUrl', 'body.environment']);
    expect(errors.find(({ path }) => path === 'body')?.message).toContain('surprise');
    expect(detail).toContain('(and 2 more)');
  });

  it('names wrong parts of path and query, too', async () => {
    expect(problemOf(await call('GET', '/v1/projects/Shop', { token })).errors?.[0]?.path).toBe('path.project');
    const { errors } = problemOf(await call('GET', '/v1/projects?limit=201&cursor=', { token }));
    expect(errors?.map(({ path }) => path)).toEqual(['query.limit', 'query.cursor']);
  });

  it.each([
    ['GET', '/v1/projects?limits=5&limit=5', '`limits`; this call takes `limit`, `cursor`'],
    ['GET', '/v1/projects?toString=&__proto__=', '`toString`, `__proto__`; this call takes `limit`, `cursor`'],
    ['GET', '/v1/projects/shop?limit=5', '`limit`; this call takes none'],
    ['DELETE', '/v1/projects/shop?dryRun=true', '`dryRun`; this call takes none'],
  ])('says which parameters it does not know, and which it takes: %s %s', async (method, target, said) => {
    const answer = await call(method, target, { token });
    const { detail, errors } = problemOf(answer);
    const message = `has the unknown ${said}`;
    expect([answer.statusCode, detail, errors]).toEqual([400, `query: ${message}`, [{ path: 'query', message }]]);
  });

  it('lets whoever links to a public page add what it likes', () => {
    expect(() => parseInput(route('getDocs'), eventOf('GET', '/docs?from=mail'))).not.toThrow();
  });

  it('says what is missing when there is no body', async () => {
    const { errors } = problemOf(await call('PUT', '/v1/projects/shop', { token }));
    expect(errors?.map(({ path }) => path)).toEqual(['body.baseUrl']);
  });

  it.each([
    ['not JSON', '{"baseUrl":', {}],
    ['not gzip', 'plain', { 'content-type': 'application/gzip' }],
    ['no object', '[]', {}],
  ])('refuses a body that is %s', async (_, body, headers) => {
    const answer = await call('PUT', '/v1/projects/shop', { token, body, headers });
    expect(problemOf(answer)).toMatchObject({ status: 400, code: 'invalid-request' });
  });
});

describe('401', () => {
  const unknown = 'hr_01JD2V8Q6Y0000000000000000_aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa';

  it.each([
    ['missing', {}],
    ['of another kind', { authorization: 'Basic dXNlcjpwYXNz' }],
    ['empty', { authorization: 'Bearer ' }],
    ['not one of ours', { authorization: 'Bearer eyJhbGciOiJIUzI1NiJ9.e30.x' }],
    ['unknown', { authorization: `Bearer ${unknown}` }],
  ])('answers where the token is %s', async (_, headers) => {
    const answer = await call('GET', '/v1/projects', { headers });
    expect(answer).toMatchObject({ statusCode: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(problemOf(answer).code).toBe('unauthenticated');
  });

  it('answers to a token whose secret is wrong', async () => {
    const wrong = `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`;
    expect((await call('GET', '/v1/projects', { token: wrong })).statusCode).toBe(401);
  });

  it('comes before 400 and 404: a stranger learns nothing', async () => {
    expect((await call('PUT', '/v1/projects/shop', { body: '{' })).statusCode).toBe(401);
    expect((await call('GET', '/v1/projects/none')).statusCode).toBe(401);
  });

  it('follows a revocation within 30 s in a process that knows the key, and at once elsewhere', async () => {
    const made = await keys.create({ name: 'short-lived', scope: 'read' }, 'a test');
    const used = { token: made.token };
    expect((await call('GET', '/v1/projects', used)).statusCode).toBe(200);
    await keys.revoke(made.keyId);
    expect((await calls()('GET', '/v1/projects', used)).statusCode).toBe(401);
    parts.time.now += 29_999;
    expect((await call('GET', '/v1/projects', used)).statusCode).toBe(200);
    parts.time.now += 1;
    expect((await call('GET', '/v1/projects', used)).statusCode).toBe(401);
  });
});

describe('403', () => {
  it('answers to a key whose scope is too small, and names both', async () => {
    const { token: reader } = await keys.create({ name: 'reader', scope: 'read' }, 'a test');
    const answer = await call('PUT', '/v1/projects/shop', { token: reader, body: project });
    expect(problemOf(answer)).toMatchObject({ status: 403, code: 'forbidden' });
    expect(problemOf(answer).detail).toMatch(/write.*read/);
    expect((await call('GET', '/v1/projects', { token: reader })).statusCode).toBe(200);
  });

  it('answers to a key that is bound to other projects, also where there is nothing', async () => {
    const { token: bound } = await keys.create({ name: 'bound', scope: 'admin', projects: ['shop'] }, 'a test');
    expect((await call('PUT', '/v1/projects/shop', { token: bound, body: project })).statusCode).toBe(201);
    expect((await call('GET', '/v1/projects/shop', { token: bound })).statusCode).toBe(200);
    expect((await call('GET', '/v1/projects/other', { token: bound })).statusCode).toBe(403);
    expect((await call('DELETE', '/v1/projects/other', { token: bound })).statusCode).toBe(403);
  });
});

describe('where there is nothing', () => {
  it('404 for a path that no route has, and for a thing that does not exist', async () => {
    expect(problemOf(await call('GET', '/v2/nothing'))).toMatchObject({ status: 404, code: 'not-found' });
    expect(problemOf(await call('GET', '/v1/projects/none', { token }))).toMatchObject({ status: 404 });
  });

  it('405 for a method that the path does not have, with those that it has', async () => {
    const answer = await call('PATCH', '/v1/projects/shop', { token });
    expect(answer).toMatchObject({ statusCode: 405, headers: { allow: 'PUT, GET, DELETE' } });
    expect(problemOf(answer)).toMatchObject({
      code: 'method-not-allowed',
      detail: 'PATCH is not possible here; PUT, GET, DELETE are.',
    });
    const single = await call('POST', '/health');
    expect(problemOf(single).detail).toBe('POST is not possible here; GET is.');
  });
});

describe('bodies that cannot be taken', () => {
  it('413 for one that unpacks into too much, without unpacking it', async () => {
    const bomb = gzipSync(Buffer.alloc(50_000_000, 0x20));
    const headers = { 'content-type': 'application/gzip' };
    const answer = await call('PUT', '/v1/projects/shop', { token, headers, body: bomb });
    expect(problemOf(answer)).toMatchObject({ status: 413, code: 'payload-too-large' });
  });

  it.each([
    ['another media type', { 'content-type': 'text/xml' }],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['a content encoding', { 'content-encoding': 'br' }],
    ['two content encodings', { 'content-encoding': 'gzip, zstd' }],
    ['a name that every object has', { 'content-encoding': 'constructor' }],
  ])('415 for %s', async (_, headers) => {
    const answer = await call('PUT', '/v1/projects/shop', { token, headers, body: 'a=1' });
    expect(problemOf(answer)).toMatchObject({ status: 415, code: 'unsupported-media-type' });
    const names = 'content-encoding' in headers ? 'gzip, deflate, zstd' : undefined;
    expect(answer.headers?.['accept-encoding']).toBe(names);
  });

  it('415, and what to do, for what is compressed where a gateway made text of it', async () => {
    const headers = { 'content-encoding': 'gzip' };
    const body = gzipSync(JSON.stringify(project));
    const event = eventOf('PUT', '/v1/projects/shop', { token, headers, body });
    const answer = await doorOf()(
      { ...event, body: body.toString('utf8'), isBase64Encoded: false },
      contextOf('projects-api'),
    );
    expect(problemOf(answer)).toMatchObject({ status: 415, detail: expect.stringContaining('as application/gzip') });
  });
});

describe('500', () => {
  it('tells the log what happened, and the caller only where to look', async () => {
    const failing = calls({
      getProject: async () => {
        throw new Error('Requested resource history-1 was not found', { cause: new Error('upstream said so') });
      },
    });
    const headers = { 'x-correlation-id': 'find-me' };
    const answer = await failing('GET', '/v1/projects/shop', { token, headers });
    expect(problemOf(answer)).toMatchObject({ status: 500, code: 'internal', correlationId: 'find-me' });
    expect(JSON.stringify(answer)).not.toMatch(/history-1|upstream|\.ts|at /);
    const logged = lines.find((line) => line.includes('A request failed'));
    expect(JSON.parse(logged ?? '')).toMatchObject({
      level: 'ERROR',
      correlationId: 'find-me',
      error: { message: 'Requested resource history-1 was not found' },
    });
  });
});

describe('503', () => {
  let proxy: LossyProxy;
  let client: DynamoDBClient;
  let distant: Call;

  beforeEach(async () => {
    proxy = await startLossyProxy(dynamoDb.endpoint);
    client = new DynamoDBClient({
      endpoint: proxy.endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
    });
    const table = new HistoryTable(documentClient(client), parts.tableName, parts.outbox, parts.clock);
    distant = calls({}, { ...parts, table });
    return async () => {
      client.destroy();
      await proxy.close();
    };
  });

  it('says when to come again while the table does not answer, and is gone when it does', async () => {
    proxy.isDown = true;
    const answer = await distant('GET', '/v1/projects', { token });
    expect(answer).toMatchObject({ statusCode: 503, headers: { 'retry-after': '2' } });
    expect(problemOf(answer).code).toBe('unavailable');
    expect(JSON.stringify(answer)).not.toMatch(/ECONN|127\.0\.0\.1/);
    proxy.isDown = false;
    expect((await distant('GET', '/v1/projects', { token })).statusCode).toBe(200);
  });

  it('answers so where nothing listens', async () => {
    await proxy.close();
    expect((await distant('GET', '/v1/projects', { token })).statusCode).toBe(503);
    proxy = await startLossyProxy(dynamoDb.endpoint);
  });
});

describe('correlation ids', () => {
  it('are taken from the caller, or made, and stand in answers and problems', async () => {
    const headers = { 'X-Correlation-Id': 'checkout:42.a-b_c' };
    const good = await call('GET', '/v1/projects', { token, headers });
    expect(good.headers?.['x-correlation-id']).toBe('checkout:42.a-b_c');
    const bad = await call('GET', '/v1/projects/none', { token });
    expect(bad.headers?.['x-correlation-id']).toMatch(/^request-\d+$/);
    expect(problemOf(bad).correlationId).toBe(bad.headers?.['x-correlation-id']);
    expect((await call('GET', '/v2/nothing')).headers).toHaveProperty('x-correlation-id');
  });

  it.each([
    'has spaces',
    'x'.repeat(101),
    'line\u000abreak',
    '{"json":1}',
  ])('are not taken when unfit: %j', async (id) => {
    const answer = await call('GET', '/v1/projects', { token, headers: { 'x-correlation-id': id } });
    expect(answer.headers?.['x-correlation-id']).toMatch(/^request-\d+$/);
  });
});

describe('what is written to the log', () => {
  it('is one JSON object a line: metrics by function, never by project, and no secret', async () => {
    await call('PUT', '/v1/projects/shop', { token, body: project });
    const [metric, ...others] = lines.map((line) => JSON.parse(line));
    expect(others).toEqual([]);
    expect(metric).toMatchObject({
      service: 'projects-api',
      route: 'PUT /v1/projects/{project}',
      status: '201',
      Requests: 1,
      _aws: { CloudWatchMetrics: [{ Namespace: 'Headroom/test', Dimensions: [['service']] }] },
    });
    expect(metric).not.toHaveProperty('ServerErrors');
    expect(lines.join()).not.toContain(token.slice(-43));
  });

  it('counts our own faults', async () => {
    const failing = calls({
      getProject: async () => {
        throw new Error('no');
      },
    });
    await failing('GET', '/v1/projects/shop', { token });
    const metrics = lines.map((line) => JSON.parse(line)).filter((line) => '_aws' in line);
    expect(metrics).toMatchObject([{ ServerErrors: 1, status: '500' }]);
    expect(lines.join()).not.toContain(token.slice(-43));
  });
});

it('turns every domain error into its problem, with its fields', async () => {
  const refused = calls({
    getProject: async (): Promise<{ status: 200; body: Project }> => {
      throw new DomainError('too-many-requests', 'Slower, please.', {
        retryAfterSeconds: 7,
        fieldErrors: [{ path: 'path.project', message: 'too popular' }],
      });
    },
  });
  const answer = await refused('GET', '/v1/projects/shop', { token });
  expect(answer).toMatchObject({ statusCode: 429, headers: { 'retry-after': '7' } });
  expect(problemOf(answer).errors).toEqual([{ path: 'path.project', message: 'too popular' }]);
});

describe('how often somebody may ask', () => {
  it('is told with every answer to a known key, also with one that refuses', async () => {
    const limited = calls({}, parts, { requestsPerMinute: 4 });
    const { token: reader } = await keys.create({ name: 'reader', scope: 'read' }, 'a test');
    const told = [];
    for (const [method, path] of [
      ['GET', '/v1/projects'],
      ['GET', '/v1/projects/nowhere'],
      ['PUT', '/v1/projects/shop'],
      ['GET', '/v1/projects?limit=0'],
      ['GET', '/v1/projects'],
    ] as const) {
      const { statusCode, headers } = await limited(method, path, {
        token: reader,
        body: method === 'PUT' ? {} : undefined,
      });
      expect(headers).toMatchObject({ 'ratelimit-policy': '"requests";q=4;w=60' });
      told.push([statusCode, headers?.ratelimit, headers?.['retry-after']]);
    }
    expect(told).toEqual([
      [200, '"requests";r=3;t=15', undefined],
      [404, '"requests";r=2;t=30', undefined],
      [403, '"requests";r=1;t=45', undefined],
      [400, '"requests";r=0;t=60', undefined],
      [429, '"requests";r=0;t=60', '15'],
    ]);
    expect((await limited('GET', '/v1/projects', { token })).statusCode).toBe(200);
    parts.time.now += 15_000;
    expect((await limited('GET', '/v1/projects', { token: reader })).statusCode).toBe(200);
  });

  it('is bounded for an address that proves nothing, and not for the keys that are known to come from it', async () => {
    await call('GET', '/v1/projects', { token });
    for (let i = 0; i < 300; i++) {
      const forged = `hr_01JD2V8Q6Y0000000000000000_${String(i).padStart(43, '0')}`;
      expect((await call('GET', '/v1/projects', { token: forged })).statusCode).toBe(401);
    }
    const { token: another } = await keys.create({ name: 'another', scope: 'read' }, 'a test');
    const refused = await call('GET', '/v1/projects', { token: another });
    expect(refused).toMatchObject({ statusCode: 429, headers: { 'retry-after': '1' } });
    expect(refused.headers).not.toHaveProperty('ratelimit');
    expect((await call('GET', '/v1/projects', { token })).statusCode).toBe(200);
    parts.time.now += 1_000;
    expect((await call('GET', '/v1/projects', { token: another })).statusCode).toBe(200);
  });
});
