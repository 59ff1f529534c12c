import { withTimes } from '../entry-codec.ts';
import type { Invalidation } from '../invalidations.ts';
import { parsePattern } from '../pattern.ts';
import { TierUnavailableError } from '../shared-tier.ts';
import { type Item, numberIn, numberOr0, type Plain } from './attributes.ts';
import { headAttributes, isLeased, type Stored, storedIn } from './entry-item.ts';
import { inParallel } from './in-parallel.ts';
import { IN_FLIGHT_MS, type MarkName, markItem, secondsOf } from './mark-item.ts';
import type { WritingParts } from './writing.ts';

const ATTEMPTS = 8;

/** What of an item is the entry, and not a mark or a lease. */
const removeEntry = 'REMOVE v, h, d, n, b, f, x, i';

/** Removes single entries, each by a condition on its version. */
export class Removing {
  readonly #parts: WritingParts;

  constructor(parts: WritingParts) {
    this.#parts = parts;
  }

  /** @returns how many entries of these keys the event killed that had not expired */
  async removeAll(event: Invalidation, keys: readonly string[]): Promise<number> {
    const { table, layout } = this.#parts;
    const items = await table.getMany(
      keys.map((key) => layout.entry(key)),
      `${headAttributes}, expiresAt`,
    );
    const isMatch = matcherOf(event);
    const removed = await inParallel(keys, (key, at) => this.#remove(event, isMatch, key, items[at]));
    return removed.filter(Boolean).length;
  }

  /** An entry whose time is over, or that is dead: nothing but marks and a lease that are needed stays. @returns whether it was this one */
  async removeExpired(stored: Stored, item: Item | undefined): Promise<boolean> {
    const { table, layout, clock, belongings } = this.#parts;
    const now = clock.now();
    const place = layout.entry(stored.key);
    const isNeeded = isLeased(item, now) || numberOr0(item, 'expiresAt') > secondsOf(now);
    const condition = 'v = :v AND h = :h';
    const values = { v: stored.version, h: stored.header };
    const isRemoved = isNeeded
      ? (await table.update(place, { change: removeEntry, condition, values })) !== undefined
      : await table.remove(place, `${condition} AND (attribute_not_exists(lt) OR lu <= :now)`, { ...values, now });
    if (isRemoved) await belongings.removeChunks(stored.version, stored.chunks);
    return isRemoved;
  }

  /** Others may hold it until its time is over, which stays written. */
  async evict(stored: Stored): Promise<boolean> {
    const { table, layout, belongings } = this.#parts;
    const evicted = await table.update(layout.entry(stored.key), {
      change: `SET ev = :x ${removeEntry}`,
      condition: 'v = :v AND h = :h',
      values: { v: stored.version, h: stored.header, x: stored.decoded.head.expiresAt },
    });
    if (evicted === undefined) return false;
    await belongings.hide(stored.key, stored.version);
    await belongings.removeChunks(stored.version, stored.chunks);
    return true;
  }

  async #remove(event: Invalidation, isMatch: Matcher, key: string, first: Item | undefined): Promise<boolean> {
    const { table, layout, clock, belongings } = this.#parts;
    const { sequence, kind, soft } = event;
    const place = layout.entry(key);
    let item = first;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) item = await table.get(place);
      const now = clock.now();
      const stored = storedIn(key, item);
      const times = stored?.decoded.head;
      const isHit =
        stored !== undefined &&
        times !== undefined &&
        stored.born < sequence &&
        times.expiresAt > now &&
        isMatch(stored) &&
        (!soft || times.freshUntil > now);
      if (!isHit) {
        await this.#mark(event, key, item);
        return false;
      }
      const name = markOf(event);
      const seen = numberIn(item, name);
      // A clear needs no marks: the head tells of it for good.
      const raised = kind === 'clear' ? '' : `${name} = :n, `;
      const values: Record<string, Plain> = {
        v: stored.version,
        h: stored.header,
        ...(kind === 'clear' ? {} : { n: Math.max(sequence, seen ?? 0) }),
        ...(kind === 'clear' || seen === undefined ? {} : { seen }),
      };
      const isUnmarked =
        kind === 'clear' ? '' : ` AND ${seen === undefined ? `attribute_not_exists(${name})` : `${name} = :seen`}`;
      const condition = `v = :v AND h = :h${isUnmarked}`;
      const until = secondsOf(now + IN_FLIGHT_MS);
      const done = soft
        ? await table.update(place, {
            change: `SET ${raised}h = :stale, f = :now`,
            condition,
            values: { ...values, stale: withTimes(stored.header, now, times.expiresAt), now },
          })
        : await table.update(place, {
            change: `SET ${raised}expiresAt = :until ${removeEntry}`,
            condition,
            // Never before a mark that is there already, nor before a lease.
            values: { ...values, until: Math.max(until, secondsOf(numberOr0(item, 'lu'))) },
          });
      if (done === undefined) continue;
      if (!soft) await belongings.remove(stored);
      return true;
    }
    throw new TierUnavailableError('dynamodb', `others write the key ${key} again and again`);
  }

  /** So that no write from before the event, which is on its way, is stored after the reaper was here. */
  async #mark(event: Invalidation, key: string, item: Item | undefined): Promise<void> {
    const { table, layout, clock } = this.#parts;
    // For a key's own event that is done by whoever moves it out of the head.
    if (event.kind === 'clear' || event.kind === 'keys' || numberOr0(item, 'g') >= event.sequence) return;
    await markItem(table, layout.entry(key), 'g', event.sequence, clock.now());
  }
}

const markOf = ({ kind, soft }: Invalidation): MarkName => (kind !== 'keys' ? 'g' : soft ? 'u' : 'm');

type Matcher = (entry: Stored) => boolean;

function matcherOf({ kind, values }: Invalidation): Matcher {
  switch (kind) {
    case 'keys':
      return ({ key }) => values.includes(key);
    case 'tags':
      return ({ tags }) => values.some((tag) => tags.includes(tag));
    case 'pattern': {
      const { matches } = parsePattern(values[0] ?? '');
      return ({ key }) => matches(key);
    }
    case 'clear':
      return () => true;
  }
}
