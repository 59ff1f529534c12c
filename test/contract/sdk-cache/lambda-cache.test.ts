import http from 'node:http';
import middy from '@middy/core';
import { describe, expect, it } from 'vitest';
import { createCache } from '../../../lib/cache/library/create-cache.ts';
import type { GatewayEvent } from '../../../lib/sdk/middleware/gateway-event.ts';
import type { GatewayResult } from '../../../lib/sdk/middleware/gateway-result.ts';
import { cacheResponse, invalidateOnChange } from '../../../lib/sdk/middleware/lambda-cache.ts';
import { listening } from '../../support/listening.ts';
import type { HandledRequest, Handler, Host, Reply } from '../../support/response-cache-host.ts';
import { responseCacheSuite } from './response-cache-suite.ts';

type Event = GatewayEvent & { headers: Record<string, string> };

/** Events as a gateway makes them, and back, in one of its formats. */
interface Format {
  name: string;
  eventOf(incoming: http.IncomingMessage, body: string): Event;
  requestOf(event: Event): HandledRequest;
}

const singleHeaders = ({ headers }: http.IncomingMessage): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

const httpApi: Format = {
  name: 'an HTTP API',
  eventOf(incoming, body) {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const { cookie, ...headers } = singleHeaders(incoming);
    return {
      rawPath: decodeURI(url.pathname),
      rawQueryString: url.search.slice(1),
      headers,
      ...(cookie !== undefined && { cookies: cookie.split('; ') }),
      ...(body !== '' && { body }),
      requestContext: { http: { method: incoming.method ?? '' } },
    };
  },
  requestOf: (event) => ({
    method: (event.requestContext as { http: { method: string } }).http.method,
    target: `${event.rawPath}${event.rawQueryString === '' ? '' : `?${event.rawQueryString}`}`,
    header: (name) => (name === 'cookie' ? event.cookies?.join('; ') : event.headers[name]),
  }),
};

const restApi: Format = {
  name: 'a REST API',
  eventOf(incoming, body) {
    const url = new URL(incoming.url ?? '/', 'http://localhost');
    const headers: Record<string, string> = {};
    for (const [name, value] of Object.entries(singleHeaders(incoming))) {
      headers[name.replace(/^[a-z]/, (letter) => letter.toUpperCase())] = value;
    }
    return {
      httpMethod: incoming.method ?? '',
      path: url.pathname,
      multiValueQueryStringParameters: Object.fromEntries(
        [...url.searchParams.keys()].map((name) => [name, url.searchParams.getAll(name)]),
      ),
      headers,
      multiValueHeaders: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]])),
      body: body === '' ? null : body,
      requestContext: { identity: { sourceIp: '127.0.0.1', apiKey: null } },
    };
  },
  requestOf: (event) => ({
    method: event.httpMethod ?? '',
    target: event.path ?? '',
    header: (name) => Object.entries(event.headers).find(([each]) => each.toLowerCase() === name)?.[1],
  }),
};

async function bytesOf(body: Reply['body']): Promise<Uint8Array | string> {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) return body ?? '';
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function resultOf({ status = 200, headers = {}, body }: Reply): Promise<GatewayResult> {
  const { 'set-cookie': cookie, ...rest } = headers;
  const bytes = await bytesOf(body);
  return {
    statusCode: status,
    headers: rest,
    ...(cookie !== undefined && { cookies: [cookie] }),
    body: typeof bytes === 'string' ? bytes : Buffer.from(bytes).toString('base64'),
    isBase64Encoded: typeof bytes !== 'string',
  };
}

const hostOf = (format: Format): Host => ({
  name: `middy behind ${format.name}`,
  streams: false,
  async serve(options, handler: Handler) {
    const lambda = middy<Event>()
      .use(cacheResponse(options))
      .handler(async (event: Event) => resultOf(await handler(format.requestOf(event))));
    const server = http.createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk);
      const event = format.eventOf(incoming, Buffer.concat(chunks).toString());
      try {
        const result = (await lambda(event, {} as Parameters<typeof lambda>[1])) as GatewayResult;
        response.writeHead(result.statusCode, {
          ...result.headers,
          ...(result.cookies && { 'set-cookie': result.cookies }),
        });
        response.end(Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8'));
      } catch {
        response.writeHead(500).end();
      }
    });
    const { port, close } = await listening(server);
    return { url: `http://127.0.0.1:${port}`, close };
  },
});

responseCacheSuite(hostOf(httpApi));
responseCacheSuite(hostOf(restApi));

const context = {} as Parameters<ReturnType<typeof middy>>[1];

describe('cacheResponse', () => {
  it('keeps the answer of a handler that does not say its status, and tells apart what decodes alike', async () => {
    const cache = createCache<unknown>({ namespace: 'shop' });
    let calls = 0;
    const lambda = middy<Event>()
      .use(cacheResponse({ cache, ttlSeconds: 60 }))
      .handler(async (event: Event) => ({ path: event.rawPath, query: event.rawQueryString, call: ++calls }));
    const eventOf = (rawPath: string, rawQueryString: string): Event => ({
      rawPath,
      rawQueryString,
      headers: { host: 'shop.example' },
      requestContext: { http: { method: 'GET' } },
    });
    const first = await lambda(eventOf('/a?x=1', ''), context);
    expect(first).toEqual({ path: '/a?x=1', query: '', call: 1 });
    expect(await lambda(eventOf('/a?x=1', ''), context)).toMatchObject({
      statusCode: 200,
      body: JSON.stringify(first),
    });
    expect(await lambda(eventOf('/a', 'x=1'), context)).toEqual({ path: '/a', query: 'x=1', call: 2 });
  });

  it('passes by those whom an authorizer knows, and events that are no requests', async () => {
    const cache = createCache<unknown>({ namespace: 'shop' });
    let calls = 0;
    const lambda = middy()
      .use(cacheResponse({ cache, ttlSeconds: 60 }))
      .handler(async () => ({ statusCode: 200, body: `${++calls}` }));
    const known = {
      rawPath: '/',
      headers: {},
      requestContext: { http: { method: 'GET' }, authorizer: { jwt: { claims: { sub: 'alice' } } } },
    };
    expect(await lambda(known, context)).toMatchObject({ body: '1' });
    expect(await lambda(known, context)).toMatchObject({ body: '2' });
    expect(await lambda({ Records: [] }, context)).toEqual({ statusCode: 200, body: '3' });
    expect(await lambda({ Records: [] }, context)).toEqual({ statusCode: 200, body: '4' });
  });
});

describe('invalidateOnChange', () => {
  it('invalidates by what the event says, once the handler has succeeded, before the function answers', async () => {
    const cache = createCache<string>({ namespace: 'shop' });
    const lambda = middy()
      .use(
        invalidateOnChange<{ id: string; fail?: boolean }>({
          cache,
          invalidates: ({ id }) => ({ tags: [`item:${id}`] }),
        }),
      )
      .handler(async ({ fail }: { id: string; fail?: boolean }) => {
        if (fail) throw new Error('nothing was changed');
        return { statusCode: 204 };
      });
    const store = () => cache.set('a', 'value', { tags: ['item:1'] });
    await store();
    await expect(lambda({ id: '1', fail: true }, context)).rejects.toThrow('nothing was changed');
    expect(await cache.get('a')).toBe('value');
    await lambda({ id: '2' }, context);
    expect(await cache.get('a')).toBe('value');
    await lambda({ id: '1' }, context);
    expect(await cache.get('a')).toBeUndefined();
  });

  it('leaves what a request that only reads, or that was refused, cannot have changed', async () => {
    const cache = createCache<string>({ namespace: 'shop' });
    let statusCode = 200;
    const lambda = middy()
      .use(invalidateOnChange<Event>({ cache, invalidates: () => ({ pattern: '*' }) }))
      .handler(async () => ({ statusCode }));
    const eventOf = (method: string): Event => ({ rawPath: '/', headers: {}, requestContext: { http: { method } } });
    await cache.set('a', 'value');
    await lambda(eventOf('GET'), context);
    expect(await cache.get('a')).toBe('value');
    statusCode = 412;
    await lambda(eventOf('PUT'), context);
    expect(await cache.get('a')).toBe('value');
    statusCode = 200;
    await lambda(eventOf('PUT'), context);
    expect(await cache.get('a')).toBeUndefined();
  });
});
