import type { Cache, InvalidateOptions } from '../../cache/library/cache.ts';

/** What a change makes stale: some of keys, tags or a pattern each; nothing when undefined. */
export type Stale = InvalidateOptions | readonly InvalidateOptions[] | undefined;

const isList = (stale: NonNullable<Stale>): stale is readonly InvalidateOptions[] => Array.isArray(stale);

const isEmpty = (what: InvalidateOptions): boolean =>
  ('keys' in what && what.keys.length === 0) || ('tags' in what && what.tags.length === 0);

/**
 * Resolves when everybody knows.
 * @throws what the cache throws; the others have been tried then
 */
export async function invalidateAll(cache: Pick<Cache<unknown>, 'invalidate'>, stale: Stale): Promise<void> {
  if (stale === undefined) return;
  const whats = (isList(stale) ? stale : [stale]).filter((what) => !isEmpty(what));
  const results = await Promise.allSettled(whats.map((what) => cache.invalidate(what)));
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

/** Whether an answer says that what was asked for has been done (RFC 9111, 4.4). */
export const hasChanged = (status: number): boolean => status >= 200 && status < 400;
