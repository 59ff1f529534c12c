import type { Cache } from '../../cache/library/cache.ts';
import { hasChanged, invalidateAll, type Stale } from './change-invalidation.ts';
import { type GatewayEvent, isGatewayEvent, requestOfEvent, shownEvent } from './gateway-event.ts';
import { isGatewayResult, readResult, resultOf, withFields } from './gateway-result.ts';
import { isUnsafe } from './request-rules.ts';
import { ResponseCache } from './response-cache.ts';
import type { ResponseCacheOptions } from './response-cache-options.ts';
import type { Run } from './run.ts';

/** What is used of a request of middy. */
export interface MiddyRequest<Event = unknown> {
  event: Event;
  response: unknown;
}

interface Running {
  run: Run;
  event: GatewayEvent;
}

/**
 * A middleware of middy that caches what a function answers to API Gateway, to its URL or to a load balancer, and invalidates what
 * is stored for a URL when a change of it succeeds. All that it and the cache do in the background has ended when the function
 * answers, since Lambda may freeze it then.
 *
 * @example middy(handler).use(cacheResponse({ cache, ttlSeconds: 60 }))
 * @throws TypeError when an option cannot be meant
 */
export function cacheResponse(options: ResponseCacheOptions) {
  const responses = new ResponseCache(options);
  const running = new WeakMap<object, Running>();

  const finish = async (request: MiddyRequest): Promise<void> => {
    const { run, event } = running.get(request) ?? {};
    if (run === undefined || event === undefined) return;
    const { status, headers, body } = readResult(request.response);
    await run.settle?.(status, headers);
    const sent = run.head(status, headers);
    if ('instead' in sent) request.response = resultOf(sent.instead, event);
    else request.response = withFields(request.response, sent.status, sent.headers, sent.hasBody);
    if (body === undefined) run.abort();
    else {
      run.chunk(body);
      run.end();
    }
    await run.stored;
    await options.cache.settled();
  };

  return {
    name: 'cacheResponse',
    async before(request: MiddyRequest): Promise<unknown> {
      const { event } = request;
      if (!isGatewayEvent(event)) return undefined;
      const served = await responses.begin(requestOfEvent(event));
      if ('answer' in served) {
        await options.cache.settled();
        return resultOf(served.answer, event);
      }
      running.set(request, { run: served.run, event });
      if (Object.keys(served.run.shown).length > 0) request.event = shownEvent(event, served.run.shown);
      return undefined;
    },
    after: finish,
    async onError(request: MiddyRequest): Promise<void> {
      const { run, event } = running.get(request) ?? {};
      if (run === undefined || event === undefined) return;
      // Another has made an answer of the error: it is told as the handler's own.
      if (request.response !== undefined && request.response !== null) return finish(request);
      const answer = run.failed();
      if (answer !== undefined) request.response = resultOf(answer, event);
      await run.stored;
      await options.cache.settled();
    },
  };
}

export interface InvalidateOnChangeOptions<Event = unknown, Result = unknown> {
  cache: Pick<Cache<unknown>, 'invalidate' | 'settled'>;
  /** What the event has made stale. */
  invalidates: (event: Event, response: Result) => Stale | Promise<Stale>;
}

/** What failed or only read has changed nothing. */
function mayHaveChanged(event: unknown, response: unknown): boolean {
  if (isGatewayEvent(event) && !isUnsafe(requestOfEvent(event).method)) return false;
  return !isGatewayResult(response) || hasChanged(response.statusCode);
}

/**
 * A middleware of middy that invalidates what a function has changed, whatever its event is, when it has succeeded: by its result,
 * or, where that has a status, by 2xx and 3xx. The function answers when everybody knows, and fails when they cannot be told.
 *
 * @example middy(handler).use(invalidateOnChange({ cache, invalidates: ({ id }: Item) => ({ tags: [`item:${id}`] }) }))
 */
export function invalidateOnChange<Event = unknown, Result = unknown>({
  cache,
  invalidates,
}: InvalidateOnChangeOptions<Event, Result>) {
  return {
    name: 'invalidateOnChange',
    async after(request: MiddyRequest<Event>): Promise<void> {
      if (mayHaveChanged(request.event, request.response)) {
        await invalidateAll(cache, await invalidates(request.event, request.response as Result));
      }
      await cache.settled();
    },
  };
}
