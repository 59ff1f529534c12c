import { type CacheWarmed, type CacheWarmRequest, maxHttpValueBytes } from '../contracts/cache.ts';
import type { Configuration } from '../platform/configuration.ts';
import { DomainError } from '../platform/errors.ts';
import { fetchTarget } from '../projects/fetch-target.ts';
import { whyNoAnswer } from '../projects/no-answer.ts';
import { requireAllowed, resolveTarget, systemResolve } from '../projects/target.ts';
import { setItemOf } from './batch.ts';
import type { Cache, SetItem } from './library/cache.ts';
import { DeadlineError, Deadlines } from './library/deadlines.ts';
import type { Serialized } from './library/serializer.ts';
import { cacheProblem } from './problems.ts';

const timeoutMs = 5_000;
const atOnce = 8;
/** With what is under way then, and takes at most 1.2 of `timeoutMs`, the answer leaves before the API's 29 s are over. */
const beginWithinMs = 20_000;

type WarmUrl = NonNullable<CacheWarmRequest['urls']>[number];

/** Fills a namespace: with what was sent, with what addresses answer, or its memory with what is read most. */
export async function warm(
  cache: Cache<Serialized>,
  { entries, urls, fromTopKeys }: CacheWarmRequest,
  configuration: Pick<Configuration, 'redis' | 'privateTargets'>,
): Promise<CacheWarmed> {
  if (entries !== undefined) return cache.warm({ entries: entries.map(setItemOf) });
  if (urls === undefined) return cache.warm({ fromTopKeys: fromTopKeys ?? 1 });
  // Whoever can reach Redis stands in subnets without a way out.
  if (configuration.redis !== undefined) {
    throw new DomainError(
      'network-isolated',
      'The cache stands beside Redis in a network without a way out, and cannot fetch `urls`: fetch them yourself and send them as `entries`, or PUT each.',
    );
  }
  return warmFrom(cache, urls, configuration.privateTargets);
}

/** Fetches and stores each; what is not begun when `isLate` aborts counts as failed. */
export async function warmFrom(
  cache: Cache<Serialized>,
  urls: readonly WarmUrl[],
  privateTargets: boolean,
  isLate = AbortSignal.timeout(beginWithinMs),
): Promise<CacheWarmed> {
  const deadlines = new Deadlines(timeoutMs);
  const failed: CacheWarmed['failed'] = [];
  const queue = urls.values();
  const drain = async (): Promise<void> => {
    for (const each of queue) {
      const asked = typeof each === 'string' ? { url: each } : each;
      const { url, key = url, ...options } = { key: undefined, ...asked };
      if (isLate.aborted) {
        failed.push({ key, reason: 'No time was left to fetch it: ask for it again.' });
        continue;
      }
      try {
        // Looking up its name is bounded by nothing else.
        const value = await deadlines.within(fetched(url, privateTargets));
        const item: SetItem<Serialized> = { key, value, ...options };
        await cache.setMany([item]);
      } catch (error) {
        failed.push({ key, reason: reasonOf(error) });
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, drain));
  return { requested: urls.length, stored: urls.length - failed.length, failed };
}

/** In a sentence. What was thrown may name addresses, and is not told. */
function reasonOf(error: unknown): string {
  const problem = cacheProblem(error);
  if (problem instanceof DomainError) return problem.message;
  return problem instanceof DeadlineError ? 'It took too long.' : `It could not be fetched: ${whyNoAnswer(problem)}.`;
}

/** @throws DomainError for what did not come as it is to be stored */
async function fetched(url: string, privateTargets: boolean): Promise<Serialized> {
  const target = await resolveTarget(url, systemResolve);
  requireAllowed(target, privateTargets);
  const { pathname, search } = new URL(url);
  const asked = { path: `${pathname}${search}`, accept: '*/*', timeoutMs, maxBytes: maxHttpValueBytes };
  const { status, contentType, bytes, isTruncated } = await fetchTarget(target, asked);
  if (status !== 200) throw new DomainError('unavailable', `It answered ${status}, and only 200 is stored.`);
  if (isTruncated) throw new DomainError('payload-too-large', `It has more than ${maxHttpValueBytes} bytes.`);
  return { bytes, ...(contentType === undefined ? {} : { contentType }) };
}
