import type { IncomingMessage, ServerResponse } from 'node:http';
import { beginOnNode } from './node-passage.ts';
import { requestOfNode } from './node-request.ts';
import { ResponseCache } from './response-cache.ts';
import type { ResponseCacheOptions } from './response-cache-options.ts';

/** A request of Express: `url` lacks the path under which a router is mounted. */
export interface ExpressRequest extends IncomingMessage {
  originalUrl?: string;
}

/**
 * Caches the answers of an Express app (5), or of a router, and invalidates what is stored for a URL when a change of it succeeds.
 * What stands before it runs for every request, what stands behind it only for those that the cache does not answer.
 *
 * @example app.use(expressCache({ cache }))
 * @throws TypeError when an option cannot be meant
 */
export function expressCache(options: ResponseCacheOptions) {
  const cache = new ResponseCache(options);
  return async (incoming: ExpressRequest, response: ServerResponse, next: (error?: unknown) => void): Promise<void> => {
    const request = requestOfNode(incoming, incoming.originalUrl ?? incoming.url);
    const run = await beginOnNode(cache, request, incoming, response);
    if (run !== undefined) next();
  };
}
