// `headroom/middleware`: caches answers to HTTP requests in front of their handlers, and reports functions on AWS Lambda.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CacheableRequest } from './middleware/cacheable-request.ts';
import type { Stale } from './middleware/change-invalidation.ts';
import { type ExpressRequest, expressCache } from './middleware/express-cache.ts';
import { type FastifyLike, fastifyCache } from './middleware/fastify-cache.ts';
import type { HeaderFields } from './middleware/header-fields.ts';
import { type HonoCacheOptions, type HonoContextLike, honoCache } from './middleware/hono-cache.ts';
import { cacheResponse, type InvalidateOnChangeOptions, invalidateOnChange } from './middleware/lambda-cache.ts';
import { type MonitoredRequest, type MonitorOptions, monitor } from './middleware/monitor.ts';
import { beginOnNode } from './middleware/node-passage.ts';
import { requestOfNode } from './middleware/node-request.ts';
import { sendAnswer } from './middleware/node-response.ts';
import { ResponseCache } from './middleware/response-cache.ts';
import type { AnswerHead, ResponseCacheOptions } from './middleware/response-cache-options.ts';

export {
  type AnswerHead,
  type CacheableRequest,
  cacheResponse,
  type ExpressRequest,
  expressCache,
  type FastifyLike,
  fastifyCache,
  type HeaderFields,
  type HonoCacheOptions,
  type HonoContextLike,
  honoCache,
  type InvalidateOnChangeOptions,
  invalidateOnChange,
  type MonitoredRequest,
  type MonitorOptions,
  monitor,
  type ResponseCacheOptions,
  type Stale,
};

/** What `http.createServer` takes. */
export type HttpHandler<Incoming extends IncomingMessage, Response extends ServerResponse> = (
  incoming: Incoming,
  response: Response,
) => unknown;

/**
 * Caches the answers of a `node:http` handler, and invalidates what is stored for a URL when a change of it succeeds.
 *
 * @returns a handler that resolves when the one it wraps does, and rejects with its errors, unless something stored was served instead
 * @throws TypeError when an option cannot be meant
 */
export function httpCache(options: ResponseCacheOptions) {
  const cache = new ResponseCache(options);
  return <Incoming extends IncomingMessage, Response extends ServerResponse>(
    handler: HttpHandler<Incoming, Response>,
  ): ((incoming: Incoming, response: Response) => Promise<void>) =>
    async (incoming, response) => {
      const run = await beginOnNode(cache, requestOfNode(incoming), incoming, response);
      if (run === undefined) return;
      try {
        await handler(incoming, response);
      } catch (error) {
        const answer = response.headersSent ? undefined : run.failed();
        if (answer === undefined) {
          run.abort();
          throw error;
        }
        sendAnswer(response, answer);
      }
    };
}
