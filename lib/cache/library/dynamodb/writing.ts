import type { EntryHead } from '../entry.ts';
import { type Lease, type TierEntry, TierUnavailableError, type WriteOutcome } from '../shared-tier.ts';
import { numberOr0, type Plain, textIn } from './attributes.ts';
import { type Draft, draftOf, marksBelowBorn, replacement, type Stored, storedIn } from './entry-item.ts';
import { inParallel } from './in-parallel.ts';
import type { Leasing } from './leasing.ts';
import { IN_FLIGHT_MS } from './mark-item.ts';
import type { Found, Reading, ReadingParts } from './reading.ts';
import type { Sequence } from './sequence.ts';

export interface WritingParts extends ReadingParts {
  sequence: Sequence;
  reading: Reading;
  leasing: Leasing;
}

interface Loaded {
  draft: Draft;
  lease: Lease | undefined;
  /** Its place among the entries. */
  at: number;
}

interface Replacement {
  /** When it was known last, in epoch ms, that nothing outlives the draft. */
  knownAtMs: number;
  condition: string;
  values: Record<string, Plain>;
  /** What is set besides, with a comma behind. */
  sets?: string;
  endsLease: boolean;
}

const ATTEMPTS = 8;
/** Far less than the time for which marks of reapers stay: whoever was frozen for longer writes nothing by what he knew. */
const KNOWN_MS = IN_FLIGHT_MS / 6;

/** What loads and copies store. */
export class Writing {
  readonly #parts: WritingParts;

  constructor(parts: WritingParts) {
    this.#parts = parts;
  }

  async write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    const { clock, knowledge, leasing } = this.#parts;
    const outcomes: WriteOutcome[] = entries.map(() => 'outlived');
    // What is known to be outlived already is not worth a write; that nothing is known proves nothing yet.
    const drafts = entries
      .map(({ key, entry, lease }, at) => ({ draft: draftOf(key, entry, clock.now()), lease, at }))
      .filter(({ draft }) => knowledge.lastHard(draft.key, draft.tags) <= draft.born || draft.born < knowledge.base);
    await this.#writeAll(drafts, outcomes);
    await inParallel(entries, async ({ key, lease }, at) => {
      const isHeld = outcomes[at] === 'outlived' || outcomes[at] === 'older';
      if (lease !== undefined && isHeld) await leasing.release(key, lease);
    });
    return outcomes;
  }

  /** By a head that is read after all that belongs to the drafts was written: see `Belongings`. */
  async areOutlived(drafts: readonly Draft[]): Promise<boolean[]> {
    const { sequence, knowledge } = this.#parts;
    const head = await sequence.read();
    await knowledge.follow(head);
    return knowledge.isOutlived(drafts, head);
  }

  async stored(key: string): Promise<Stored | undefined> {
    const { table, layout } = this.#parts;
    return storedIn(key, await table.get(layout.entry(key)));
  }

  /** Puts a draft in the place of what is there. @returns whether the condition held */
  async replace(draft: Draft, { knownAtMs, condition, values, sets = '', endsLease }: Replacement): Promise<boolean> {
    const { table, layout, clock, belongings } = this.#parts;
    if (clock.now() - knownAtMs > KNOWN_MS) return false;
    const { change, ...rest } = replacement(draft, clock.now());
    const replaced = await table.update(layout.entry(draft.key), {
      change: `${change.replace('SET ', `SET ${sets}`)}${endsLease ? ', lt, lu' : ''}`,
      condition: `${marksBelowBorn} AND ${condition}`,
      values: { ...rest.values, ...values },
      answer: 'ALL_OLD',
    });
    const version = textIn(replaced, 'v');
    if (version !== undefined) await belongings.removeChunks(version, numberOr0(replaced, 'n'));
    return replaced !== undefined;
  }

  async #writeAll(drafts: readonly Loaded[], outcomes: WriteOutcome[]): Promise<void> {
    const { belongings, reading, clock } = this.#parts;
    if (drafts.length === 0) return;
    const keys = drafts.map(({ draft }) => draft.key);
    const [found] = await Promise.all([reading.find(keys, true), belongings.put(drafts.map(({ draft }) => draft))]);
    const knownAtMs = clock.now();
    const isOutlived = await this.areOutlived(drafts.map(({ draft }) => draft));
    await inParallel(drafts, async ({ draft, lease, at }, index) => {
      const first = { ...found, items: [found.items[index]] };
      const outcome = isOutlived[index] ? 'outlived' : await this.#put(draft, lease?.token, first, knownAtMs);
      outcomes[at] = outcome;
      if (outcome !== 'stored') await belongings.restore(draft, await this.stored(draft.key));
    });
  }

  /**
   * Stores what no event is known to outlive. That the lease is held, that no mark is above `born`, and that what is stored is what it was
   * compared with, are conditions of the write itself: whoever was frozen until now replaces nothing of a successor.
   */
  async #put(draft: Draft, token: string | undefined, first: Found, knownAtMs: number): Promise<WriteOutcome> {
    const { clock, reading } = this.#parts;
    const { key, born, version } = draft;
    let found = first;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (attempt > 0) found = await reading.find([key], true);
      const [item] = found.items;
      const now = clock.now();
      // The answer was lost, and the SDK asked again.
      if (textIn(item, 'v') === version) return 'stored';
      if (token !== undefined && (textIn(item, 'lt') !== token || numberOr0(item, 'lu') <= now)) return 'overtaken';
      if (Math.max(...['m', 'u', 'g'].map((name) => numberOr0(item, name))) > born) return 'outlived';
      const [judged] = await reading.judge([key], found, true);
      const living = judged?.verdict === 'dead' ? undefined : judged?.stored.decoded.head;
      if (living !== undefined && isOlder(draft, living, token !== undefined)) return 'older';
      const before = storedIn(key, item);
      const heldUntil = before === undefined ? 0 : heldBesides(draft, before);
      const isHeld = heldUntil > numberOr0(item, 'ev');
      const seen = before === undefined ? 'attribute_not_exists(v)' : 'v = :seen AND h = :header';
      const isStored = await this.replace(draft, {
        knownAtMs,
        condition: token === undefined ? seen : `${seen} AND lt = :token AND lu > :now`,
        values: {
          ...(token === undefined ? {} : { token, now }),
          ...(before === undefined ? {} : { seen: before.version, header: before.header }),
          ...(isHeld ? { held: heldUntil } : {}),
        },
        sets: isHeld ? 'ev = :held, ' : '',
        endsLease: token !== undefined,
      });
      if (isStored) return 'stored';
    }
    throw new TierUnavailableError('dynamodb', `others write the key ${key} again and again`);
  }
}

const isOlder = (draft: Draft, { born, freshUntil }: EntryHead, isLoaded: boolean): boolean =>
  born > draft.born || (!isLoaded && born === draft.born && freshUntil >= draft.freshUntil);

/**
 * Until when others may hold what is replaced, and go on to when its successor is gone: when it lives longer than that, or when that dies by a
 * tag which it has not. They are to be told of a `set` as long; 0 when there is no such time.
 */
function heldBesides({ expiresAt, tags }: Draft, before: Stored): number {
  const until = before.decoded.head.expiresAt;
  return until <= expiresAt && tags.every((tag) => before.tags.includes(tag)) ? 0 : until;
}
