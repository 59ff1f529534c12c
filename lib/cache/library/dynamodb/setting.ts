import { randomUUID } from 'node:crypto';
import type { EntryHead } from '../entry.ts';
import type { Invalidation } from '../invalidations.ts';
import { type SetResult, type TierSet, TierUnavailableError } from '../shared-tier.ts';
import { type Item, numberOr0, type Plain, textIn } from './attributes.ts';
import { type Draft, draftOf, isLeased, type Stored } from './entry-item.ts';
import type { Judged } from './reading.ts';
import type { Writing, WritingParts } from './writing.ts';

const ATTEMPTS = 8;
/** For so long a conditional `set` keeps others from the key while it is at it; then it has died over it. */
const CLAIM_MS = 5_000;

/** What stays the same when an entry is given more time or made stale. */
export const isSameEntry = (one: EntryHead, other: EntryHead): boolean =>
  one.born === other.born &&
  one.createdAt === other.createdAt &&
  one.rawBytes === other.rawBytes &&
  one.etag === other.etag;

interface Looked {
  item: Item | undefined;
  living: Judged | undefined;
  sequence: number;
  homesAboveUntil: number;
}

/**
 * Decrees. Where nothing is or was that others may hold, nor has its home in a store above, the value is born at the present sequence and needs no event. Else the
 * event of its key comes first, and the value is born with it: older loads and copies are dead wherever they are.
 *
 * A conditional one that needs an event first takes the key's lease for itself, by the condition that the entry is the one it saw: so
 * of two only one writes an event, and none kills the other's value.
 */
export class Setting {
  readonly #parts: WritingParts;
  readonly #writing: Writing;

  constructor(parts: WritingParts, writing: Writing) {
    this.#parts = parts;
    this.#writing = writing;
  }

  async set({ key, entry, replaces, announce }: TierSet): Promise<SetResult> {
    const { clock, sequence } = this.#parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const looked = await this.#look(key);
      const { living, item } = looked;
      if (replaces !== undefined && !isAsRead(living, replaces)) {
        return { outcome: 'changed', born: living?.stored.born ?? looked.sequence };
      }
      const now = clock.now();
      const isKnown = living !== undefined || isLeased(item, now) || numberOr0(item, 'ev') > now;
      const isAnnounced = announce === true || isKnown || looked.homesAboveUntil > now;
      if (!isAnnounced) {
        const draft = draftOf(key, { ...entry, born: looked.sequence }, now);
        if (await this.#putUnknown(draft, item)) return { outcome: 'stored', born: draft.born };
        continue;
      }
      const claim = replaces === undefined ? undefined : await this.#claim(key, item);
      if (claim === 'lost') continue;
      const event = await sequence.append({ kind: 'keys', values: [key], soft: false });
      const draft = draftOf(key, { ...entry, born: event.sequence }, now);
      const result = await this.#putAnnounced(draft, claim, event);
      if (result !== undefined) return result;
    }
    throw new TierUnavailableError('dynamodb', `others write the key ${key} again and again`);
  }

  async #look(key: string): Promise<Looked> {
    const { sequence, knowledge, reading } = this.#parts;
    if (knowledge.sequence < 0) await knowledge.follow(await sequence.read());
    const [head, found] = await Promise.all([sequence.read(), reading.find([key], true)]);
    await knowledge.follow(head);
    const [judged] = await reading.judge([key], found, true);
    const living = judged?.verdict === 'dead' ? undefined : judged;
    return { item: found.items[0], living, sequence: head.sequence, homesAboveUntil: head.homesAboveUntil };
  }

  /** @returns whether there was still nothing that others may hold */
  async #putUnknown(draft: Draft, item: Item | undefined): Promise<boolean> {
    const { belongings, clock } = this.#parts;
    await belongings.put([draft]);
    const knownAtMs = clock.now();
    const [isOutlived] = await this.#writing.areOutlived([draft]);
    const seen = textIn(item, 'v');
    const nothing = `(attribute_not_exists(v)${seen === undefined ? '' : ' OR v = :seen'})`;
    const free = '(attribute_not_exists(lt) OR lu <= :now) AND (attribute_not_exists(ev) OR ev <= :now)';
    const values: Record<string, Plain> = { now: clock.now(), ...(seen === undefined ? {} : { seen }) };
    const condition = `${nothing} AND ${free}`;
    if (!isOutlived && (await this.#writing.replace(draft, { knownAtMs, condition, values, endsLease: true })))
      return true;
    return (await this.#restored(draft))?.version === draft.version;
  }

  /** @returns undefined when it must be tried again */
  async #putAnnounced(draft: Draft, claim: string | undefined, event: Invalidation): Promise<SetResult | undefined> {
    const { belongings, clock } = this.#parts;
    const result = { outcome: 'stored' as const, born: draft.born, event };
    await belongings.put([draft]);
    const knownAtMs = clock.now();
    const [isOutlived] = await this.#writing.areOutlived([draft]);
    const condition = claim === undefined ? '(attribute_not_exists(v) OR b < :b)' : 'lt = :claim';
    const values: Record<string, Plain> = { none: 0, ...(claim === undefined ? {} : { claim }) };
    // The event's mark is written with the value, so that no older load takes its place when its time is over.
    const sets = 'm = :b, ev = :none, ';
    if (!isOutlived && (await this.#writing.replace(draft, { knownAtMs, condition, values, sets, endsLease: true })))
      return result;
    const stored = await this.#restored(draft);
    if (stored?.version === draft.version) return result;
    if (claim !== undefined) return undefined;
    // What came after the event came after this `set` too: to everybody it was there, and was replaced or invalidated at once. But who found
    // nothing under the key may have been born at the event: of two values one must be the later.
    const isReplaced = stored !== undefined && stored.born > draft.born;
    return isReplaced || (isOutlived && this.#isDead(draft)) ? result : undefined;
  }

  /** What is stored instead of a draft, which leaves nothing behind. It may be the draft: its answer was lost, and the SDK asked again. */
  async #restored(draft: Draft): Promise<Stored | undefined> {
    const stored = await this.#writing.stored(draft.key);
    if (stored?.version !== draft.version) await this.#parts.belongings.restore(draft, stored);
    return stored;
  }

  #isDead({ key, born, tags }: Draft): boolean {
    return this.#parts.knowledge.lastHard(key, tags) > born;
  }

  async #claim(key: string, item: Item | undefined): Promise<string | 'lost'> {
    const { table, layout, clock } = this.#parts;
    const token = randomUUID();
    const now = clock.now();
    const [version, lease] = [textIn(item, 'v'), textIn(item, 'lt')];
    const claimed = await table.update(layout.entry(key), {
      change: 'SET lt = :token, lu = :until, expiresAt = if_not_exists(expiresAt, :end)',
      condition:
        `${version === undefined ? 'attribute_not_exists(v)' : 'v = :v'} AND ` +
        `${lease === undefined ? 'attribute_not_exists(lt)' : 'lt = :lt'}`,
      values: {
        token,
        until: now + CLAIM_MS,
        end: Math.ceil((now + CLAIM_MS) / 1_000),
        ...(version === undefined ? {} : { v: version }),
        ...(lease === undefined ? {} : { lt: lease }),
      },
    });
    return claimed === undefined ? 'lost' : token;
  }
}

const isAsRead = (living: Judged | undefined, replaces: EntryHead | null): boolean =>
  replaces === null ? living === undefined : living !== undefined && isSameEntry(living.stored.decoded.head, replaces);
