import http2 from 'node:http2';
import net from 'node:net';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Http2Connection } from '../../../../lib/load/engine/http2-connection.ts';
import type { EngineTarget } from '../../../../lib/load/engine/plan.ts';
import { planFor, run, scenario, totalsOf } from '../../../support/engine-run.ts';
import { type Listening, listening } from '../../../support/listening.ts';
import { selfSigned } from '../../../support/self-signed.ts';
import { WireExchange } from '../../../support/wire-exchange.ts';

const certificate = selfSigned('shop.test');
const servers: Listening[] = [];
const connections: Http2Connection[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  for (const server of servers.splice(0)) await server.close();
});

type Answer = (stream: http2.ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void;

async function serve(answer: Answer): Promise<{ target: EngineTarget; sessions: http2.ServerHttp2Session[] }> {
  const sessions: http2.ServerHttp2Session[] = [];
  const server = http2.createSecureServer(certificate);
  server.on('session', (session) => {
    session.on('error', () => {});
    sessions.push(session);
  });
  server.on('stream', (stream, headers) => {
    stream.on('error', () => {});
    answer(stream, headers);
  });
  const listener = await listening(server);
  servers.push(listener);
  return { target: targetAt(listener.port), sessions };
}

const targetAt = (port: number): EngineTarget => ({
  protocol: 'https:',
  hostname: 'shop.test',
  port,
  rejectUnauthorized: false,
});

function open(target: EngineTarget, exchange: WireExchange): Http2Connection {
  const deadline = performance.now() + 5_000;
  const connection = new Http2Connection(target, { address: '127.0.0.1', slot: 0, deadline }, exchange);
  connections.push(connection);
  return connection;
}

async function connect(target: EngineTarget, exchange: WireExchange): Promise<Http2Connection> {
  const connection = open(target, exchange);
  expect(await exchange.next()).toMatchObject({ what: 'connected' });
  return connection;
}

const request = (method: string, path: string, body?: string): string =>
  [
    `${method} ${path} HTTP/1.1`,
    'host: shop.test',
    'x-a: 1',
    ...(body === undefined ? [] : [`content-length: ${Buffer.byteLength(body)}`]),
    '',
    body === undefined ? '' : Buffer.from(body).toString('latin1'),
  ].join('\r\n');

describe('Http2Connection', () => {
  it('carries method, path, fields and body, and reads status, fields and body, one request after the other', async () => {
    const seen: unknown[] = [];
    const { target, sessions } = await serve(async (stream, headers) => {
      const pieces: Buffer[] = [];
      for await (const piece of stream) pieces.push(piece);
      const { ':method': method, ':path': path, ':authority': authority, 'x-a': a, host } = headers;
      seen.push({ method, path, authority, a, host, body: Buffer.concat(pieces).toString() });
      stream.respond({ ':status': 201, 'set-cookie': ['a=1', 'b=2'], 'content-encoding': 'gzip' });
      stream.end(gzipSync('hello'));
    });
    const exchange = new WireExchange();
    const connection = await connect(target, exchange);
    const { response } = connection;
    expect(connection.connectMs).toBeGreaterThan(0);
    expect(connection.tlsMs).toBeGreaterThan(0);

    expect(await exchange.send(connection, request('POST', '/a?b=c', 'Grüße'), { keep: 'all' })).toMatchObject({
      what: 'responded',
    });
    expect([response.status, response.headers('Set-Cookie'), response.decodedBody().toString()]).toEqual([
      201,
      ['a=1', 'b=2'],
      'hello',
    ]);
    expect(connection.isIdle).toBe(true);
    expect(connection.firstByteAt).toBeGreaterThan(connection.sentAt);
    expect(connection.bytesReceived).toBeGreaterThan(response.bodyBytes);
    expect(connection.bytesSent).toBeGreaterThan('Grüße'.length);

    expect(await exchange.send(connection, request('HEAD', '/'), { isHead: true })).toMatchObject({
      what: 'responded',
    });
    expect([response.status, response.bodyBytes, response.headers('set-cookie')]).toEqual([201, 0, []]);
    const common = { authority: `shop.test:${target.port}`, a: '1', host: undefined };
    expect(seen).toEqual([
      { ...common, method: 'POST', path: '/a?b=c', body: 'Grüße' },
      { ...common, method: 'HEAD', path: '/', body: '' },
    ]);
    expect(sessions.length).toBe(1);
  });

  it('counts a body longer than what is kept at once, within its flow control', async () => {
    const { target } = await serve((stream) => {
      stream.respond({ ':status': 200 });
      stream.end(Buffer.alloc(3_000_000));
    });
    const exchange = new WireExchange();
    const connection = await connect(target, exchange);
    expect(await exchange.send(connection, request('GET', '/'), { keep: 'all' })).toMatchObject({ what: 'responded' });
    expect([connection.response.bodyBytes, connection.response.isBodyTruncated]).toEqual([3_000_000, true]);
  });

  it('resumes a TLS session', async () => {
    const { target } = await serve((stream) => stream.respond({ ':status': 204 }, { endStream: true }));
    const resumed: boolean[] = [];
    for (let i = 0; i < 2; i++) {
      const exchange = new WireExchange();
      const connection = await connect(target, exchange);
      await exchange.send(connection, request('GET', '/'));
      resumed.push(connection.isTlsResumed);
      connection.close();
    }
    expect(resumed).toEqual([false, true]);
  });

  it('tells a stream that the server resets from a connection that it closes, and asks no second time', async () => {
    let requests = 0;
    const { target, sessions } = await serve((stream, headers) => {
      requests++;
      if (headers[':path'] === '/reset') stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
      else sessions.at(-1)?.destroy();
    });
    const exchange = new WireExchange();
    const first = await connect(target, exchange);
    expect(await exchange.send(first, request('GET', '/reset'))).toMatchObject({
      what: 'requestFailed',
      kind: 'reset',
    });
    expect(first.isIdle).toBe(false);
    const second = await connect(target, exchange);
    expect(await exchange.send(second, request('GET', '/gone'))).toMatchObject({
      what: 'requestFailed',
      kind: 'closed',
    });
    expect(requests).toBe(2);
  });

  it('is used no more once the server says that it goes, and the request on it is answered', async () => {
    const { target, sessions } = await serve((stream) => {
      sessions.at(-1)?.goaway();
      setTimeout(() => {
        stream.respond({ ':status': 200 });
        stream.end('ok');
      }, 20);
    });
    const exchange = new WireExchange();
    const connection = await connect(target, exchange);
    expect(await exchange.send(connection, request('GET', '/'))).toMatchObject({ what: 'responded' });
    expect(connection.isUsable(performance.now())).toBe(false);
  });

  it('tells that the server closed it while nobody asked', async () => {
    const { target, sessions } = await serve((stream) => stream.respond({ ':status': 204 }, { endStream: true }));
    const exchange = new WireExchange();
    const connection = await connect(target, exchange);
    await exchange.send(connection, request('GET', '/'));
    sessions.at(-1)?.close();
    expect(await exchange.next()).toMatchObject({ what: 'idleClosed' });
    expect(connection.isIdle).toBe(false);
  });

  it('ends what takes too long', async () => {
    const arrived = Promise.withResolvers<void>();
    const { target } = await serve(() => arrived.resolve());
    const exchange = new WireExchange();
    const connection = await connect(target, exchange);
    const failed = exchange.send(connection, request('GET', '/'));
    await arrived.promise;
    connection.expire(performance.now());
    expect(connection.isIdle).toBe(false);
    connection.expire(performance.now() + 6_000);
    expect(await failed).toMatchObject({ what: 'requestFailed', kind: 'timeout' });
  });

  it('does without a server that speaks no HTTP/2', async () => {
    const old = tls.createServer({ ...certificate, ALPNProtocols: ['http/1.1'] });
    const mute = tls.createServer(certificate);
    for (const server of [old, mute]) {
      server.on('tlsClientError', () => {});
      const listener = await listening(server);
      servers.push(listener);
      const exchange = new WireExchange();
      open(targetAt(listener.port), exchange);
      const event = await exchange.next();
      expect(event.what).toBe('connectFailed');
      expect(event.kind).toMatch(/^ERR_(NO_HTTP2|SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL)$/);
    }
    const plain = net.createServer((socket) => socket.end('HTTP/1.1 400 Bad\r\n\r\n'));
    const listener = await listening(plain);
    servers.push(listener);
    const exchange = new WireExchange();
    open(targetAt(listener.port), exchange);
    expect(await exchange.next()).toMatchObject({ what: 'connectFailed' });
  });
});

describe('the engine over HTTP/2', () => {
  it('counts what the target counted, a connection for each user', async () => {
    const counts: Record<string, number> = {};
    const { target, sessions } = await serve((stream, headers) => {
      const path = headers[':path'] ?? '';
      counts[path] = (counts[path] ?? 0) + 1;
      stream.resume().on('end', () => {
        if (path === '/reset') stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
        else stream.respond({ ':status': path === '/missing' ? 404 : 200 }, { endStream: true });
      });
    });
    const plan = planFor(target.port, {
      target,
      protocol: 'http2',
      users: 4,
      scenarios: [
        scenario('/', { weight: 10 }),
        scenario('/missing'),
        scenario('/reset'),
        scenario('/orders', { method: 'POST', body: { text: 'ü'.repeat(500) } }),
      ],
    });
    const { outcome, reports } = await run(plan, { address: () => '127.0.0.1' });
    expect(outcome.connectionFailures).toBe(0);
    expect(outcome.successful).toBeGreaterThan(0);
    for (const path of ['/', '/missing', '/reset', '/orders']) {
      expect([path, totalsOf(reports, path).requests]).toEqual([path, counts[path] ?? 0]);
    }
    expect(totalsOf(reports, '/reset').errors).toEqual({ reset: counts['/reset'] });
    // A user who was reset connects anew, unless the test has ended by then.
    const resets = counts['/reset'] ?? 0;
    expect(sessions.length).toBeGreaterThanOrEqual(Math.max(4, resets));
    expect(sessions.length).toBeLessThanOrEqual(4 + resets);
  });

  it('is not run over plain TCP', async () => {
    const plan = planFor(1, { protocol: 'http2' });
    await expect(run(plan)).rejects.toThrow('HTTP/2 is spoken over TLS only');
  });
});
