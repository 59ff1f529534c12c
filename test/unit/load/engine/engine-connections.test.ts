import http from 'node:http';
import https from 'node:https';
import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { planFor, run, scenario, totalsOf } from '../../../support/engine-run.ts';
import { type Listening, listening } from '../../../support/listening.ts';
import { selfSigned } from '../../../support/self-signed.ts';

const open: Listening[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

const listen = async (server: net.Server): Promise<number> => {
  const listener = await listening(server);
  open.push(listener);
  return listener.port;
};

/** Answers each request of a connection with what `answer` says; requests are told apart by their blank line. */
const rawServer = (answer: (socket: net.Socket, requestsOnConnection: number) => void): net.Server =>
  net.createServer((socket) => {
    let received = '';
    let requests = 0;
    socket.on('error', () => {});
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        received = received.slice(end + 4);
        answer(socket, ++requests);
      }
    });
  });

describe('connections', () => {
  it('are kept: one per user', async () => {
    let connections = 0;
    const port = await listen(
      http
        .createServer((_, response) => response.end('ok'))
        .on('connection', () => {
          connections++;
        }),
    );
    const { outcome } = await run(planFor(port, { users: 5, thinkTimeMs: 1 }));
    expect(outcome.successful).toBe(outcome.requests);
    expect(connections).toBe(5);
  });

  it('are opened anew after each response that announces the end', async () => {
    let [connections, requests] = [0, 0];
    const server = http.createServer((_, response) => {
      requests++;
      response.writeHead(200, { connection: 'close' }).end('ok');
    });
    const port = await listen(server.on('connection', () => connections++));
    const { outcome } = await run(planFor(port, { users: 3 }));
    expect(outcome).toMatchObject({ requests, successful: requests, connectionFailures: 0 });
    expect(connections).toBe(requests);
  });

  it('are opened anew when the server closes them between requests without a word', async () => {
    let requests = 0;
    const port = await listen(
      rawServer((socket) => {
        requests++;
        socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
      }),
    );
    const { outcome } = await run(planFor(port, { users: 3, thinkTimeMs: 20 }));
    expect(outcome).toMatchObject({ requests, successful: requests, connectionFailures: 0 });
    expect(requests).toBeGreaterThan(10);
  });

  it('are given up before the server does, when it says when that is', async () => {
    const onConnection: number[] = [];
    const port = await listen(
      rawServer((socket, requests) => {
        onConnection.push(requests);
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\nkeep-alive: timeout=1\r\n\r\n');
      }),
    );
    const { outcome } = await run(planFor(port, { thinkTimeMs: 600, durationSeconds: 1.5 }));
    expect([outcome.successful, onConnection]).toEqual([3, [1, 1, 1]]);
  });

  it('go to the pinned address, with the name of the host', async () => {
    const hosts = new Set<string | undefined>();
    const port = await listen(
      http.createServer((request, response) => {
        hosts.add(request.headers.host);
        response.end();
      }),
    );
    const target = { protocol: 'http:', hostname: 'shop.invalid', port } as const;
    const { outcome } = await run(planFor(port, { target, durationSeconds: 0.1 }), { address: () => '127.0.0.1' });
    expect(outcome.successful).toBeGreaterThan(0);
    expect([...hosts]).toEqual([`shop.invalid:${port}`]);
  });

  it('that are refused stand apart by kind, and are not hammered at', async () => {
    const gone = await listening(net.createServer());
    await gone.close();
    const { outcome, reports } = await run(planFor(gone.port, { users: 2, durationSeconds: 0.5 }));
    expect(outcome).toMatchObject({ requests: 0, failed: 0 });
    expect(outcome.connectionFailures).toBeGreaterThanOrEqual(4);
    expect(outcome.connectionFailures).toBeLessThanOrEqual(2 * 4);
    const kinds = reports.flatMap((report) => Object.entries(report.connectionFailures));
    expect(kinds.map(([kind]) => kind).every((kind) => kind === 'ECONNREFUSED')).toBe(true);
    expect(kinds[0]?.[1].example).toContain('ECONNREFUSED');
  });

  it('that are refused take one arrival each in the open model', async () => {
    const gone = await listening(net.createServer());
    await gone.close();
    const { outcome } = await run(
      planFor(gone.port, { arrivalsPerSecond: 100, maxConnections: 3, durationSeconds: 0.3 }),
    );
    expect(outcome).toMatchObject({ requests: 0, connectionFailures: 30, droppedArrivals: 0 });
  });

  it('that are never established time out', async () => {
    // It takes the connection and says nothing, so that no TLS session comes about.
    const port = await listen(net.createServer());
    const target = { protocol: 'https:', hostname: '127.0.0.1', port } as const;
    const { outcome, reports } = await run(planFor(port, { target, timeoutMs: 100, durationSeconds: 0.15 }));
    expect(outcome.requests).toBe(0);
    expect(reports.flatMap((report) => Object.keys(report.connectionFailures))).toContain('connect_timeout');
  });

  it('that break while a request is being written count as connection failures, not as requests', async () => {
    const port = await listen(net.createServer((socket) => socket.once('data', () => socket.resetAndDestroy())));
    const body = 'x'.repeat(12_000_000);
    const { outcome } = await run(
      planFor(port, { scenarios: [scenario('/', { method: 'PUT', body })], thinkTimeMs: 50, durationSeconds: 1 }),
    );
    expect(outcome.requests).toBe(0);
    expect(outcome.connectionFailures).toBeGreaterThan(0);
  });
});

describe('responses', () => {
  it('may drip in byte by byte, after an interim one', async () => {
    const bytes =
      'HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nt: 1\r\n\r\n';
    let requests = 0;
    const port = await listen(
      rawServer((socket) => {
        requests++;
        const drip = (at: number): void => {
          if (at === bytes.length || socket.destroyed) return;
          socket.write(bytes.charAt(at), () => setImmediate(drip, at + 1));
        };
        socket.setNoDelay(true);
        drip(0);
      }),
    );
    const { outcome, reports } = await run(planFor(port, { users: 2 }));
    expect(outcome).toMatchObject({ requests, successful: requests });
    const received = reports.reduce((sum, { scenarios }) => sum + (scenarios['/']?.bytesReceived ?? 0), 0);
    expect(received).toBe(bytes.length * requests);
  });

  it('that are none, or are too much, are protocol errors', async () => {
    const port = await listen(
      rawServer((socket, requests) => {
        socket.write(requests > 1 ? 'what?\r\n\r\n' : 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nok');
      }),
    );
    const { outcome, reports } = await run(planFor(port, { thinkTimeMs: 5, durationSeconds: 0.1 }));
    expect(outcome.requests).toBeGreaterThan(0);
    expect(totalsOf(reports).errors).toEqual({ protocol: outcome.requests });
  });

  it('that end with the connection are complete', async () => {
    let requests = 0;
    const port = await listen(
      rawServer((socket) => {
        requests++;
        socket.end('HTTP/1.0 200 OK\r\n\r\nuntil the end');
      }),
    );
    const { outcome } = await run(planFor(port, {}));
    expect(outcome).toMatchObject({ requests, successful: requests });
  });
});

describe('TLS', () => {
  it('is spoken, and a certificate that cannot be trusted is a connection failure unless it is allowed', async () => {
    let requests = 0;
    const names = new Set<unknown>();
    const server = https.createServer(selfSigned('shop.test'), (request, response) => {
      requests++;
      names.add(Reflect.get(request.socket, 'servername'));
      response.end('x'.repeat(100_000));
    });
    const port = await listen(server);

    const target = { protocol: 'https:', hostname: 'shop.test', port } as const;
    const address = (): string => '127.0.0.1';
    const distrusted = await run(planFor(port, { target, durationSeconds: 0.2, thinkTimeMs: 50 }), { address });
    expect([distrusted.outcome.requests, requests]).toEqual([0, 0]);
    const kinds = distrusted.reports.flatMap(({ connectionFailures }) => Object.keys(connectionFailures));
    expect([...new Set(kinds)]).toEqual(['DEPTH_ZERO_SELF_SIGNED_CERT']);

    const plan = planFor(port, { target: { ...target, rejectUnauthorized: false }, users: 4 });
    const { outcome } = await run(plan, { address });
    expect(outcome).toMatchObject({ requests, successful: requests, connectionFailures: 0 });
    expect(requests).toBeGreaterThan(20);
    expect([...names]).toEqual(['shop.test']);
  });
});
