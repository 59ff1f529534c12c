import type { CacheInvalidation } from '../../contracts/cache.ts';
import { formats } from '../../pages/units.ts';

/** How many went, and whether that is all of them. */
export function invalidationInWords({ invalidated, exact, upperBound, pending, taskId }: CacheInvalidation): string {
  const bound = upperBound === undefined ? '' : `, of ${formats.count(upperBound)} at most`;
  return [
    `${formats.count(invalidated)} ${invalidated === 1 ? 'entry is' : 'entries are'} removed${exact ? ': exactly so many there were' : ` so far${bound}`}.`,
    ...(taskId === undefined ? [] : ['The rest is removed in the background; none of it is served any longer.']),
    ...(pending === undefined ? [] : [`Not told yet: ${pending.join(', ')}. Nothing dead is served from there.`]),
  ].join(' ');
}
