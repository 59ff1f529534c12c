import { fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue, usualPageSize as pageSize } from '../../../lib/local/demo/catalogue.ts';
import { faultsOf, noFaults, type ShopFaults, usualFaults } from '../../../lib/local/demo/faults.ts';
import { createOrders, TillClosedError } from '../../../lib/local/demo/orders.ts';
import { openShop } from '../../../lib/local/demo/shop.ts';
import { openStock, productCount } from '../../../lib/local/demo/stock.ts';
import { openWarehouse } from '../../../lib/local/demo/warehouse.ts';
import type { EndedQuery } from '../../../lib/sdk/telemetry/databases/ended-query.ts';
import { watchNodeSqlite } from '../../../lib/sdk/telemetry/databases/node-sqlite.ts';
import { QueryLog } from '../../../lib/sdk/telemetry/databases/query-log.ts';
import { OwnErrors } from '../../../lib/sdk/telemetry/own-errors.ts';

const main = fileURLToPath(new URL('../../../lib/local/demo/main.ts', import.meta.url));
let database: DatabaseSync;

beforeAll(() => {
  database = openStock(':memory:');
});
afterAll(() => database.close());

const seen: EndedQuery[] = [];
watchNodeSqlite(new QueryLog((query) => seen.push(query), new OwnErrors()));

/** What the database is asked while `use` runs, in order, with a parameter in the place of every value. */
function queriesOf(use: () => unknown): string[] {
  seen.length = 0;
  use();
  return seen.map(({ kind }) => kind.fingerprint);
}

const planOf = (sql: string): string =>
  database
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all()
    .map(({ detail }) => detail)
    .join('; ');

describe("the shop's stock", () => {
  it('is the same every time, and there within a second of computing', () => {
    const before = process.cpuUsage();
    const again = openStock(':memory:');
    expect(process.cpuUsage(before).user / 1_000).toBeLessThan(1_000);
    for (const table of ['products', 'ratings', 'sales', 'categories']) {
      const sample = `SELECT count(*) AS rows, * FROM ${table}`;
      expect(again.prepare(sample).get()).toEqual(database.prepare(sample).get());
    }
    expect(again.prepare('SELECT count(*) AS rows FROM products').get()).toEqual({ rows: productCount });
    again.close();
  });

  it('is kept in a file, and not filled twice', () => {
    const directory = mkdtempSync(join(tmpdir(), 'shop-'));
    for (let i = 0; i < 2; i++) {
      const stored = openStock(join(directory, 'shop.db'));
      expect(stored.prepare('SELECT count(*) AS rows FROM products').get()).toEqual({ rows: productCount });
      stored.close();
    }
    rmSync(directory, { recursive: true });
  });
});

describe('each fault', () => {
  const catalogueWith = (fault: Partial<ShopFaults>) => createCatalogue(database, { ...noFaults, ...fault });

  it('is a switch in the environment: the usual ones are on by default, the others have a size', () => {
    expect(faultsOf({})).toEqual(usualFaults);
    expect(faultsOf({ SHOP_WAREHOUSE_SESSIONS: '2', SHOP_WAREHOUSE_DELAY_MS: '80' })).toEqual({
      ...usualFaults,
      warehouseSessions: 2,
      warehouseDelayMs: 80,
    });
    expect(
      faultsOf({
        SHOP_LABEL_KEY_ROUNDS: '9000',
        SHOP_KEPT_PER_VISIT_KB: '64',
        SHOP_FAILING_ORDERS_PERCENT: '12.5',
      }),
    ).toEqual({ ...usualFaults, labelKeyRounds: 9000, keptPerVisitKb: 64, failingOrdersPercent: 12.5 });
    expect(() => faultsOf({ SHOP_WAREHOUSE_SESSIONS: 'few' })).toThrow('SHOP_WAREHOUSE_SESSIONS must be a number');
    expect(
      faultsOf({
        SHOP_SEARCH_WITHOUT_INDEX: 'false',
        SHOP_QUERY_PER_PRODUCT: 'false',
        SHOP_UNCACHED_BEST_SELLERS: 'false',
      }),
    ).toEqual(noFaults);
  });

  it('changes no answer', () => {
    const [good, bad] = [catalogueWith(noFaults), catalogueWith(usualFaults)];
    for (const page of [1, 7, productCount / pageSize, productCount]) expect(bad.page(page)).toEqual(good.page(page));
    for (const words of [['oak'], ['lamp', '471'], ['every', 'compact', 'o'], ['nothing'], ['fold']]) {
      expect(bad.search(words)).toEqual(good.search(words));
    }
    expect(bad.bestSellers()).toEqual(good.bestSellers());
    expect(good.search(['oak'])).toHaveLength(20);
    expect(good.page(1)).toHaveLength(pageSize);
  });

  it('searchWithoutIndex: the search reads the whole table', () => {
    const [indexed = ''] = queriesOf(() => catalogueWith({}).search(['oak']));
    const [scanning = ''] = queriesOf(() => catalogueWith({ searchWithoutIndex: true }).search(['oak']));
    expect(planOf(scanning)).toContain('SCAN products');
    expect(planOf(indexed)).toMatch(/VIRTUAL TABLE INDEX/);
    expect(planOf(indexed)).not.toContain('SCAN products;');
  });

  it('queryPerProduct: the products page costs two queries for each product', () => {
    expect(queriesOf(() => catalogueWith({}).page(2))).toHaveLength(1);
    expect(queriesOf(() => catalogueWith({ queryPerProduct: true }).page(2))).toHaveLength(1 + 2 * pageSize);
  });

  it('uncachedBestSellers: the start page adds up the sales every time', () => {
    const askThrice = (catalogue = catalogueWith({})) => {
      for (let i = 0; i < 3; i++) catalogue.bestSellers();
    };
    expect(queriesOf(() => askThrice())).toHaveLength(1);
    expect(queriesOf(() => askThrice(catalogueWith({ uncachedBestSellers: true })))).toHaveLength(3);
  });
});

describe('each fault of the other parts', () => {
  it('failingOrdersPercent: so many orders fail, most by an exception, some because the till is closed', () => {
    const order = createOrders({ failingOrdersPercent: 25 });
    const failed = Array.from({ length: 80 }, () => {
      try {
        order({ productId: 1, pieces: 1 });
        return undefined;
      } catch (error) {
        return error instanceof TillClosedError ? 'closed' : 'exception';
      }
    }).filter((failure) => failure !== undefined);
    expect(failed).toHaveLength(20);
    expect(failed.filter((failure) => failure === 'closed')).toHaveLength(5);
  });

  it('warehouseSessions: whoever comes when all are taken has to wait', async () => {
    const timed = async (faults: Partial<ShopFaults>) => {
      const warehouse = await openWarehouse({ ...noFaults, ...faults });
      await warehouse.pieces(1);
      const startedAtMs = performance.now();
      await Promise.all(Array.from({ length: 8 }, (_, id) => warehouse.pieces(id)));
      const tookMs = performance.now() - startedAtMs;
      await warehouse.close();
      return tookMs;
    };
    // Eight answers of 5 ms, one after the other.
    expect(await timed({ warehouseSessions: 1 })).toBeGreaterThan(8 * 5 - 1);
    expect(await timed({ warehouseDelayMs: 60 })).toBeGreaterThan(64);
  });
});

describe.each([
  ['with its usual faults', usualFaults],
  ['without', noFaults],
  [
    'with those of its other parts',
    { ...noFaults, warehouseSessions: 1, warehouseDelayMs: 1, labelKeyRounds: 9, keptPerVisitKb: 1 },
  ],
])('the shop %s', (_, faults) => {
  let address: string;
  let close: () => Promise<unknown>;

  beforeAll(async () => {
    const { server, close: closeShop } = await openShop({ database, faults });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    close = async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await closeShop();
    };
  });
  afterAll(() => close());

  const search = (body: string) => ({ method: 'POST', body });
  it.each<[string, RequestInit, number, RegExp]>([
    ['/', {}, 200, /Best sellers.*<li>.*sold \d+ times/],
    ['/products', {}, 200, /Products, page 1/],
    ['/products?page=200', {}, 200, /9951/],
    ['/products?page=201', {}, 404, /200 pages/],
    ['/products?page=0', {}, 400, /whole number/],
    ['/products?page=two', {}, 400, /whole number/],
    ['/products', { method: 'HEAD' }, 200, /^$/],
    ['/products', { method: 'DELETE' }, 405, /Use GET, HEAD/],
    ['/search', search('{"q":"Oak LAMP"}'), 200, /"products":\[\{"id":\d+/],
    ['/search', search('{"q":"\\"*)("}'), 400, /needs a word/],
    ['/search', search('{"q":7}'), 400, /Send/],
    ['/search', search('{'), 400, /no JSON/],
    ['/search', search('x'.repeat(20_000)), 413, /too large/],
    ['/search', {}, 405, /Use POST/],
    ['/api/v1/products/42', {}, 200, /"id":42,/],
    ['/api/v1/products/10001', {}, 404, /no such product/],
    ['/api/v1/products/42/stock', {}, 200, /^\{"pieces":48\}$/],
    ['/api/v1/products/10001/stock', {}, 404, /no such product/],
    ['/api/v1/products/42/label', {}, 200, /"text":".*","signature":"[0-9a-f]{64}"/],
    ['/orders', search('{"productId":42,"pieces":2}'), 201, /"productId":42,"pieces":2/],
    ['/orders', search('{"productId":42,"pieces":0}'), 400, /pieces/],
    ['/orders', search('[]'), 400, /pieces/],
    ['/api/v1/products/x', {}, 404, /no such page/],
    ['/health', {}, 200, /"ok"/],
    ['/nowhere', {}, 404, /no such page/],
  ])('answers %s %o with %i', async (path, init, status, text) => {
    const response = await fetch(`${address}${path}`, init);
    expect([response.status, await response.text()]).toEqual([status, expect.stringMatching(text)]);
    if (status === 405) expect(response.headers.get('allow')).toBeTruthy();
  });
});

describe('the shop as a program', () => {
  const runForked = () => fork(main, { env: {}, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });

  it('tells its parent where it is, and ends in order on SIGTERM', async () => {
    const child = runForked();
    const [{ address }] = await once(child, 'message');
    expect((await fetch(`${address}/health`)).status).toBe(200);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends when the channel to its parent closes', async () => {
    const child = runForked();
    await once(child, 'message');
    child.disconnect();
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('ends when the pipe from its parent closes, after the answers that are under way', async () => {
    const child = spawn(process.execPath, [main], { env: {}, stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = await once(child.stdout.setEncoding('utf8'), 'data');
    const address = /http:\S+/.exec(line)?.[0];
    const agent = new Agent({ keepAlive: true });
    const asking = request(`${address}/search`, { method: 'POST', agent, headers: { expect: '100-continue' } });
    asking.flushHeaders();
    await once(asking, 'continue');
    child.stdin.end();
    asking.end('{"q":"oak"}');
    const [answer] = await once(asking, 'response');
    expect(answer.resume().statusCode).toBe(200);
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
