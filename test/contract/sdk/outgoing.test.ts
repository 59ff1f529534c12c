import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Sketch } from '../../../lib/statistics/sketch.ts';
import { type Listening, listening } from '../../support/listening.ts';
import { Collector } from './collector.ts';
import { environmentFor, Host } from './host.ts';

let collector: Collector;
let target: Listening;
let url: string;
let host: Host;

/** What the service asks: answers as its path says. */
const targetServer = (): Server =>
  createServer((request, response) => {
    const [, kind, argument] = (request.url ?? '').split('/');
    if (kind === 'status') response.writeHead(Number(argument)).end();
    else if (kind === 'reset') request.socket.destroy();
    else if (kind === 'half') response.writeHead(200, { 'content-length': 9 }).write('x', () => response.destroy());
    else if (kind === 'redirect') response.writeHead(302, { location: '/status/200' }).end();
    else if (kind === 'hints') {
      response.writeEarlyHints({ link: '</style.css>; rel=preload; as=style' });
      response.end('ok');
    } else if (kind !== 'hang') response.end('ok');
  });

beforeEach(async () => {
  collector = await Collector.open();
  target = await listening(targetServer());
  url = `http://127.0.0.1:${target.port}`;
  host = await Host.start(environmentFor(collector.url, { TARGET: url }), 'outgoing');
});
afterEach(async () => {
  host.program.child.kill('SIGKILL');
  await host.program.exit;
  await target.close();
  await collector.close();
  expect(collector.problems).toEqual([]);
});

/** By `METHOD target endpoint`: by status, and how many failed. */
function reported() {
  const outgoing = collector.batches.flatMap(({ windows }) => windows).flatMap((window) => window.outgoing);
  return Object.fromEntries(
    outgoing.map(({ target, method, endpoint, statuses, failed, responseTime }) => [
      `${method} ${target.replace(url, 'target')} ${endpoint ?? '-'}`,
      { ...statuses, failed, all: Sketch.fromBase64(responseTime).count },
    ]),
  );
}

describe('what a service asks of others', () => {
  it('is reported by target, method, and the endpoint that asks, each request once', async () => {
    for (const way of ['fetch', 'undici', 'http'])
      for (const path of ['/', '/', '/status/404', '/status/503', '/reset', '/hints'])
        await host.get(`/${way}?path=${path}`);
    await host.get('/fetch?path=/half');
    await host.get('/fetch?path=/redirect');
    await host.get('/http?path=/half');
    await host.get('/impatient?path=/hang');
    await host.get('/upload');
    await host.get('/passing-on');
    await host.flush();
    const usual = { 200: 3, 404: 1, 503: 1, failed: 2, all: 6 };
    expect(reported()).toEqual({
      'GET target -': { 200: 1, failed: 0, all: 1 },
      // An answer that broke off was one; a redirect and what it led to are two.
      'GET target GET /fetch': { ...usual, 200: 5, 302: 1, all: 9 },
      'POST target GET /undici': usual,
      'GET target GET /http': { ...usual, 200: 4, all: 7 },
      'GET target GET /impatient': { failed: 1, all: 1 },
      'PUT target GET /upload': { 200: 1, failed: 0, all: 1 },
      'GET target GET /passing-on': { 200: 1, failed: 0, all: 1 },
    });
  });

  it("is nobody's when the request that asked was answered before", async () => {
    await host.get('/later');
    await once(host.program.child, 'message');
    await host.flush();
    expect(reported()).toEqual({ 'GET target -': { 200: 2, failed: 0, all: 2 } });
  });

  it('is bounded, and no request is lost', async () => {
    await host.get('/many');
    await host.flush();
    const counts = Object.values(reported());
    expect(counts.length).toBeLessThanOrEqual(151);
    expect(counts.reduce((sum, { all }) => sum + all, 0)).toBe(301);
    expect(reported()['* *other* -']?.failed).toBeGreaterThan(100);
  });

  it('does not contain what the SDK sends to Headroom', async () => {
    for (let i = 0; i < 3; i++) {
      await host.get('/none');
      await host.flush();
    }
    expect(collector.received).toHaveLength(3);
    expect(reported()).toEqual({ 'GET target -': { 200: 1, failed: 0, all: 1 } });
  });
});
