import type { IncomingMessage, ServerResponse } from 'node:http';
import { beginOnNode } from './node-passage.ts';
import { requestOfNode } from './node-request.ts';
import { ResponseCache } from './response-cache.ts';
import type { ResponseCacheOptions } from './response-cache-options.ts';

interface FastifyRequestLike {
  readonly raw: IncomingMessage;
}

interface FastifyReplyLike {
  readonly raw: ServerResponse;
  hijack(): unknown;
}

/** What is used of a Fastify instance. */
export interface FastifyLike {
  addHook(name: 'onRequest', hook: (request: FastifyRequestLike, reply: FastifyReplyLike) => Promise<unknown>): unknown;
}

/**
 * A plugin that caches the answers of a Fastify app (5), and invalidates what is stored for a URL when a change of it succeeds.
 * Hooks that are added before it run for every request; those behind it, and `onSend`, only for those that the cache does not answer.
 *
 * @example await app.register(fastifyCache({ cache }))
 * @throws TypeError when an option cannot be meant
 */
export function fastifyCache(options: ResponseCacheOptions) {
  const cache = new ResponseCache(options);
  const plugin = async (app: FastifyLike): Promise<void> => {
    app.addHook('onRequest', async ({ raw: incoming }, reply) => {
      const run = await beginOnNode(cache, requestOfNode(incoming), incoming, reply.raw);
      if (run === undefined) reply.hijack();
    });
  };
  // Else the hook would hold for what is registered within the plugin alone, which is nothing.
  return Object.assign(plugin, { [Symbol.for('skip-override')]: true });
}
