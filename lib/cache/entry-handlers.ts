import { maxHttpValueBytes } from '../contracts/cache.ts';
import type { Clock } from '../platform/clock.ts';
import { DomainError } from '../platform/errors.ts';
import type { Handlers } from '../platform/http/door.ts';
import { type Answering, withHeaders } from './answering.ts';
import { isNamed, strongTags } from './conditions.ts';
import { entryHeaders, missStatus, quoted, sentType } from './entry-headers.ts';

type EntryHandlers = Pick<
  Handlers<'cache-api'>,
  'putCacheEntry' | 'getCacheEntry' | 'headCacheEntry' | 'deleteCacheEntry'
>;

/** Single values, as bytes. */
export const entryHandlers = (within: Answering, clock: Clock): EntryHandlers => ({
  putCacheEntry: ({ params: { namespace, key }, query, headers, body }) =>
    within(
      namespace,
      async ({ cache }) => {
        requireHttpSize(body.bytes.length, 'Store larger ones through the library, or in parts.');
        const ifMatch = headers['if-match'];
        const { etag, replaced } = await cache.set(key, body, {
          ...query,
          tags: headers['headroom-tags'],
          ifMatch: ifMatch === undefined ? undefined : strongTags(ifMatch),
          ifNoneMatch: headers['if-none-match'],
        });
        return { status: replaced ? 200 : 201, body: { etag }, headers: { etag: quoted(etag) } };
      },
      { stores: true },
    ),

  getCacheEntry: ({ params: { namespace, key }, query, headers }) =>
    within(namespace, async ({ cache, tally }) => {
      const epoch = headers['headroom-epoch'];
      const ifNoneMatch = headers['if-none-match'];
      if (ifNoneMatch !== undefined && query.refreshTtl !== true) {
        const head = await cache.head(key, { epoch });
        if (head !== undefined && isNamed(ifNoneMatch, head.etag)) {
          tally.add('hits');
          return { status: 304, headers: entryHeaders(head, clock()) };
        }
      }
      const hit = await cache.lookup(key, { epoch, refreshTtl: query.refreshTtl === true });
      if (hit === undefined) throw missed(namespace, key);
      const about = entryHeaders(hit, clock());
      if (ifNoneMatch !== undefined && isNamed(ifNoneMatch, hit.etag)) return { status: 304, headers: about };
      const { bytes, contentType } = hit.value;
      requireHttpSize(bytes.length, 'Read it through the library.');
      return { status: 200, headers: about, contentType: sentType(contentType), body: bytes };
    }),

  headCacheEntry: ({ params: { namespace, key }, headers }) =>
    within(namespace, async ({ cache }) => {
      const head = await cache.head(key, { epoch: headers['headroom-epoch'] });
      if (head === undefined) throw missed(namespace, key);
      const about = entryHeaders(head, clock());
      const ifNoneMatch = headers['if-none-match'];
      if (ifNoneMatch !== undefined && isNamed(ifNoneMatch, head.etag)) return { status: 304, headers: about };
      return { status: 200, headers: { 'content-type': sentType(head.contentType), ...about } };
    }),

  deleteCacheEntry: ({ params: { namespace, key } }) =>
    within(namespace, async ({ cache }) => ({ status: 200, body: { deleted: await cache.delete(key) } })),
});

function missed(namespace: string, key: string): Error {
  const shown = key.length > 100 ? `${key.slice(0, 100).toWellFormed()}...` : key;
  return withHeaders(
    new DomainError('cache-miss', `Nothing that lives is stored under ${shown} in ${namespace}.`),
    missStatus,
  );
}

function requireHttpSize(bytes: number, instead: string): void {
  if (bytes <= maxHttpValueBytes) return;
  throw new DomainError(
    'payload-too-large',
    `The value has ${bytes} bytes, and ${maxHttpValueBytes} pass the HTTP API. ${instead}`,
  );
}
