import { PreconditionError, type SetItem, type SetOptions, type StoredEntry } from './cache.ts';
import type { Entry, EntryHead } from './entry.ts';
import { Held } from './held.ts';
import { checkedTags, checkKey, checkTtlSeconds } from './limits.ts';
import type { CacheParts } from './parts.ts';
import { homeOf, sharedHomeOf } from './placement.ts';
import type { InvalidationRequest, SetResult, TierSet } from './shared-tier.ts';
import { etagOf } from './value-codec.ts';

const ATTEMPTS_AT_CONDITIONS = 5;

interface Prepared<V> {
  key: string;
  value: V | undefined;
  entry: Omit<Entry, 'born'>;
}

type Conditions = Pick<SetOptions, 'ifMatch' | 'ifNoneMatch'>;

const keysEvent = (key: string): InvalidationRequest => ({ kind: 'keys', values: [key], soft: false });

const isExpected = ({ ifMatch, ifNoneMatch }: Conditions, head: EntryHead | undefined): boolean => {
  if (ifNoneMatch !== undefined && head !== undefined) return false;
  if (ifMatch === undefined) return true;
  return head !== undefined && (ifMatch === '*' || ifMatch.includes(etagOf(head)));
};

/** `set`: values by decree. What began to load before, and copies of what was there, are dead when it is acknowledged. */
export class Writes<V> {
  readonly #parts: CacheParts<V>;

  constructor(parts: CacheParts<V>) {
    this.#parts = parts;
  }

  async set(item: SetItem<V>, conditions: Conditions): Promise<StoredEntry> {
    const prepared = await this.#prepare(item);
    const { policy, shared } = this.#parts;
    const home = homeOf(item.tier, policy);
    if (conditions.ifMatch !== undefined || conditions.ifNoneMatch !== undefined) {
      return this.#setIf(prepared, item, conditions);
    }
    if (shared === undefined) return this.#setHere(prepared);
    if (home === 'memory') return this.#setInMemory(prepared);
    const [stored] = await this.#setBelow([{ item, prepared }]);
    return stored ?? this.#setHere(prepared);
  }

  async setMany(items: readonly SetItem<V>[]): Promise<StoredEntry[]> {
    const prepared = await Promise.all(items.map(async (item) => ({ item, prepared: await this.#prepare(item) })));
    const { policy, shared } = this.#parts;
    const isBelow = ({ item }: { item: SetItem<V> }): boolean =>
      shared !== undefined && homeOf(item.tier, policy) !== 'memory';
    const below = (await this.#setBelow(prepared.filter(isBelow))).values();
    const stored: StoredEntry[] = [];
    for (const each of prepared) {
      const one = isBelow(each) ? below.next().value : undefined;
      if (one !== undefined) stored.push(one);
      else stored.push(await (shared === undefined ? this.#setHere(each.prepared) : this.#setInMemory(each.prepared)));
    }
    return stored;
  }

  async #prepare({ key, value, ttlSeconds, tags = [] }: SetItem<V>): Promise<Prepared<V>> {
    checkKey(key);
    if (ttlSeconds !== undefined) checkTtlSeconds(ttlSeconds);
    const distinct = checkedTags(tags);
    const { codec, ttl, clock } = this.#parts;
    const encoded = await codec.encode(value);
    const now = clock.now();
    const lifetime = ttl.lifetime({ key, ttlSeconds }, now);
    if (lifetime === undefined) throw new Error('only a loader keeps its value out of the cache');
    return { key, value: encoded.value, entry: { ...encoded.stored, ...lifetime, tags: distinct, loaderMs: 0 } };
  }

  /** Where there is no tier but the memory. */
  #setHere(prepared: Prepared<V>): StoredEntry {
    const { memory, follower, flights } = this.#parts;
    const { key } = prepared;
    const replaced = memory?.get(key) !== undefined;
    const born = flights.has(key) ? follower.append(keysEvent(key), true).sequence : follower.born;
    memory?.compact();
    this.#hold(prepared, born, true);
    return this.#told(prepared, born, replaced);
  }

  /** Kept here alone, though others share tiers below: what they hold of it is dead. */
  async #setInMemory(prepared: Prepared<V>): Promise<StoredEntry> {
    const { shared, follower } = this.#parts;
    if (shared === undefined) return this.#setHere(prepared);
    const { pending: _, ...event } = { pending: undefined, ...(await shared.invalidate(keysEvent(prepared.key))) };
    follower.note(event);
    this.#hold(prepared, event.sequence, true);
    return this.#told(prepared, event.sequence, true);
  }

  async #setBelow(items: readonly { item: SetItem<V>; prepared: Prepared<V> }[]): Promise<StoredEntry[]> {
    const { shared, policy } = this.#parts;
    if (shared === undefined || items.length === 0) return [];
    const sets = items.map(({ item, prepared }): TierSet => {
      const { key, entry } = prepared;
      // Where values are usually kept in memory alone, others may hold one of which the tier below knows nothing.
      const announced = policy.strategy === 'memory' ? { announce: true } : {};
      return { key, entry, ...sharedHomeOf(homeOf(item.tier, policy)), ...announced };
    });
    const results = await shared.set(sets);
    return items.map(({ prepared }, at) => this.#learn(prepared, results[at]));
  }

  async #setIf(prepared: Prepared<V>, item: SetItem<V>, conditions: Conditions): Promise<StoredEntry> {
    const { shared, policy, clock, memory, codec } = this.#parts;
    if (shared === undefined) {
      const held = memory?.get(prepared.key);
      const head = held && codec.headOf(held);
      if (!isExpected(conditions, head)) throw preconditionFailed(prepared.key, conditions, head);
      return this.#setHere(prepared);
    }
    const below = sharedHomeOf(homeOf(item.tier, policy));
    for (let attempt = 0; attempt < ATTEMPTS_AT_CONDITIONS; attempt++) {
      const { entries } = await shared.read([prepared.key], { headsOnly: true });
      const hit = entries[0];
      const head = hit !== undefined && hit.entry.expiresAt > clock.now() ? hit.entry : undefined;
      if (!isExpected(conditions, head)) throw preconditionFailed(prepared.key, conditions, head);
      const [result] = await shared.set([
        { key: prepared.key, entry: prepared.entry, replaces: head ?? null, ...below },
      ]);
      if (result?.outcome === 'stored') return this.#learn(prepared, result);
    }
    throw new PreconditionError(`${prepared.key} changes faster than its condition can be checked: try again.`);
  }

  #learn(prepared: Prepared<V>, result: SetResult | undefined): StoredEntry {
    if (result === undefined) throw new Error(`the tier said nothing of ${prepared.key}`);
    const { follower } = this.#parts;
    if (result.event !== undefined) follower.note(result.event);
    // Events that are not known here yet have killed what was there; an answer that is on its way may still bring it.
    else if (result.born > follower.known.sequence) {
      follower.note({ sequence: result.born, ...keysEvent(prepared.key) });
    }
    this.#parts.flights.noteSet(prepared.key);
    this.#hold(prepared, result.born, false);
    return this.#told(prepared, result.born, result.event !== undefined);
  }

  #hold({ key, value, entry }: Prepared<V>, born: number, isHome: boolean): void {
    const { payload: _, ...head } = entry;
    const since = this.#parts.clock.monotonic();
    this.#parts.memory?.put(key, new Held<V>({ value, head: { ...head, born }, born, since, isHome }));
  }

  #told({ key, entry }: Prepared<V>, born: number, replaced: boolean): StoredEntry {
    this.#parts.events.emit('set', { key, born });
    return { etag: etagOf({ ...entry, born }), born, replaced };
  }
}

function preconditionFailed(key: string, { ifNoneMatch }: Conditions, head: EntryHead | undefined): PreconditionError {
  if (ifNoneMatch !== undefined) return new PreconditionError(`There is a value under ${key} already.`);
  const is = head === undefined ? 'there is none' : `its ETag is "${etagOf(head)}"`;
  return new PreconditionError(`The value under ${key} is not the one that was expected: ${is}.`);
}
