import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createClient, HeadroomError } from 'headroom';
import { afterEach, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import type { Project } from '../../../lib/contracts/projects.ts';
import type { OperationAnswer } from '../../../lib/contracts/routes.ts';

interface Asked {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}
type Answer = (response: ServerResponse) => void;

let server: Server;
let asked: Asked[];
let answers: Answer[];
const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const client = (path = '') => createClient({ url: `${url()}${path}`, apiKey: 'hr_test' });

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Answer =>
  (response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
const problemOf = (status: number, code: string, more: object = {}): Answer =>
  json(status, {
    type: 'about:blank',
    title: 'No',
    status,
    code,
    detail: 'It went wrong.',
    correlationId: 'c-1',
    ...more,
  });
const busy = (status = 503): Answer => json(status, {}, { 'retry-after': '0' });
const hangUp: Answer = (response) => response.socket?.destroy();
const health = json(200, { status: 'ok' });
const testAt = (status: string): Answer =>
  json(200, {
    testId: '01JD2V8Q6Y0000000000000000',
    project: 'shop',
    kind: 'basic',
    status,
    progressPercent: 0,
    createdAt: '2026-01-31T02:00:00.000Z',
    request: { kind: 'basic', scenarios: [{ name: 's', path: '/' }] },
  });

beforeEach(async () => {
  asked = [];
  answers = [];
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push({ method: request.method, url: request.url, headers: request.headers, body });
    const answer = answers.length > 1 ? answers.shift() : answers[0];
    answer?.(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  server.closeAllConnections();
  if (!server.listening) return;
  server.close();
  await once(server, 'close');
});

const errorOf = async (call: Promise<unknown>): Promise<HeadroomError> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof HeadroomError)) throw new Error(`no HeadroomError, but ${error}`);
  return error;
};

describe('a call', () => {
  it('is what the route says', async () => {
    answers = [problemOf(404, 'not-found')];
    await errorOf(client('/stage/').call('getLoadTest', { params: { project: 'a b/c', testId: '1' } }));
    await errorOf(client().call('listLoadTests', { params: { project: 'shop' }, query: { limit: 5, cursor: 'x&y' } }));
    const scenarios = [{ name: 's', path: '/' }];
    const body = { kind: 'basic', scenarios, users: 1, durationSeconds: 1 } as const;
    await errorOf(client().call('startLoadTest', { params: { project: 'shop' }, body, idempotencyKey: 'k1' }));
    expect(asked.map(({ method, url: path }) => `${method} ${path}`)).toEqual([
      'GET /stage/v1/projects/a%20b%2Fc/load-tests/1',
      'GET /v1/projects/shop/load-tests?limit=5&cursor=x%26y',
      'POST /v1/projects/shop/load-tests',
    ]);
    expect(asked[0]?.headers).toMatchObject({ authorization: 'Bearer hr_test', accept: 'application/json' });
    expect(asked[0]?.headers).not.toHaveProperty('content-type');
    expect(asked[2]?.headers).toMatchObject({ 'content-type': 'application/json', 'idempotency-key': 'k1' });
    expect(JSON.parse(asked[2]?.body ?? '')).toEqual(body);
  });

  it('resolves to the parsed answer; fields that are new are no error', async () => {
    answers = [json(200, { status: 'ok', surprise: true })];
    expect(await client().call('getHealth')).toMatchObject({ status: 'ok' });
    answers = [(response) => response.writeHead(204).end()];
    expect(await client().call('deleteProject', { params: { project: 'shop' } })).toBeUndefined();
  });

  it('is typed by the routes table', () => {
    expectTypeOf<OperationAnswer<'getProject'>>().toEqualTypeOf<Project>();
    const { call } = client();
    // @ts-expect-error: the project is missing
    const missing = () => call('getProject');
    // @ts-expect-error: there is no such parameter
    const unknown = () => call('getProject', { params: { projekt: 'shop' } });
    // @ts-expect-error: there is no such operation
    const nonsense = () => call('getProjekt', {});
    expect([missing, unknown, nonsense]).toHaveLength(3);
  });
});

describe('an error', () => {
  it('has code, status, fields and correlation id of the problem', async () => {
    const errors = [
      { path: 'body.users', message: 'must be a number' },
      { path: 'body.workers', message: 'must be a number' },
    ];
    const detail = 'body.users: must be a number (and 1 more)';
    answers = [problemOf(400, 'invalid-request', { detail, errors })];
    const error = await errorOf(client().call('getProject', { params: { project: 'shop' } }));
    expect(error).toMatchObject({ code: 'invalid-request', status: 400, errors, correlationId: 'c-1' });
    expect(error.message).toBe(detail);
    expect(asked).toHaveLength(1);
  });

  it.each<[string, Answer, string]>([
    ['a success with another shape', json(200, { status: 7 }), 'unexpected-answer'],
    ['a success that is no JSON', (response) => response.end('<html>'), 'unexpected-answer'],
    ['a success the route does not know', json(201, {}), 'unexpected-answer'],
    ['an error that is no problem', (response) => response.writeHead(403).end('<html>'), 'unexpected-answer'],
    ['a redirect', (response) => response.writeHead(302, { location: '/' }).end(), 'unexpected-answer'],
  ])('tells %s', async (_, answer, code) => {
    answers = [answer];
    expect(await errorOf(client().call('getHealth'))).toMatchObject({ code });
    expect(asked).toHaveLength(1);
  });

  it('says in one sentence that Headroom is out of reach', async () => {
    const gone = client();
    const address = url();
    server.close();
    await once(server, 'close');
    const error = await errorOf(gone.call('startAnalysis', { params: { project: 'shop' }, body: {} }));
    expect(error.code).toBe('unreachable');
    expect(error.status).toBeUndefined();
    expect(error.message).toMatch(new RegExp(`^Headroom cannot be reached at ${address}: .*ECONNREFUSED.*\\.$`));
  });

  it('says that no answer came in time', async () => {
    answers = [() => {}];
    const impatient = createClient({ url: url(), apiKey: 'k', timeoutMs: 50 });
    const error = await errorOf(impatient.call('startAnalysis', { params: { project: 'shop' }, body: {} }));
    expect(error).toMatchObject({ code: 'unreachable' });
    expect(error.message).toContain('no answer within 0.05 s');
  });
});

describe('another try', () => {
  it.each<[string, Answer]>([
    ['429', busy(429)],
    ['502', busy(502)],
    ['503', busy(503)],
    ['504', busy(504)],
    ['a lost connection', hangUp],
  ])('is made of what may be repeated, after %s', async (_, failure) => {
    answers = [failure, failure, health];
    expect(await client().call('getHealth')).toMatchObject({ status: 'ok' });
    expect(asked).toHaveLength(3);
  });

  it.each([500, 400, 401, 409])('is not made after %i', async (status) => {
    answers = [json(status, {}), health];
    await errorOf(client().call('getHealth'));
    expect(asked).toHaveLength(1);
  });

  it('is made of what starts work, with the same key every time', async () => {
    answers = [busy(), hangUp, json(202, { testId: '01JD2V8Q6Y0000000000000000', status: 'queued' })];
    const body = { kind: 'basic' as const, scenarios: [{ name: 's', path: '/' }] };
    await client().call('startLoadTest', { params: { project: 'shop' }, body });
    expect(asked).toHaveLength(3);
    const keys = new Set(asked.map(({ headers }) => headers['idempotency-key']));
    expect(keys.size).toBe(1);
    expect([...keys][0]).toMatch(/^[\w-]{36}$/);
  });

  it('is not made of a POST without a key', async () => {
    answers = [busy(), health];
    await errorOf(client().call('verifyProject', { params: { project: 'shop' } }));
    expect(asked).toHaveLength(1);
  });

  it('ends with the last error after five, and before a wait beyond the bound', async () => {
    answers = [busy()];
    expect(await errorOf(client().call('getHealth'))).toMatchObject({ code: 'unavailable', status: 503 });
    expect(asked).toHaveLength(5);
    answers = [json(429, {}, { 'retry-after': '60' })];
    expect(await errorOf(client().call('getHealth'))).toMatchObject({ code: 'too-many-requests' });
    expect(asked).toHaveLength(6);
  });

  it('is not waited for when the caller gives up', async () => {
    answers = [json(503, {}, { 'retry-after': '10' })];
    const controller = new AbortController();
    const call = client().call('getHealth', { signal: controller.signal });
    server.once('request', (_, response) => response.once('finish', () => controller.abort(new Error('enough'))));
    await expect(call).rejects.toThrow('enough');
    await expect(client().call('getHealth', { signal: controller.signal })).rejects.toThrow('enough');
    expect(asked).toHaveLength(1);
  });
});

describe('polling', () => {
  const request = { params: { project: 'shop', testId: '01JD2V8Q6Y0000000000000000' } };

  it('yields every answer up to the one that was waited for', async () => {
    answers = [testAt('queued'), testAt('running'), busy(), testAt('completed'), testAt('never asked for')];
    const states: string[] = [];
    const polled = client().poll('getLoadTest', request, {
      until: ({ status }) => status === 'completed',
      intervalMs: 1,
    });
    for await (const { status } of polled) states.push(status);
    expect(states).toEqual(['queued', 'running', 'completed']);
  });

  it('ends with its signal', async () => {
    answers = [testAt('running')];
    const controller = new AbortController();
    const polled = client().poll('getLoadTest', request, {
      until: () => false,
      intervalMs: 60_000,
      signal: controller.signal,
    });
    expect((await polled.next()).done).toBe(false);
    const next = polled.next();
    controller.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });
});
