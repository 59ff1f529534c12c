import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createPost } from '../../../lib/sdk/telemetry/post.ts';

interface Seen {
  contentType: string | undefined;
  bytes: Buffer;
}

let server: Server;
let seen: Seen[];
let status: (contentType: string | undefined) => number;

beforeEach(async () => {
  seen = [];
  status = () => 202;
  server = createServer(async (request, response) => {
    const contentType = request.headers['content-type'];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    seen.push({ contentType, bytes: Buffer.concat(chunks) });
    response.writeHead(status(contentType)).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
});

const poster = () => createPost(new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), 'hr_test');
const large = JSON.stringify({ windows: Array.from({ length: 500 }, (_, index) => ({ index })) });

it('compresses what is large, and nothing else', async () => {
  const post = poster();
  expect(await post(large)).toMatchObject({ status: 202 });
  expect(await post('{}')).toMatchObject({ status: 202 });
  expect(seen.map(({ contentType }) => contentType)).toEqual(['application/gzip', 'application/json']);
  expect(gunzipSync(seen[0]?.bytes ?? '').toString()).toBe(large);
  expect(seen[0]?.bytes.length).toBeLessThan(large.length / 3);
});

it('sends what is not understood as it is, at once, and does not compress again', async () => {
  status = (contentType) => (contentType === 'application/gzip' ? 415 : 202);
  const post = poster();
  expect(await post(large)).toMatchObject({ status: 202 });
  expect(await post(large)).toMatchObject({ status: 202 });
  expect(seen.map(({ contentType }) => contentType)).toEqual([
    'application/gzip',
    'application/json',
    'application/json',
  ]);
});

it('leaves every other answer to the caller', async () => {
  for (const answer of [400, 413, 503]) {
    status = () => answer;
    expect(await poster()(large)).toMatchObject({ status: answer });
  }
  expect(seen).toHaveLength(3);
});

it('waits for an answer for a bounded time, and asks anew over another connection', async () => {
  const { port } = server.address() as AddressInfo;
  const post = createPost(new URL(`http://127.0.0.1:${port}`), 'hr_test', 200);
  server.removeAllListeners('request').on('request', () => {});
  await expect(post('{}')).rejects.toThrow('no answer within 0.2 s');
  server.removeAllListeners('request').on('request', (_, response) => response.writeHead(202).end());
  expect(await post('{}')).toMatchObject({ status: 202 });
});

it('sends once more, at once, what a kept connection did not take because the other side had closed it', async () => {
  const used = new WeakSet<object>();
  let closed = 0;
  server.prependListener('request', ({ socket }) => {
    if (used.has(socket)) {
      closed++;
      socket.destroy();
    }
    used.add(socket);
  });
  const post = poster();
  for (let i = 0; i < 3; i++) expect(await post('{}')).toMatchObject({ status: 202 });
  expect(closed).toBeGreaterThan(0);
});

it('does not send again what a new connection did not take', async () => {
  let connections = 0;
  server.on('connection', (socket) => {
    connections++;
    socket.destroy();
  });
  await expect(poster()('{}')).rejects.toThrow();
  expect(connections).toBe(1);
});
