// A user's service, watched by `--import headroom/register`. It counts for itself, by path.
import { subscribe } from 'node:diagnostics_channel';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { monitorPool, monitorQuery } from 'headroom/database';
import { counter, gauge, histogram } from 'headroom/metrics';
import { flush } from 'headroom/register';

const database = new DatabaseSync(':memory:');
monitorPool(database, { name: 'shelves', healthCheckMs: 500 });
database.exec(
  'CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT); CREATE TABLE sales (product INTEGER, pieces INTEGER)',
);
const numbers = (count: number): string =>
  `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})`;
database.exec(`${numbers(50)} INSERT INTO products SELECT i, 'product ' || i FROM n`);
database.exec(`${numbers(60_000)} INSERT INTO sales SELECT i % 50 + 1, i % 7 FROM n`);
const productOf = database.prepare('SELECT name FROM products WHERE id = ?');
const bestOf = database.prepare(
  'SELECT products.id, products.name, sum(sales.pieces) AS sold FROM sales JOIN products ON products.id = sales.product GROUP BY products.id ORDER BY sold DESC LIMIT 10',
);

const orders = counter('orders_total', { labels: ['country'] });
const basket = histogram('basket_items', { resolution: 1 });
const stock = gauge('stock_pieces');

/** A database that nothing knows of. */
const bill = monitorQuery('INSERT INTO bills VALUES (7)', async (_country: string) => ({ affectedRows: 1 }), {
  system: 'ledger',
});

export interface ShopCounts {
  /** Requests that came. */
  came: Record<string, number>;
  /** Those that were worked on, and not answered in the service's place. */
  worked: Record<string, number>;
}

const counts: ShopCounts = { came: {}, worked: {} };
const partsOf = ({ url = '' }: IncomingMessage): string[] => new URL(url, 'http://shop').pathname.split('/').slice(1);
const count = (counted: Record<string, number>, place: string): void => {
  counted[place] = (counted[place] ?? 0) + 1;
};
subscribe('http.server.request.start', (message) => {
  const [place = ''] = partsOf((message as { request: IncomingMessage }).request);
  count(counts.came, place);
});

type Answer = (response: ServerResponse, argument: string, request: IncomingMessage) => unknown;

const answers: Record<string, Answer> = {
  health: (response) => response.end('ok'),
  products: (response, id) => response.end(JSON.stringify(productOf.get(Number(id)) ?? null)),
  best: (response) => response.setHeader('content-type', 'application/json').end(JSON.stringify(bestOf.all())),
  list(response) {
    const names = Array.from({ length: 20 }, (_, at) => productOf.get(at + 1)?.name);
    response.end(JSON.stringify(names));
  },
  fail: (response) => response.writeHead(500).end(),
  /** `/order/DE-3`: three pieces to Germany. */
  async order(response, argument) {
    const [country = '', pieces = ''] = argument.split('-');
    orders.labels({ country }).inc();
    basket.record(Number(pieces));
    stock.set(100 - Number(pieces));
    await bill(country);
    response.end('ordered');
  },
};

const server = createServer((request, response) => {
  const [place = '', argument = ''] = partsOf(request);
  count(counts.worked, place);
  const answer = answers[place];
  if (answer === undefined) response.writeHead(404).end();
  else answer(response, argument, request);
});

process.on('message', async () => {
  await flush();
  process.send?.(counts);
});

server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
