import type { Invalidation } from '../invalidations.ts';
import { parsePattern } from '../pattern.ts';
import type { Step, StepResult } from '../shared-tier.ts';
import { textIn } from './attributes.ts';
import { inParallel } from './in-parallel.ts';
import type { LivePatterns } from './live-patterns.ts';
import { IN_FLIGHT_MS, secondsOf } from './mark-item.ts';
import { Removing } from './removing.ts';
import { firstPlace, formatPlace, type Place, parsePlace, visitShards } from './steps.ts';
import type { WritingParts } from './writing.ts';

export interface ReapingParts extends WritingParts {
  patterns: LivePatterns;
}

interface Visited {
  keys: readonly string[];
  /** How many were looked at. */
  looked: number;
  next: Pick<Place, 'shard' | 'behind'> | undefined;
}

interface Reaped {
  removed: number;
  looked: number;
  /** Where to go on; undefined when all is done, and settled. */
  next: Place | undefined;
}

/**
 * Removes what events killed.
 *
 * Invariants:
 * - An entry is counted by whoever removed its version, by a condition on it: once, whoever else comes for it, however often.
 * - On every key that is visited a mark stays for as long as writes from before the event may be on their way. So when all keys of an
 *   event have been visited, nothing that it killed is stored or will be, and its own mark may go.
 */
export class Reaping {
  readonly #parts: ReapingParts;
  readonly #removing: Removing;

  constructor(parts: ReapingParts) {
    this.#parts = parts;
    this.#removing = new Removing(parts);
  }

  /** One round of `reap`, see EntryStore. Takes time by what is visited: the keys, a tag's members, a pattern's prefix. */
  async reap(event: Invalidation, { budget, cursor }: Step): Promise<StepResult> {
    const { removed, next } = await this.reapPart(event, parsePlace(cursor), budget);
    return { removed, ...(next === undefined ? {} : { cursor: formatPlace(next) }) };
  }

  async reapPart(event: Invalidation, from: Place, budget: number): Promise<Reaped> {
    let place: Place | undefined = from;
    let [removed, looked] = [0, 0];
    do {
      const visited: Visited = await this.#visit(event, place, Math.max(1, budget - looked));
      // A visit of empty shards has its price too, so that every step ends.
      looked += Math.max(1, visited.looked);
      removed += await this.#removing.removeAll(event, [...new Set(visited.keys)]);
      place = nextPlace(event, place, visited.next);
    } while (looked < budget && place !== undefined);
    if (place === undefined) await this.#settle(event);
    return { removed, looked, next: place };
  }

  async #visit({ kind, values }: Invalidation, place: Place, count: number): Promise<Visited> {
    const { table, layout } = this.#parts;
    const indexShard = (shard: number): string => layout.indexShard(shard);
    switch (kind) {
      case 'keys': {
        const from = Number(place.behind ?? 0);
        const keys = values.slice(from, from + count);
        const isAll = from + keys.length >= values.length;
        return {
          keys,
          looked: keys.length,
          next: isAll ? undefined : { shard: 0, behind: String(from + keys.length) },
        };
      }
      case 'tags': {
        const prefix = layout.memberPrefix(values[place.part] ?? '');
        const { items, next } = await visitShards(table, (shard) => layout.memberShard(shard), place, count, prefix);
        return { keys: items.flatMap((item) => textIn(item, 'k') ?? []), looked: items.length, next };
      }
      case 'pattern': {
        const { prefix, matches } = parsePattern(values[0] ?? '');
        const { items, next } = await visitShards(table, indexShard, place, count, prefix);
        return { keys: items.flatMap((item) => textIn(item, 'sk') ?? []).filter(matches), looked: items.length, next };
      }
      case 'clear': {
        const { items, next } = await visitShards(table, indexShard, place, count);
        return { keys: items.flatMap((item) => textIn(item, 'sk') ?? []), looked: items.length, next };
      }
    }
  }

  async #settle(event: Invalidation): Promise<void> {
    if (event.kind === 'pattern') await this.#parts.patterns.settle(event);
    if (event.kind === 'tags') await inParallel(event.values, (tag) => this.#settleTag(tag, event));
  }

  /** The tag's mark goes, when its last events are reaped, with the time that writes may be on their way. */
  async #settleTag(tag: string, { sequence, soft }: Invalidation): Promise<void> {
    const { table, layout, clock } = this.#parts;
    const name = soft ? 'y' : 'r';
    const place = layout.tagMark(tag);
    const until = secondsOf(clock.now() + IN_FLIGHT_MS);
    const reaped = await table.update(place, {
      change: `SET ${name} = :n`,
      condition: `attribute_not_exists(${name}) OR ${name} < :n`,
      values: { n: sequence },
    });
    if (reaped === undefined) return;
    await table.update(place, {
      change: 'SET expiresAt = :until',
      condition: '(attribute_not_exists(h) OR h <= r) AND (attribute_not_exists(z) OR z <= y)',
      values: { until },
    });
  }
}

function nextPlace({ kind, values }: Invalidation, place: Place, next: Visited['next']): Place | undefined {
  if (next !== undefined) return { part: place.part, ...next };
  const isLast = kind !== 'tags' || place.part + 1 >= values.length;
  return isLast ? undefined : { ...firstPlace, part: place.part + 1 };
}
