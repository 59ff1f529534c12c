// A user's service, watched by `--import headroom/register`.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { duplexPair } from 'node:stream';
import { flush } from 'headroom/register';

const database = new DatabaseSync(':memory:');
database.exec('CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT)');
const insert = database.prepare('INSERT INTO items (name) VALUES (?)');

type Answer = (response: ServerResponse, argument: string, request: IncomingMessage) => unknown;

const answers: Record<string, Answer> = {
  items: (response, argument) => response.end(`item ${argument}`),
  status: (response, argument) => response.writeHead(Number(argument)).end('as you wish'),
  async echo(response, _, request) {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.writeHead(201, { 'x-mine': 'kept' }).end(body);
  },
  async queries(response, argument) {
    // In two steps, so that requests of other clients come between.
    for (let i = 0; i < Number(argument); i++) {
      if (i === 1) await new Promise((resolve) => setImmediate(resolve));
      insert.run(`name ${i}`);
    }
    response.end('done');
  },
  async later(response) {
    await new Promise<void>((resolve) => response.end('done', resolve));
    insert.run('after the answer');
  },
  /** Has the server answer on a stream that is no socket, as in tests without a port. */
  async duplex(response) {
    const [near, far] = duplexPair();
    server.emit('connection', far);
    near.end('GET /inner HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await once(near.resume(), 'end');
    response.end('done');
  },
  reset: (_, __, request) => request.socket.resetAndDestroy(),
  half: (response) => response.writeHead(200, { 'content-length': 100 }).write('half', () => response.destroy()),
  hang(response) {
    response.once('close', () => process.send?.('gone'));
    process.send?.('hanging');
  },
};

const server = createServer((request, response) => {
  const [, kind = '', argument = ''] = new URL(request.url ?? '/', 'http://host').pathname.split('/');
  const answer = answers[kind];
  if (answer === undefined) response.writeHead(404).end();
  else answer(response, argument, request);
});

process.on('message', async (message) => {
  if (message === 'close') {
    server.close();
    process.disconnect();
    return;
  }
  await flush();
  process.send?.('flushed');
});

server.listen(0, '127.0.0.1', () => {
  process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
