import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CacheableRequest } from './cacheable-request.ts';
import { holdResponse } from './held-response.ts';
import { showOnly } from './node-request.ts';
import { sendAnswer, watchResponse } from './node-response.ts';
import type { ResponseCache } from './response-cache.ts';
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
