// A library: another service than the shop, on another framework, with the same kinds of faults at other places.
import { scryptSync } from 'node:crypto';
import { once } from 'node:events';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { fastify } from 'fastify';
import { createPool } from 'generic-pool';
import { monitorPool } from 'headroom/database';
import { answerOrders } from './answer-orders.ts';

export interface LibraryFaults {
  authorsWithoutIndex: boolean;
  authorPerBook: boolean;
  uncachedStatistics: boolean;
  /** 0: enough for everyone. */
  scanners: number;
  /** As a power of two. 0: covers are drawn ahead. */
  coverCost: number;
  keptPerBookKb: number;
  membersDelayMs: number;
  failingReturnsPercent: number;
}

const { books, shelfSize } = JSON.parse(process.argv[2] ?? '') as { books: number; shelfSize: number };
const genres = 24;
const authors = Math.ceil(books / 6);
const scanMs = 5;

const database = new DatabaseSync(':memory:');
database.exec(`
  CREATE TABLE authors (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
  CREATE TABLE books (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author_id INTEGER NOT NULL, genre INTEGER NOT NULL, pages INTEGER NOT NULL);
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${authors})
  INSERT INTO authors SELECT i, 'Author ' || i FROM n;
  WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${books})
  INSERT INTO books SELECT i, 'A book about ' || i, 1 + (i * 7919) % ${authors}, i % ${genres}, 80 + (i * 31) % 600 FROM n;
`);

/** Of the members, another service knows; a thread of its own, which nobody watches. */
const membersService = `
  const { createServer } = require('node:http');
  const { parentPort, workerData } = require('node:worker_threads');
  const server = createServer((request, response) => setTimeout(() => response.end('{"mayBorrow":true}'), workerData));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

answerOrders(async (faults: LibraryFaults) => {
  database.exec(
    faults.authorsWithoutIndex
      ? 'DROP INDEX IF EXISTS books_by_author'
      : 'CREATE INDEX IF NOT EXISTS books_by_author ON books (author_id)',
  );
  const members = new Worker(membersService, {
    eval: true,
    workerData: 4 + faults.membersDelayMs,
    env: {},
    execArgv: [],
  });
  const [membersPort] = await once(members, 'message');
  const scanners = createPool(
    { create: async () => ({}), destroy: async () => {} },
    { max: faults.scanners > 0 ? faults.scanners : 40 },
  );
  const monitor = monitorPool(scanners, { name: 'scanners' });
  const kept: string[][] = [];
  const drawCover = (id: number, cost: number): string => scryptSync(`${id}`, 'cover', 64, { N: cost }).toString('hex');
  const drawnCover = drawCover(0, 2);
  let statistics: unknown;
  let returns = 0;

  const app = fastify();
  app.get<{ Params: { id: string } }>('/authors/:id/books', async ({ params }) =>
    database.prepare('SELECT id, title FROM books WHERE author_id = ? ORDER BY title').all(Number(params.id)),
  );
  app.get<{ Params: { number: string } }>('/shelves/:number', async ({ params }) => {
    const first = Number(params.number) * shelfSize;
    if (!faults.authorPerBook) {
      return database
        .prepare(
          'SELECT books.id, title, name FROM books JOIN authors ON authors.id = author_id WHERE books.id > ? ORDER BY books.id LIMIT ?',
        )
        .all(first, shelfSize);
    }
    return database
      .prepare('SELECT id, title, author_id FROM books WHERE id > ? ORDER BY id LIMIT ?')
      .all(first, shelfSize)
      .map((book) => ({
        ...book,
        ...database.prepare('SELECT name FROM authors WHERE id = ?').get(Number(book.author_id)),
      }));
  });
  app.get('/statistics', async () => {
    if (faults.uncachedStatistics || statistics === undefined) {
      statistics = database
        .prepare('SELECT genre, COUNT(*) AS books, AVG(pages) AS pages FROM books GROUP BY genre')
        .all();
    }
    return statistics;
  });
  app.post('/scans', () => scanners.use(() => pause(scanMs, { isRead: true })));
  app.get<{ Params: { id: string } }>('/books/:id/cover', async ({ params }) =>
    faults.coverCost > 0 ? drawCover(Number(params.id), 2 ** faults.coverCost) : drawnCover,
  );
  app.get<{ Params: { id: string } }>('/books/:id', async ({ params }) => {
    const book = database.prepare('SELECT id, title, pages FROM books WHERE id = ?').get(Number(params.id));
    if (faults.keptPerBookKb > 0) kept.push(new Array(Math.ceil(faults.keptPerBookKb * 128)).fill(String(params.id)));
    return book;
  });
  app.get<{ Params: { card: string } }>('/members/:card', async ({ params }) =>
    (await fetch(`http://127.0.0.1:${membersPort}/${params.card}`)).json(),
  );
  app.delete<{ Params: { id: string } }>('/loans/:id', async (_, reply) => {
    returns++;
    const share = faults.failingReturnsPercent / 100;
    if (Math.floor(returns * share) > Math.floor((returns - 1) * share)) throw new Error('the loan is locked');
    return reply.code(204).send();
  });
  await app.listen({ port: 0, host: '127.0.0.1' });
  return {
    server: app.server,
    async close() {
      monitor.stop();
      await app.close();
      await scanners.drain();
      await members.terminate();
    },
  };
});
