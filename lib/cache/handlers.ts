import type { CacheInvalidation } from '../contracts/cache.ts';
import { readingTierOperations } from '../contracts/cache-tier.ts';
import { scopeIncludes } from '../contracts/keys.ts';
import { requireScope } from '../platform/http/authenticate.ts';
import type { Handlers } from '../platform/http/door.ts';
import type { Parts } from '../platform/parts.ts';
import { answering } from './answering.ts';
import { batchEntries, setItemOf } from './batch.ts';
import { entryHandlers } from './entry-handlers.ts';
import type { InvalidateOptions } from './library/cache.ts';
import type { CacheService } from './service.ts';
import { answerTier } from './tier-operations.ts';
import { warm } from './warm.ts';

export function cacheHandlers(
  caches: CacheService,
  parts: Pick<Parts, 'clock' | 'configuration'>,
): Handlers<'cache-api'> {
  const within = answering(caches);
  return {
    ...entryHandlers(within, parts.clock),

    batchCache: async ({ params: { namespace }, headers, body: { get, set }, caller }) => {
      if (set.length > 0) requireScope(caller, 'write');
      return within(
        namespace,
        async ({ cache }) => {
          const stored = set.length === 0 ? [] : await cache.setMany(set.map(setItemOf));
          const hits = await cache.lookupMany(get, { epoch: headers['headroom-epoch'] });
          return {
            status: 200,
            body: {
              stored: stored.map(({ etag }, at) => ({ key: set[at]?.key ?? '', etag })),
              entries: batchEntries(hits, parts.clock()),
            },
          };
        },
        { stores: set.length > 0 },
      );
    },

    invalidateCache: ({ params: { namespace }, body: { keys, pattern, tags, soft } }) =>
      within(namespace, async ({ cache }) => {
        const what: InvalidateOptions =
          keys !== undefined ? { keys, soft } : pattern !== undefined ? { pattern, soft } : { tags: tags ?? [], soft };
        return invalidated(namespace, await caches.settle(namespace, await cache.invalidate(what)));
      }),

    clearCache: ({ params: { namespace } }) =>
      within(namespace, async ({ cache }) =>
        invalidated(namespace, await caches.settle(namespace, await cache.clear())),
      ),

    getCacheInvalidation: ({ params: { namespace, taskId } }) =>
      within(namespace, async () => ({ status: 200, body: await caches.invalidation(namespace, taskId) })),

    getCacheStats: ({ params: { namespace } }) =>
      within(namespace, async ({ cache }) => ({ status: 200, body: await cache.stats() })),

    optimizeCache: ({ params: { namespace } }) =>
      within(namespace, async ({ cache }) => ({ status: 200, body: await cache.optimize() })),

    warmCache: ({ params: { namespace }, body }) =>
      within(namespace, async ({ cache }) => ({ status: 200, body: await warm(cache, body, parts.configuration) }), {
        stores: true,
      }),

    getCachePolicy: ({ params: { namespace } }) =>
      within(namespace, async () => ({ status: 200, body: await caches.policy(namespace) })),

    putCachePolicy: async ({ params: { namespace }, body }) => {
      const policy = await caches.putPolicy(namespace, body);
      return within(namespace, async () => ({ status: 200, body: policy }));
    },

    cacheTier: async ({ params: { namespace }, body, caller }) => {
      const isReading = readingTierOperations.has(body.op);
      if (!isReading) requireScope(caller, 'write');
      const by = { mayWrite: scopeIncludes(caller.scope, 'write'), nowMs: parts.clock() };
      return within(
        namespace,
        async (opened) => ({ status: 200, body: await answerTier(namespace, opened, body, by) }),
        { stores: !isReading },
      );
    },
  };
}

/** 202 while something of it is still to be removed. */
const invalidated = (namespace: string, body: CacheInvalidation) =>
  body.taskId === undefined
    ? { status: 200 as const, body }
    : {
        status: 202 as const,
        body,
        headers: { location: `/v1/cache/${namespace}/invalidations/${body.taskId}` },
      };
