import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterEach, describe, expect, it } from 'vitest';
import { type Gateway, type GatewayOptions, PortInUseError, startGateway } from '../../../lib/local/gateway/gateway.ts';
import { createRouteTable } from '../../../lib/local/gateway/route-table.ts';
import type { InvocationResult } from '../../../lib/local/lambda/hosted-instance.ts';

const match = createRouteTable(
  [
    { method: 'GET', path: '/things/{name}', function: 'projects-api' },
    { method: 'POST', path: '/things/{name}', function: 'projects-api' },
    { method: 'PUT', path: '/files/{key+}', function: 'tasks-api' },
  ],
  'platform-api',
);

const open: Gateway[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((gateway) => gateway.stop(0)));
});

async function gatewayWith(invoke: GatewayOptions['invoke'], options: Partial<GatewayOptions> = {}): Promise<Gateway> {
  const gateway = await startGateway({ port: 0, match, invoke, ...options });
  open.push(gateway);
  return gateway;
}

const answering = (payload: unknown) => gatewayWith(async () => ({ ok: true, payload }));

/** A gateway whose function keeps the events that it got. */
async function recording(): Promise<{
  url: string;
  events: APIGatewayProxyEventV2[];
  last: () => APIGatewayProxyEventV2;
}> {
  const events: APIGatewayProxyEventV2[] = [];
  const { url } = await gatewayWith(async (_name, event) => {
    events.push(event);
    return { ok: true, payload: { statusCode: 204 } };
  });
  const last = () => {
    const event = events.at(-1);
    if (event === undefined) throw new Error('No event came');
    return event;
  };
  return { url, events, last };
}

/** Sends bytes as they are and returns what came until the server closed the connection. */
async function exchange(url: string, text: string): Promise<string> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  let answer = '';
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    answer += chunk;
  });
  socket.end(text);
  await once(socket, 'close');
  return answer;
}

describe('an event', () => {
  it('has every field of payload format 2.0', async () => {
    const { url, last } = await recording();
    const before = Date.now();
    const { port, host } = new URL(url);
    await exchange(
      url,
      [
        'POST /things/caf%C3%A9%20a?x=1&y=a%20b&x=2&z HTTP/1.1',
        `Host: ${host}`,
        'Content-Type: application/json; charset=utf-8',
        'Content-Length: 10',
        'User-Agent: agent/1',
        'X-Twice: one',
        'X-Twice: two',
        'Cookie: a=1; b=2',
        'X-Forwarded-For: 203.0.113.1',
        'Connection: close',
        '',
        '{"a":"\\u00',
      ].join('\r\n'),
    );
    const event = last();
    expect(event).toEqual({
      version: '2.0',
      routeKey: 'POST /things/{name}',
      rawPath: '/things/café a',
      rawQueryString: 'x=1&y=a%20b&x=2&z',
      cookies: ['a=1', 'b=2'],
      headers: {
        'content-length': '10',
        'content-type': 'application/json; charset=utf-8',
        host,
        'user-agent': 'agent/1',
        'x-amzn-trace-id': expect.stringMatching(/^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/),
        'x-forwarded-for': '203.0.113.1, 127.0.0.1',
        'x-forwarded-port': port,
        'x-forwarded-proto': 'http',
        'x-twice': 'one,two',
      },
      queryStringParameters: { x: '1,2', y: 'a b', z: '' },
      pathParameters: { name: 'café a' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: host,
        domainPrefix: '127',
        http: {
          method: 'POST',
          path: '/things/café a',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'agent/1',
        },
        requestId: expect.any(String),
        routeKey: 'POST /things/{name}',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      body: '{"a":"\\u00',
      isBase64Encoded: false,
    });
    expect(event.requestContext.timeEpoch).toBeGreaterThanOrEqual(before);
  });

  it('leaves out what a request has not', async () => {
    const { url, last } = await recording();
    await fetch(`${url}/nowhere`);
    expect(last()).toMatchObject({
      routeKey: '$default',
      rawPath: '/nowhere',
      rawQueryString: '',
      isBase64Encoded: false,
    });
    for (const field of ['cookies', 'queryStringParameters', 'pathParameters', 'body', 'stageVariables']) {
      expect(last()).not.toHaveProperty(field);
    }
  });

  it.each([
    ['text/plain', false],
    ['application/json', false],
    ['application/xml', false],
    ['application/javascript', false],
    ['application/octet-stream', true],
    ['application/x-www-form-urlencoded', true],
    ['application/problem+json', true],
    ['application/json', true, { 'content-encoding': 'gzip' }],
    ['application/json', false, { 'content-encoding': 'identity' }],
  ])('has a body of type %s in base64: %s', async (type, isBase64Encoded, more: Record<string, string> = {}) => {
    const { url, last } = await recording();
    await fetch(`${url}/files/a/b`, { method: 'PUT', headers: { 'content-type': type, ...more }, body: 'bytes' });
    expect(last()).toMatchObject({
      isBase64Encoded,
      body: isBase64Encoded ? Buffer.from('bytes').toString('base64') : 'bytes',
      pathParameters: { key: 'a/b' },
    });
  });

  it.each([
    ['/things/a%2Fb', '$default', '/things/a/b'],
    ['/things/a%3Fb', 'GET /things/{name}', '/things/a'],
    ['/things/100%25', 'GET /things/{name}', '/things/100%'],
  ])('decodes the path before it is routed: %s', async (target, routeKey, rawPath) => {
    const { url, last } = await recording();
    await fetch(url + target);
    expect(last()).toMatchObject({ routeKey, rawPath });
  });
});

describe('a response', () => {
  it('is what the function says', async () => {
    const { url } = await answering({
      statusCode: 201,
      headers: { Location: '/x', 'X-Number': 7, 'Content-Length': 999 },
      cookies: ['a=1; HttpOnly', 'b=2'],
      body: Buffer.from([0, 255, 128]).toString('base64'),
      isBase64Encoded: true,
    });
    const response = await fetch(`${url}/things/a`);
    expect(response.status).toBe(201);
    expect(response.headers.get('location')).toBe('/x');
    expect(response.headers.get('x-number')).toBe('7');
    expect(response.headers.getSetCookie()).toEqual(['a=1; HttpOnly', 'b=2']);
    expect(response.headers.get('apigw-requestid')).not.toBeNull();
    expect([...(await response.bytes())]).toEqual([0, 255, 128]);
  });

  it.each([
    [{ a: 1 }, '{"a":1}'],
    ['plain', 'plain'],
    [null, 'null'],
    [[1, 2], '[1,2]'],
  ])('is inferred from an answer without a status code: %j', async (payload, body) => {
    const response = await fetch((await answering(payload)).url);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json',
      body,
    ]);
  });

  it.each([
    [{ statusCode: 'many' }],
    [{ statusCode: 200, body: { not: 'a string' } }],
    [{ statusCode: 200, headers: { 'bad header': 'x' } }],
    [{ statusCode: 200, headers: { good: 'line\r\nbreak' } }],
  ])('is an error when the answer has no such shape: %j', async (payload) => {
    const response = await fetch((await answering(payload)).url);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
  });

  const failure = (errorType: string): InvocationResult & { ok: false } => ({
    ok: false,
    errorType,
    errorMessage: 'why',
  });
  const refusal = (errorType: string): InvocationResult => ({ ...failure(errorType), refused: true });
  it.each([
    [failure('Error'), 500, 'Internal Server Error'],
    [failure('Sandbox.Timedout'), 500, 'Internal Server Error'],
    // Of a service that the function itself called.
    [failure('TooManyRequestsException'), 500, 'Internal Server Error'],
    [refusal('TooManyRequestsException'), 503, 'Service Unavailable'],
    [refusal('RequestTooLargeException'), 413, 'Request Too Long'],
  ])('hides why a function failed: %o', async (result, status, message) => {
    const { url } = await gatewayWith(async () => result);
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([status, { message }]);
  });

  it('to HEAD has no body', async () => {
    const { url } = await answering({ statusCode: 200, body: 'four' });
    const answer = await exchange(url, 'HEAD /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/content-length: 4\r\n/);
    expect(answer.endsWith('\r\n\r\n')).toBe(true);
  });
});

describe('the gateway', () => {
  it('takes bodies up to 10 MB', async () => {
    const { url, events } = await recording();
    const limit = 10 * 1024 * 1024;
    const send = (bytes: number) => fetch(`${url}/files/a`, { method: 'PUT', body: Buffer.alloc(bytes) });
    expect((await send(limit)).status).toBe(204);
    const tooLarge = await send(limit + 1);
    expect([tooLarge.status, await tooLarge.json()]).toEqual([413, { message: 'Request Entity Too Large' }]);
    expect(events).toHaveLength(1);
  });

  it('notices a body beyond 10 MB that did not say how long it is', async () => {
    const { url } = await recording();
    const sent = httpRequest(`${url}/files/a`, { method: 'PUT' });
    const answered = once(sent, 'response');
    for (let megabytes = 0; megabytes < 11; megabytes += 1) sent.write(Buffer.alloc(1024 * 1024));
    sent.end();
    const [response] = await answered;
    expect(response.statusCode).toBe(413);
    response.resume();
  });

  it('takes 10,240 bytes of request line and headers', async () => {
    const { url } = await recording();
    const get = (bytes: number) => fetch(`${url}/`, { headers: { filler: 'x'.repeat(bytes) } });
    expect((await get(9_500)).status).toBe(204);
    expect((await get(10_240)).status).toBe(431);
  });

  it('answers 400 itself to a path that cannot be decoded', async () => {
    const { url, events } = await recording();
    expect(await exchange(url, 'GET /things/%zz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 /,
    );
    expect(events).toHaveLength(0);
  });

  it('does not wait for a function beyond its timeout', async () => {
    const { url } = await gatewayWith(() => new Promise(() => {}), { integrationTimeoutMs: 20 });
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([503, { message: 'Service Unavailable' }]);
  });

  it('starts the lineage of a chain', async () => {
    const traces: string[] = [];
    const { url } = await gatewayWith(async (_name, _event, trace) => {
      traces.push(trace);
      return { ok: true, payload: null };
    });
    await fetch(url);
    expect(traces[0]).toMatch(/^Root=1-[0-9a-f-]+;Parent=[0-9a-f]{16};Sampled=0;Lineage=[0-9a-f]{8}:1$/);
  });

  it('answers what it took before it stops', async () => {
    const { promise: finish, resolve } = Promise.withResolvers<InvocationResult>();
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const gateway = await gatewayWith(() => {
      begin();
      return finish;
    });
    const answered = fetch(gateway.url);
    await begun;
    const stopped = gateway.stop(10_000);
    await expect(fetch(gateway.url)).rejects.toThrow();
    resolve({ ok: true, payload: { statusCode: 200, body: 'late' } });
    expect(await (await answered).text()).toBe('late');
    await stopped;
  });

  it('says in one sentence that a port is taken', async () => {
    const { url } = await recording();
    const port = Number(new URL(url).port);
    await expect(startGateway({ port, match, invoke: async () => ({ ok: true, payload: null }) })).rejects.toThrow(
      new PortInUseError(port, undefined),
    );
  });
});
