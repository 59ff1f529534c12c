import { z } from 'zod';
import {
  cacheBatchAnswer,
  cacheBatchRequest,
  cacheInvalidation,
  cacheInvalidationRequest,
  cacheInvalidationTask,
  cacheNamespace,
  cacheOptimization,
  cacheWarmed,
  cacheWarmRequest,
  deletedCacheEntry,
  getEntryHeaders,
  getEntryQuery,
  putEntryHeaders,
  putEntryQuery,
  readHeaders,
  storedCacheEntry,
} from '../cache.ts';
import { pathKey } from '../cache-key.ts';
import { cachePolicy } from '../cache-policy.ts';
import { cacheStats } from '../cache-stats.ts';
import { cacheTierAnswer, cacheTierRequest } from '../cache-tier.ts';
import { identifier } from '../names.ts';
import type { Route } from '../route.ts';

const tag = 'Cache';
const inNamespace = z.object({ namespace: cacheNamespace });
const ofEntry = inNamespace.extend({ key: pathKey });
const entryPath = '/v1/cache/{namespace}/entries/{key+}';

/** On every answer below a namespace, misses and refusals included. */
const epoch = { 'Headroom-Epoch': 'The highest one seen, sent back, makes sure that nothing older is served' };
const stored = { ...epoch, ETag: 'Strong' };
const entry = {
  ...stored,
  Age: 'Seconds since it was stored',
  'Cache-Control':
    '`private, max-age=` for how long it was fresh when it was stored: less `Age` is what is left (RFC 9111, 4.2)',
  'Cache-Status': 'RFC 9211: `hit` or `fwd=miss`, `ttl` in seconds, `detail` the tier',
  'Headroom-Tags': 'As on PUT; left out when they take more than 6,000 characters: `batch` tells them',
};
const ok = <Body extends z.ZodType>(body: Body) => ({ 200: { description: 'OK', body, headers: epoch } });
const invalidated = {
  200: { description: 'Invalidated, and all of it removed', body: cacheInvalidation, headers: epoch },
  202: {
    description: 'Invalidated; what is left to remove is removed in the background, and not served meanwhile',
    body: cacheInvalidation,
    headers: { ...epoch, Location: 'Where to look' },
  },
};

export const cacheRoutes = {
  putCacheEntry: {
    method: 'PUT',
    path: entryPath,
    summary: 'Store a value: the bytes of the body, with their content type',
    tag,
    scope: 'write',
    function: 'cache-api',
    params: ofEntry,
    query: putEntryQuery,
    headers: putEntryHeaders,
    takesBytes: true,
    answers: {
      200: { description: 'Replaced', body: storedCacheEntry, headers: stored },
      201: { description: 'Stored', body: storedCacheEntry, headers: stored },
    },
    problems: ['precondition-failed'],
  },
  getCacheEntry: {
    method: 'GET',
    path: entryPath,
    summary: 'Get a value, with the content type that it was stored with',
    tag,
    scope: 'read',
    function: 'cache-api',
    params: ofEntry,
    query: getEntryQuery,
    headers: getEntryHeaders,
    answers: {
      200: { description: 'The value', contentType: '*/*', headers: entry },
      304: { description: 'It is the one that `If-None-Match` names', headers: entry },
    },
    problems: ['cache-miss', 'payload-too-large'],
  },
  headCacheEntry: {
    method: 'HEAD',
    path: entryPath,
    summary: 'What is known of a value, without it',
    tag,
    scope: 'read',
    function: 'cache-api',
    params: ofEntry,
    headers: getEntryHeaders,
    answers: {
      200: { description: 'There is one', headers: entry },
      304: { description: 'It is the one that `If-None-Match` names', headers: entry },
    },
    problems: ['cache-miss'],
  },
  deleteCacheEntry: {
    method: 'DELETE',
    path: entryPath,
    summary: 'Delete a value everywhere',
    tag,
    scope: 'write',
    function: 'cache-api',
    params: ofEntry,
    answers: ok(deletedCacheEntry),
    problems: [],
  },
  batchCache: {
    method: 'POST',
    path: '/v1/cache/{namespace}/batch',
    summary: 'Store and get many values; storing takes the scope write',
    tag,
    scope: 'read',
    function: 'cache-api',
    params: inNamespace,
    headers: readHeaders,
    body: cacheBatchRequest,
    answers: ok(cacheBatchAnswer),
    problems: [],
  },
  invalidateCache: {
    method: 'POST',
    path: '/v1/cache/{namespace}/invalidations',
    summary: 'Invalidate keys, all keys of a pattern, or all entries with one of some tags',
    tag,
    scope: 'write',
    function: 'cache-api',
    params: inNamespace,
    body: cacheInvalidationRequest,
    answers: invalidated,
    problems: ['too-many-patterns'],
  },
  getCacheInvalidation: {
    method: 'GET',
    path: '/v1/cache/{namespace}/invalidations/{taskId}',
    summary: 'How far an invalidation is with removing what it killed',
    tag,
    scope: 'read',
    function: 'cache-api',
    params: inNamespace.extend({ taskId: identifier }),
    answers: ok(cacheInvalidationTask),
    problems: ['not-found'],
  },
  clearCache: {
    method: 'DELETE',
    path: '/v1/cache/{namespace}',
    summary: 'Invalidate all that a namespace holds',
    tag,
    scope: 'write',
    function: 'cache-api',
    params: inNamespace,
    answers: invalidated,
    problems: [],
  },
  getCacheStats: {
    method: 'GET',
    path: '/v1/cache/{namespace}/stats',
    summary: 'Hit rate, sizes, most read keys, savings and cost',
    tag,
    scope: 'read',
    function: 'cache-api',
    params: inNamespace,
    answers: ok(cacheStats),
    problems: [],
  },
  optimizeCache: {
    method: 'POST',
    path: '/v1/cache/{namespace}/optimize',
    summary: 'Remove what expired left behind, and move entries to the tiers that fit their use',
    tag,
    scope: 'operate',
    function: 'cache-api',
    params: inNamespace,
    answers: ok(cacheOptimization),
    problems: [],
  },
  warmCache: {
    method: 'POST',
    path: '/v1/cache/{namespace}/warm',
    summary: 'Fill a namespace before it is asked',
    tag,
    scope: 'operate',
    function: 'cache-api',
    params: inNamespace,
    body: cacheWarmRequest,
    answers: ok(cacheWarmed),
    problems: ['network-isolated'],
  },
  getCachePolicy: {
    method: 'GET',
    path: '/v1/cache/{namespace}/policy',
    summary: 'How a namespace caches; the defaults where nothing was chosen',
    tag,
    scope: 'read',
    function: 'cache-api',
    params: inNamespace,
    answers: ok(cachePolicy),
    problems: [],
  },
  putCachePolicy: {
    method: 'PUT',
    path: '/v1/cache/{namespace}/policy',
    summary: 'Choose how a namespace caches; in force everywhere within 5 s',
    tag,
    scope: 'operate',
    function: 'cache-api',
    params: inNamespace,
    body: cachePolicy,
    answers: ok(cachePolicy),
    problems: ['conflict'],
  },
  cacheTier: {
    method: 'POST',
    path: '/v1/cache/{namespace}/tier',
    summary:
      'The shared tier under the cache, for libraries that use it as theirs; what changes it takes the scope write',
    tag,
    scope: 'read',
    function: 'cache-api',
    params: inNamespace,
    body: cacheTierRequest,
    answers: ok(cacheTierAnswer),
    problems: ['conflict', 'too-many-patterns'],
  },
} as const satisfies Record<string, Route>;
