import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { Http1Connection } from '../../../../lib/load/engine/http1-connection.ts';
import type { EngineTarget } from '../../../../lib/load/engine/plan.ts';
import { type Listening, listening } from '../../../support/listening.ts';
import { selfSigned } from '../../../support/self-signed.ts';
import { WireExchange } from '../../../support/wire-exchange.ts';

const GET = 'GET / HTTP/1.1\r\nhost: x\r\n\r\n';

const servers: Listening[] = [];
const connections: Http1Connection[] = [];
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.close();
  for (const server of servers.splice(0)) await server.close();
});

const listen = async (server: net.Server): Promise<number> => {
  const listener = await listening(server);
  servers.push(listener);
  return listener.port;
};

async function connect(target: EngineTarget, exchange: WireExchange): Promise<Http1Connection> {
  const deadline = performance.now() + 5_000;
  const connection = new Http1Connection(target, { address: '127.0.0.1', slot: 0, deadline }, exchange);
  connections.push(connection);
  expect(await exchange.next()).toMatchObject({ what: 'connected' });
  return connection;
}

const plain = (port: number): EngineTarget => ({ protocol: 'http:', hostname: 'shop.invalid', port });

describe('Http1Connection', () => {
  it('keeps of a response what is asked for each time', async () => {
    const port = await listen(
      http.createServer((_, response) => {
        response.setHeader('set-cookie', ['a=1', 'b=2']);
        response.setHeader('content-encoding', 'gzip').end(gzipSync('hello'));
      }),
    );
    const exchange = new WireExchange();
    const connection = await connect(plain(port), exchange);
    const { response } = connection;

    expect(await exchange.send(connection, GET, { keep: 'all' })).toMatchObject({ what: 'responded' });
    expect(response.headers('Set-Cookie')).toEqual(['a=1', 'b=2']);
    expect(response.decodedBody().toString()).toBe('hello');
    await exchange.send(connection, GET, { keep: 'head' });
    expect([response.headers('set-cookie').length, response.body().length]).toEqual([2, 0]);
    await exchange.send(connection, GET);
    expect([response.status, response.bodyBytes, response.headers('set-cookie')]).toEqual([
      200,
      gzipSync('hello').length,
      [],
    ]);
  });

  it('tells when it was connected, without TLS', async () => {
    const before = performance.now();
    const connection = await connect(plain(await listen(net.createServer())), new WireExchange());
    expect(connection.connectMs).toBeGreaterThan(0);
    expect(connection.connectMs).toBeLessThan(performance.now() - before);
    expect([connection.tlsMs, connection.isTlsResumed]).toEqual([undefined, false]);
  });

  it('tells when the first byte of a response came, which is its end when it came at once', async () => {
    const server = net.createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n');
        socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'));
        setTimeout(() => socket.write('ok'), 40);
      });
    });
    const exchange = new WireExchange();
    const connection = await connect(plain(await listen(server)), exchange);
    const late = await exchange.send(connection, GET);
    expect(connection.firstByteAt).toBeGreaterThan(connection.sentAt);
    expect(late.now - connection.firstByteAt).toBeGreaterThan(30);
    const whole = await exchange.send(connection, GET);
    expect(connection.firstByteAt).toBe(whole.now);
  });

  it('says what the server sends without being asked', async () => {
    const port = await listen(net.createServer((socket) => socket.write('HTTP/1.1 408 Request Timeout\r\n\r\n')));
    const exchange = new WireExchange();
    const connection = await connect(plain(port), exchange);
    expect(await exchange.next()).toMatchObject({ what: 'idleClosed' });
    expect(connection.isIdle).toBe(false);
  });

  it('counts what the server did not read as not sent, and what it read as sent', async () => {
    const deaf = net.createServer((socket) => socket.pause());
    const exchange = new WireExchange();
    const accepted = once(deaf, 'connection');
    const connection = await connect(plain(await listen(deaf)), exchange);
    const [socket] = (await accepted) as [net.Socket];
    connection.send(`PUT / HTTP/1.1\r\n\r\n${'x'.repeat(20_000_000)}`, { isHead: false, keep: 'nothing' }, 1e9);
    setTimeout(() => socket.resetAndDestroy(), 20);
    expect(await exchange.next()).toMatchObject({ what: 'sendFailed' });

    const rude = net.createServer((each) => each.once('data', () => each.resetAndDestroy()));
    const second = await connect(plain(await listen(rude)), exchange);
    expect(await exchange.send(second, GET)).toMatchObject({ what: 'requestFailed', kind: 'reset' });
  });
});

describe('Http1Connection over TLS', () => {
  const serve = (): https.Server =>
    https.createServer(selfSigned('shop.test'), (request, response) => {
      response.end(String(Reflect.get(request.socket, 'alpnProtocol')));
    });

  it('resumes the session of the connection before, asks for HTTP/1.1, and tells how long it took', async () => {
    const port = await listen(serve());
    const target: EngineTarget = { protocol: 'https:', hostname: 'shop.test', port, rejectUnauthorized: false };
    const exchange = new WireExchange();
    const resumed: boolean[] = [];
    for (let i = 0; i < 3; i++) {
      const connection = await connect(target, exchange);
      expect(connection.tlsMs).toBeGreaterThan(0);
      resumed.push(connection.isTlsResumed);
      expect(await exchange.send(connection, GET, { keep: 'all' })).toMatchObject({ what: 'responded' });
      expect(connection.response.body().toString()).toBe('http/1.1');
      connection.close();
    }
    expect(resumed).toEqual([false, true, true]);
  });

  it('passes a session on to no other name, and to nobody who distrusts the certificate', async () => {
    const port = await listen(serve());
    const lenient: EngineTarget = { protocol: 'https:', hostname: 'shop.test', port, rejectUnauthorized: false };
    const exchange = new WireExchange();
    const first = await connect(lenient, exchange);
    await exchange.send(first, GET);
    const other = await connect({ ...lenient, hostname: 'other.test' }, exchange);
    expect(other.isTlsResumed).toBe(false);
    const open = { address: '127.0.0.1', slot: 0, deadline: performance.now() + 5_000 };
    new Http1Connection({ ...lenient, rejectUnauthorized: true }, open, exchange);
    expect(await exchange.next()).toMatchObject({ what: 'connectFailed', kind: 'DEPTH_ZERO_SELF_SIGNED_CERT' });
  });
});
