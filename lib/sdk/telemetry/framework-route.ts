import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage } from 'node:http';
import { clusterPath } from '../../contracts/route-pattern.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import type { OwnErrors } from './own-errors.ts';
import { pathOf } from './route-of.ts';

const routeKey = Symbol('headroom.route');
/** What frameworks leave on a request; each field may be anybody's. */
type RoutedRequest = IncomingMessage & {
  [routeKey]?: string | undefined;
  /** Express: the route that answers, below where its router is mounted. */
  route?: unknown;
  baseUrl?: unknown;
};

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

/**
 * The pattern as the framework has it: `/products/:id`. Of Express, and of what stands on it, below a router's prefix as it was
 * asked for, with what looks like values replaced.
 *
 * @returns undefined where no framework knows the request, or none of its routes answers it
 */
export function frameworkRoute(request: RoutedRequest): string | undefined {
  const pattern = request[routeKey] ?? expressRoute(request);
  return pattern?.slice(0, telemetryLimits.route);
}

function expressRoute(request: RoutedRequest): string | undefined {
  const { route, baseUrl } = request;
  if (typeof route !== 'object' || route === null || !('path' in route)) return undefined;
  const { path } = route;
  // A regular expression is no name, and of several paths nothing says which one it was.
  if (typeof path !== 'string' || !path.startsWith('/')) return undefined;
  const mounted = typeof baseUrl === 'string' && baseUrl !== '' ? baseUrl : mountedAt(pathOf(request), path);
  const prefix = mounted === '' ? '' : clusterPath(mounted);
  return path === '/' && prefix !== '' ? prefix : prefix + path;
}

/** On its way to the handler of errors, a request has left its router's prefix behind: it is what the path has more than the pattern. */
function mountedAt(path: string, pattern: string): string {
  // What a wildcard or an optional part stood for is not known.
  if (/[*{(?+]/.test(pattern)) return '';
  const segments = path.split('/');
  const own = pattern === '/' ? 0 : pattern.split('/').length - 1;
  return segments.slice(0, Math.max(1, segments.length - own)).join('/');
}
