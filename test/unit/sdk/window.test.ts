import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type TelemetryWindow, telemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { ActiveRequest } from '../../../lib/sdk/telemetry/current-request.ts';
import { QueryKinds } from '../../../lib/sdk/telemetry/databases/query-kinds.ts';
import type { EndedRequest } from '../../../lib/sdk/telemetry/incoming-requests.ts';
import { packWindow } from '../../../lib/sdk/telemetry/packing.ts';
import { Window } from '../../../lib/sdk/telemetry/window.ts';
import { Sketch } from '../../../lib/statistics/sketch.ts';

const requestOf = (url: string, method = 'GET'): ActiveRequest => {
  const request = new IncomingMessage(new Socket());
  return new ActiveRequest(Object.assign(request, { url, method }));
};
const ended = (url: string, status: number, durationMs: number): EndedRequest => ({
  active: requestOf(url),
  status,
  durationMs,
  requestBytes: 10,
  responseBytes: 20,
});
const requestsIn = (window: TelemetryWindow): number =>
  window.endpoints.reduce((sum, { responseTime }) => sum + Sketch.fromBase64(responseTime).count, 0);

describe('a window', () => {
  it('counts every request once, by route and status, and the failed ones', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.constantFrom('/a', '/b/1', '/b/2'), fc.constantFrom(0, 200, 404, 500), fc.nat(5_000))),
        (requests) => {
          const window = new Window();
          for (const request of requests) window.addRequest(ended(...request));
          const wire = telemetryWindow.parse(window.close(new Window(), undefined));
          expect(requestsIn(wire)).toBe(requests.length);
          for (const { route, statuses, failed, requestBytes, responseTime } of wire.endpoints) {
            const own = requests.filter(([url]) => url.replace(/\d/, ':id') === route);
            const finished = own.filter(([, status]) => status !== 0);
            expect(Object.values(statuses).reduce((sum, count) => sum + count, 0)).toBe(finished.length);
            expect(failed).toBe(own.filter(([, status]) => status === 0 || status >= 500).length);
            expect(requestBytes).toBe(10 * own.length);
            expect(Sketch.fromBase64(responseTime).max).toBe(1_000 * Math.max(...own.map(([, , ms]) => ms)));
          }
          const slowest = requests.map(([, , ms]) => ms).sort((a, b) => b - a);
          expect(wire.slowRequests.map(({ responseTimeMs }) => responseTimeMs)).toEqual(slowest.slice(0, 10));
        },
      ),
    );
  });

  it('stays within the contract when every request has a route, and every query a text, of its own', () => {
    const window = new Window();
    const kinds = new QueryKinds('sqlite');
    for (let i = 0; i < 5_000; i++) {
      const name = `route-${i.toString(26).replace(/\d/g, 'z')}x${'abc'.charAt(i % 3)}${Math.floor(i / 3)
        .toString(26)
        .replace(/\d/g, 'q')}`;
      const request = ended(`/${name}`.slice(0, 24), i % 7 === 0 ? 500 : 200, i);
      window.addQuery({ kind: kinds.of(`SELECT c${i} FROM t`), active: request.active, durationMs: 1, rows: 1 });
      window.addRequest(request);
    }
    const wire = telemetryWindow.parse(window.close(new Window(), undefined));
    expect(requestsIn(wire)).toBe(5_000);
    expect(wire.endpoints.length).toBeLessThanOrEqual(201);
    expect(wire.endpoints.find(({ route }) => route === '*other*')).toBeDefined();
    const queries = wire.queries.reduce((sum, { queryTime }) => sum + Sketch.fromBase64(queryTime).count, 0);
    expect(queries).toBe(5_000);
    expect(wire.queries.length).toBeLessThanOrEqual(151);
  });

  it('knows how many queries of a kind one request sent at most', () => {
    const window = new Window();
    const kinds = new QueryKinds('sqlite');
    for (const count of [3, 7, 5]) {
      const request = ended('/list', 200, 1);
      for (let i = 0; i < count; i++) {
        window.addQuery({
          kind: kinds.of(`SELECT a FROM t WHERE id = ${i}`),
          active: request.active,
          durationMs: 2,
          rows: 1,
        });
      }
      window.addRequest(request);
    }
    window.addQuery({ kind: kinds.of('SELECT a FROM t WHERE id = 1'), active: undefined, durationMs: 1, rows: 1 });
    const wire = window.close(new Window(), undefined);
    expect(wire.endpoints).toMatchObject([{ route: '/list', queries: 15, queryTimeUs: 30_000 }]);
    expect(wire.queries).toMatchObject([
      { fingerprint: 'SELECT a FROM t WHERE id = ?', endpoint: 'GET /list', rows: 15, maxPerRequest: 7 },
      { fingerprint: 'SELECT a FROM t WHERE id = ?', rows: 1, maxPerRequest: 0 },
    ]);
    expect(wire.queries[1]).not.toHaveProperty('endpoint');
  });

  it('is sent in parts when it is large, and the parts are the whole', () => {
    const window = new Window();
    for (let i = 0; i < 300; i++) {
      window.addRequest(
        ended(`/${'abcdefghij'.charAt(i % 10)}${'klmnopqrst'.charAt(Math.floor(i / 10) % 10)}`, i % 2 ? 200 : 503, i),
      );
    }
    const whole = window.close(new Window(), undefined);
    const parts = packWindow(whole, 5_000);
    expect(parts.length).toBeGreaterThan(2);
    for (const part of parts) expect(part.length).toBeLessThanOrEqual(5_000);
    const parsed = parts.map((part) => telemetryWindow.parse(JSON.parse(part)));
    for (const list of ['endpoints', 'queries', 'slowRequests', 'failedRequests'] as const) {
      const together = new Set(parsed.flatMap((part) => part[list].map((item) => JSON.stringify(item))));
      expect(together).toEqual(new Set(whole[list].map((item) => JSON.stringify(item))));
    }
    expect(new Set(parsed.map(({ start, durationMs }) => `${start} ${durationMs}`)).size).toBe(1);
  });
});
