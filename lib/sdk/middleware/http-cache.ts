import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CacheableRequest } from './cacheable-request.ts';
import { holdResponse } from './held-response.ts';
import { requestOfNode, showOnly } from './node-request.ts';
import { sendAnswer, watchResponse } from './node-response.ts';
import { ResponseCache } from './response-cache.ts';
import type { ResponseCacheOptions } from './response-cache-options.ts';
import type { Run } from './run.ts';

/**
 * Answers from the cache, or prepares the response for the handler.
 *
 * @returns the run that the handler is to be called for; undefined when the request has been answered, or its client has gone
 */
export async function beginOnNode(
  cache: ResponseCache,
  request: CacheableRequest,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<Run | undefined> {
  const served = await cache.begin(request);
  if ('answer' in served) {
    if (!response.destroyed) sendAnswer(response, served.answer);
    return undefined;
  }
  const { run } = served;
  if (response.destroyed) {
    run.abort();
    return undefined;
  }
  showOnly(incoming.headers, run.shown);
  if (run.settle !== undefined) holdResponse(response, run.settle);
  watchResponse(response, run);
  return run;
}

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
