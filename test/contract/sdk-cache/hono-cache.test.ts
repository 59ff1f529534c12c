import http from 'node:http';
import { pipeline, Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { Hono } from 'hono';
import { honoCache } from '../../../lib/sdk/middleware/hono-cache.ts';
import { listening } from '../../support/listening.ts';
import type { Host } from '../../support/response-cache-host.ts';
import { responseCacheSuite } from './response-cache-suite.ts';

function streamOf(pieces: AsyncIterable<Uint8Array>): ReadableStream<Uint8Array> {
  const iterator = pieces[Symbol.asyncIterator]();
  return new ReadableStream({
    async pull(controller) {
      const { done, value } = await iterator.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
}

/** What an app answers to a request, over a socket. */
async function answer(app: Hono, incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
  const headers = new Headers();
  for (let at = 0; at < incoming.rawHeaders.length; at += 2) {
    headers.append(incoming.rawHeaders[at] ?? '', incoming.rawHeaders[at + 1] ?? '');
  }
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk);
  const body = chunks.length === 0 ? null : Buffer.concat(chunks);
  const url = `http://${incoming.headers.host}${incoming.url}`;
  const answered = await app.fetch(new Request(url, { method: incoming.method ?? 'GET', headers, body }));
  response.writeHead(answered.status, Object.fromEntries(answered.headers));
  if (answered.body === null) response.end();
  else pipeline(Readable.fromWeb(answered.body as NodeReadableStream), response, () => undefined);
}

const host: Host = {
  name: 'Hono',
  streams: true,
  async serve(options, handler) {
    const app = new Hono();
    app.use(honoCache(options));
    app.all('*', async (context) => {
      const { pathname, search } = new URL(context.req.url);
      const {
        status = 200,
        headers,
        body,
      } = await handler({
        method: context.req.method,
        target: `${pathname}${search}`,
        header: (name) => context.req.header(name),
      });
      const init = { status, ...(headers && { headers }) };
      if (body === undefined || typeof body === 'string') return new Response(body ?? null, init);
      return new Response(body instanceof Uint8Array ? new Uint8Array(body) : streamOf(body), init);
    });
    const server = http.createServer((incoming, response) => {
      answer(app, incoming, response).catch((error: Error) => response.destroy(error));
    });
    const { port, close } = await listening(server);
    return { url: `http://127.0.0.1:${port}`, close };
  },
};

responseCacheSuite(host);
