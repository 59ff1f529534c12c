import { subscribe } from 'node:diagnostics_channel';
import type { OwnErrors } from '../own-errors.ts';
import { type RoutedRequest, routeKey } from './routed-request.ts';

/** As far as it is needed of Fastify (4 and newer), which announces each application on a diagnostics channel. */
interface FastifyInstance {
  addHook(name: 'onRequest', hook: (request: FastifyRequest, reply: unknown, done: () => void) => void): unknown;
}
interface FastifyRequest {
  readonly raw: RoutedRequest;
  /** Without a URL where no route was found. */
  readonly routeOptions?: { readonly url?: string };
  readonly [key: symbol]: { readonly config?: { readonly url?: string } } | undefined;
}

/** Has Fastify note on each request which route it belongs to, before any hook of the application can answer it. */
export function watchFastify(errors: OwnErrors): void {
  subscribe('fastify.initialization', (message) => {
    errors.guard('Watching Fastify', () => {
      const { fastify } = message as { fastify: FastifyInstance };
      let routeOf = seekingRoute((found) => {
        routeOf = found;
      });
      fastify.addHook('onRequest', (request, _reply, done) => {
        request.raw[routeKey] = routeOf(request);
        done();
      });
    });
  });
}

type RouteOf = (request: FastifyRequest) => string | undefined;

/**
 * `routeOptions` makes an object of a dozen fields whenever it is asked for: a fifth of a microsecond. At the first request that
 * has a route it is looked where Fastify keeps it; where that is not found, `routeOptions` it stays.
 */
const seekingRoute =
  (use: (found: RouteOf) => void): RouteOf =>
  (request) => {
    const url = request.routeOptions?.url;
    if (url === undefined) return undefined;
    const key = Object.getOwnPropertySymbols(request).find((each) => request[each]?.config?.url === url);
    use(key === undefined ? (each) => each.routeOptions?.url : (each) => each[key]?.config?.url);
    return url;
  };
