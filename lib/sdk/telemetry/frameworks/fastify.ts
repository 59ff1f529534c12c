import { subscribe } from 'node:diagnostics_channel';
import type { OwnErrors } from '../own-errors.ts';
import { type RoutedRequest, routeKey } from './routed-request.ts';

/** As far as it is needed of Fastify (4 and newer), which announces each application on a diagnostics channel. */
interface FastifyInstance {
  addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: unknown, done: () => void) => void): unknown;
}
interface FastifyRequest {
  raw: RoutedRequest;
  /** Without a URL where no route was found. */
  routeOptions?: { url?: string };
}

/** Has Fastify note on each request which route it belongs to, before any hook of the application can answer it. */
export function watchFastify(errors: OwnErrors): void {
  subscribe('fastify.initialization', (message) => {
    errors.guard('Watching Fastify', () => {
      const { fastify } = message as { fastify: FastifyInstance };
      fastify.addHook('onRequest', (request, _reply, done) => {
        request.raw[routeKey] = request.routeOptions?.url;
        done();
      });
    });
  });
}
