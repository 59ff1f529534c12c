import http from 'node:http';
import { pipeline, Readable } from 'node:stream';
import { httpCache } from '../../../lib/sdk/middleware.ts';
import { listening } from '../../support/listening.ts';
import type { Host } from '../../support/response-cache-host.ts';
import { responseCacheSuite } from './response-cache-suite.ts';

const host: Host = {
  name: 'node:http',
  streams: true,
  async serve(options, handler) {
    const cached = httpCache(options)(async (incoming: http.IncomingMessage, response: http.ServerResponse) => {
      const {
        status = 200,
        headers = {},
        body,
      } = await handler({
        method: incoming.method ?? '',
        target: incoming.url ?? '',
        header: (name) => {
          const value = incoming.headers[name];
          return Array.isArray(value) ? value.join() : value;
        },
      });
      response.writeHead(status, headers);
      if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) response.end(body);
      else pipeline(Readable.from(body), response, () => undefined);
    });
    const server = http.createServer((incoming, response) => {
      cached(incoming, response).catch(() => {
        response.statusCode = 500;
        response.end('failed');
      });
    });
    const { port, close } = await listening(server);
    return { url: `http://127.0.0.1:${port}`, close };
  },
};

responseCacheSuite(host);
