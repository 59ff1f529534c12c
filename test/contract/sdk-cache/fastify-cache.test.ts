import { Readable } from 'node:stream';
import fastify from 'fastify';
import { fastifyCache } from '../../../lib/sdk/middleware/fastify-cache.ts';
import type { Host } from '../../support/response-cache-host.ts';
import { responseCacheSuite } from './response-cache-suite.ts';

const host: Host = {
  name: 'Fastify',
  streams: true,
  async serve(options, handler) {
    const app = fastify({ forceCloseConnections: true });
    await app.register(fastifyCache(options));
    app.removeAllContentTypeParsers();
    app.addContentTypeParser('*', (_, __, done) => done(null));
    app.all('/*', async (request, reply) => {
      const {
        status = 200,
        headers = {},
        body,
      } = await handler({
        method: request.method,
        target: request.url,
        header: (name) => request.headers[name]?.toString(),
      });
      reply.code(status).headers(headers);
      if (body === undefined || typeof body === 'string') return reply.type('text/plain').send(body ?? '');
      return reply.send(body instanceof Uint8Array ? Buffer.from(body) : Readable.from(body));
    });
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    return { url, close: () => app.close() };
  },
};

responseCacheSuite(host);
