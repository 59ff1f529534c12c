import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otlpTraces } from '../../../../lib/contracts/otlp.ts';
import { telemetryWindow } from '../../../../lib/contracts/telemetry.ts';
import { type Counted, traceWindows } from '../../../../lib/telemetry/otlp/trace-windows.ts';
import { type GivenSpan, tracesOf } from '../../../support/otlp-requests.ts';
import { aggregateOf, noon } from '../../../support/telemetry-batches.ts';

const always: Counted = { server: () => true, client: () => true };
const idOf = (number: number): string => number.toString(16).padStart(16, '0');

function windowsOf(spans: GivenSpan[], counted = always, now = noon) {
  const read = otlpTraces
    .parse(tracesOf(spans))
    .resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans));
  const { windows, rejected, why } = traceWindows(read, now, counted);
  const closed = windows.close((name) => `hash of ${name.length}`);
  for (const window of closed) expect(telemetryWindow.parse(window)).toEqual(window);
  return { windows: closed, rejected, why, told: aggregateOf(closed) };
}

const server = (id: number, given: Partial<GivenSpan> = {}): GivenSpan => ({
  id: idOf(id),
  startMs: noon - 5_000,
  ms: 20,
  values: { 'http.request.method': 'GET', 'http.route': '/products/:id', 'http.response.status_code': 200 },
  ...given,
});

describe('spans', () => {
  it('of servers are requests, by the new conventions and the old', () => {
    const { told } = windowsOf([
      server(1),
      server(2, {
        values: {
          'http.method': 'POST',
          'http.target': '/orders/17?secret=1',
          'http.status_code': 503,
          'enduser.id': 'ada',
          'http.client_ip': '192.0.2.1',
        },
        error: true,
      }),
      server(3, { values: { 'http.request.method': 'GET', 'url.full': 'https://shop.example/a/123' } }),
      server(4, { name: 'shop.Orders/Place', values: { 'rpc.system': 'grpc' }, error: true }),
      server(5, { values: { 'http.request.method': 'GET', 'http.response.status_code': 404 }, error: true }),
    ]);
    expect(
      told.endpoints.map(({ endpoint, statuses, failed, responseTime }) => [
        endpoint,
        statuses,
        failed,
        responseTime.sum,
      ]),
    ).toEqual([
      ['GET *unknown*', { 404: 1 }, 0, 20_000],
      ['GET /a/:id', {}, 0, 20_000],
      ['GET /products/:id', { 200: 1 }, 0, 20_000],
      ['POST /orders/:id', { 503: 1 }, 1, 20_000],
      ['RPC shop.Orders/Place', {}, 1, 20_000],
    ]);
    const failed = told.failedRequests.find(({ status }) => status === 503);
    expect(failed).toMatchObject({ url: '/orders/17', user: 'hash of 3', address: 'hash of 9', responseTimeMs: 20 });
  });

  it('of clients are queries and outgoing requests, told of the endpoint that they were called from', () => {
    const query = (id: number, given: Partial<GivenSpan> = {}): GivenSpan => ({
      id: idOf(id),
      parent: idOf(2),
      kind: 3,
      startMs: noon - 4_990,
      ms: 2,
      values: {
        'db.system': 'postgresql',
        'db.statement': `SELECT * FROM items WHERE id = ${id}`,
        'db.response.returned_rows': 3,
      },
      ...given,
    });
    const { told } = windowsOf([
      server(1),
      { id: idOf(2), parent: idOf(1), kind: 1, startMs: noon - 4_999, ms: 15 },
      query(10),
      query(11),
      query(12, { parent: idOf(99) }),
      query(13, { values: { 'db.system.name': 'redis', 'db.query.text': 'GET user:secret' } }),
      query(14, {
        values: {
          'db.system.name': 'mongodb',
          'db.query.text': '{"find":"secret"}',
          'db.operation.name': 'find',
          'db.collection.name': 'items',
        },
      }),
      query(20, {
        values: {
          'http.request.method': 'GET',
          'url.full': 'https://user:pass@api.example.com/x?y',
          'http.response.status_code': 502,
        },
      }),
      query(21, { values: { 'http.method': 'GET', 'net.peer.name': 'stock', 'net.peer.port': 8080 }, error: true }),
    ]);
    expect(
      told.queries.map(({ system, fingerprint, endpoint, queryTime, rows, maxPerRequest }) => [
        system,
        fingerprint,
        endpoint,
        queryTime.count,
        rows,
        maxPerRequest,
      ]),
    ).toEqual(
      expect.arrayContaining([
        ['postgresql', 'SELECT * FROM items WHERE id = ?', 'GET /products/:id', 2, 6, 2],
        ['postgresql', 'SELECT * FROM items WHERE id = ?', undefined, 1, 3, 0],
        ['redis', 'GET', 'GET /products/:id', 1, 0, 1],
        ['mongodb', 'find items', 'GET /products/:id', 1, 0, 1],
      ]),
    );
    expect(JSON.stringify(told.queries)).not.toContain('secret');
    expect(told.endpoints[0]).toMatchObject({ queries: 4, queryTimeUs: expect.closeTo(8_000, -1) });
    expect(told.outgoing.map(({ target, endpoint, statuses, failed }) => [target, endpoint, statuses, failed])).toEqual(
      expect.arrayContaining([
        ['https://api.example.com', 'GET /products/:id', { 502: 1 }, 1],
        ['http://stock:8080', 'GET /products/:id', {}, 1],
      ]),
    );
  });

  it('of frameworks tell the route of the server that does not know it', () => {
    const { told } = windowsOf([
      server(1, { values: { 'http.request.method': 'GET', 'url.path': '/a/b', 'http.response.status_code': 200 } }),
      {
        id: idOf(2),
        parent: idOf(1),
        kind: 1,
        startMs: noon - 4_999,
        ms: 15,
        values: { 'http.route': '/:first/:second' },
      },
    ]);
    expect(told.endpoints.map(({ endpoint }) => endpoint)).toEqual(['GET /:first/:second']);
  });

  it('stand for as many as they were drawn from', () => {
    const sampled = Array.from({ length: 400 }, (_, index) => server(index, { traceState: 'vendor=x,ot=rv:1;th:c' }));
    expect(windowsOf(sampled).told.endpoints[0]?.responseTime.count).toBe(1600);
    const third = Array.from({ length: 3_000 }, (_, index) => server(index, { traceState: 'ot=th:aaaaaaaaaaaaaa' }));
    const count = windowsOf(third).told.endpoints[0]?.responseTime.count ?? 0;
    expect(Math.abs(count / 9_000 - 1)).toBeLessThan(0.02);
    expect(windowsOf(third).told.endpoints[0]?.responseTime.count).toBe(count);
  });

  it('whose requests the metrics count are kept whole, and not counted', () => {
    const { told } = windowsOf([server(1, { ms: 900 }), server(2)], {
      server: (endMs) => endMs > noon - 4_500,
      client: () => false,
    });
    expect(told.endpoints.map(({ responseTime }) => responseTime.count)).toEqual([1]);
    expect(told.slowRequests).toHaveLength(2);
  });

  it('without times that can be are refused, each by itself', () => {
    const { rejected, why, told } = windowsOf([
      server(1),
      server(2, { ms: -5 }),
      server(3, { startMs: noon + 60_000 }),
      server(4, { startMs: noon - 6 * 3_600_000 }),
      server(5, { startMs: 0, ms: 0 }),
    ]);
    expect([rejected, told.endpoints[0]?.responseTime.count]).toEqual([4, 1]);
    expect(why).toBe('A span has no times, or ends before it starts.');
  });

  it('that call each other in a circle end nothing but themselves', () => {
    const circle = [1, 2, 3].map((id) =>
      server(id, { kind: 3, parent: idOf((id % 3) + 1), values: { 'db.system': 'sqlite' } }),
    );
    expect(windowsOf(circle).told.queries[0]).toMatchObject({ fingerprint: 'GET', maxPerRequest: 0 });
  });

  it('are all counted, or refused, in windows that keep the contract', () => {
    const text = fc.string({ maxLength: 400, unit: 'binary' });
    const span = fc.record({
      id: fc.nat(50).map(idOf),
      parent: fc.nat(50).map(idOf),
      kind: fc.constantFrom(0, 1, 2, 2, 3, 3, 4, 99),
      name: text,
      startMs: fc.integer({ min: noon - 120_000, max: noon + 40_000 }),
      ms: fc.integer({ min: -10, max: 100_000 }),
      traceState: fc.oneof(fc.constantFrom('ot=th:0', 'ot=th:ffffffffffffff', 'ot=th:f'), text),
      error: fc.boolean(),
      values: fc.dictionary(
        fc.constantFrom(
          'http.request.method',
          'http.route',
          'http.response.status_code',
          'url.full',
          'db.system',
          'db.statement',
          'server.address',
          'http.response.body.size',
          'user.id',
        ),
        fc.oneof(text, fc.double({ noNaN: true }), fc.integer(), fc.constantFrom('GET', 'redis', 'postgresql', 200)),
      ),
    });
    fc.assert(
      fc.property(fc.array(span, { maxLength: 30 }), (spans) => {
        const { told, rejected } = windowsOf(spans.map((each) => ({ ...each, traceState: '' })));
        const requests = told.endpoints.reduce((sum, { responseTime }) => sum + responseTime.count, 0);
        const timely = ({ startMs, ms }: GivenSpan) => ms >= 0 && startMs + ms <= noon + 20_000;
        expect(requests).toBe(spans.filter((each) => each.kind === 2 && timely(each)).length);
        expect(rejected).toBe(spans.filter((each) => !timely(each)).length);
        windowsOf(spans);
      }),
      { numRuns: 25 },
    );
  });
});
