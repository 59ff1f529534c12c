import type { IncomingMessage } from 'node:http';
import { createCache } from '../../../cache/library/create-cache.ts';
import type { ResponseCachingSetting } from '../../../contracts/live-settings.ts';
import { watchCache } from '../../cache/watch-cache.ts';
import type { CacheableRequest } from '../../middleware/cacheable-request.ts';
import { beginOnNode } from '../../middleware/node-passage.ts';
import { requestOfNode } from '../../middleware/node-request.ts';
import { isUnsafe } from '../../middleware/request-rules.ts';
import { ResponseCache } from '../../middleware/response-cache.ts';
import { frameworkRoute } from '../../telemetry/frameworks/route.ts';
import { type RoutedRequest, routeKey } from '../../telemetry/frameworks/routed-request.ts';
import { ownErrors } from '../../telemetry/own-errors.ts';
import { clusteredRoute, pathOf } from '../../telemetry/route-of.ts';
import type { Effect } from '../effects.ts';
import { hasUnknownField } from '../known-fields.ts';
import { pathPattern } from '../path-pattern.ts';
import { setGateStep } from '../request-gate.ts';

const memoryLimitMb = 32;

interface CachedEndpoint {
  readonly method: string;
  readonly route: string;
  readonly pattern: RegExp;
  readonly cache: ResponseCache;
}

const routeOf = (incoming: IncomingMessage): string => frameworkRoute(incoming) ?? clusteredRoute(incoming);

/** What the cache asks about is looked up here. */
const incomings = new WeakMap<CacheableRequest, IncomingMessage>();

/**
 * Each endpoint's answers, in memory that they share. Which endpoint a request belongs to is known for certain when it has been
 * routed: only then its answer is kept.
 */
function cachedEndpoints(settings: readonly ResponseCachingSetting[]): CachedEndpoint[] {
  const cache = watchCache(createCache<unknown>({ namespace: 'live-settings', policy: { memoryLimitMb } }));
  return settings.map(({ endpoint, ttlSeconds, staleWhileRevalidateSeconds }) => {
    const [method = 'GET', ...rest] = endpoint.split(' ');
    const route = rest.join(' ');
    return {
      method,
      route,
      pattern: pathPattern(route),
      cache: new ResponseCache({
        cache,
        ttlSeconds,
        staleWhileRevalidateSeconds,
        skip: (request) => hasUnknownField(Object.keys(incomings.get(request)?.headers ?? {})),
        storeIf(request, { status }) {
          const incoming = incomings.get(request);
          return status === 200 && incoming !== undefined && routeOf(incoming) === route;
        },
        onError: (error) => ownErrors.failed('Caching an answer', error),
      }),
    };
  });
}

/** HEAD is answered by what GET is; a change of the same URL makes it stale. */
const serves = ({ method, pattern }: CachedEndpoint, asked: string, path: string): boolean =>
  (method === asked || (method === 'GET' && asked === 'HEAD') || isUnsafe(asked)) && pattern.test(path);

async function answer(endpoint: CachedEndpoint, incoming: RoutedRequest, ...[response]: ResponseOf): Promise<boolean> {
  const request = requestOfNode(incoming);
  incomings.set(request, incoming);
  const run = await beginOnNode(endpoint.cache, request, incoming, response);
  // No framework has seen it: it is told of as what it is.
  if (run === undefined) incoming[routeKey] = endpoint.route;
  return run === undefined;
}
type ResponseOf = [response: Parameters<typeof beginOnNode>[3]];

export const responseCaching: Effect<'responseCaching'> = (settings = []) => {
  // What was kept before is given up: changes that were made meanwhile were not seen.
  const endpoints = settings.length === 0 ? [] : cachedEndpoints(settings);
  if (endpoints.length === 0) {
    setGateStep('responseCaching', undefined);
    return;
  }
  setGateStep('responseCaching', (incoming, response, next) => {
    const path = pathOf(incoming);
    const asked = incoming.method ?? 'GET';
    const endpoint = endpoints.find((each) => serves(each, asked, path));
    if (endpoint === undefined) return next();
    answer(endpoint, incoming, response).then(
      // Not within the promise: what the handler throws is the host's.
      (isAnswered) => (isAnswered ? undefined : queueMicrotask(next)),
      (error: unknown) => {
        ownErrors.failed('Caching an answer', error);
        queueMicrotask(next);
      },
    );
  });
};
