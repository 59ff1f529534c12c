import { freshnessOf } from '../entry.ts';
import { type TierEntry, TierUnavailableError, type WriteOutcome } from '../shared-tier.ts';
import { type Item, numberOr0, type Plain, textIn } from './attributes.ts';
import { type Draft, draftOf, marksBelowBorn, replacement, type Stored, storedIn } from './entry-item.ts';
import { inParallel } from './in-parallel.ts';
import type { Reading, ReadingParts } from './reading.ts';
import type { Sequence } from './sequence.ts';

export interface WritingParts extends ReadingParts {
  sequence: Sequence;
  reading: Reading;
}

const ATTEMPTS = 8;

/** What loads and copies store. */
export class Writing {
  readonly #parts: WritingParts;

  constructor(parts: WritingParts) {
    this.#parts = parts;
  }

  async write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    const { clock, belongings, knowledge } = this.#parts;
    const outcomes: WriteOutcome[] = entries.map(() => 'outlived');
    // What is known to be outlived already is not worth a write; that nothing is known proves nothing yet.
    const drafts = entries
      .map(({ key, entry, lease }, at) => ({ draft: draftOf(key, entry, clock.now()), lease, at }))
      .filter(({ draft }) => knowledge.lastHard(draft.key, draft.tags) <= draft.born || draft.born < knowledge.base);
    if (drafts.length === 0) return outcomes;
    await belongings.put(drafts.map(({ draft }) => draft));
    const isOutlived = await this.areOutlived(drafts.map(({ draft }) => draft));
    await inParallel(drafts, async ({ draft, lease, at }, index) => {
      const { outcome, stored } = isOutlived[index]
        ? { outcome: 'outlived' as const, stored: undefined }
        : await this.#put(draft, lease?.token);
      outcomes[at] = outcome;
      if (outcome !== 'stored') await belongings.restore(draft, stored ?? (await this.stored(draft.key)));
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

  /** Puts a draft in the place of what is there. @returns what was there, undefined when the condition does not hold */
  async replace(
    draft: Draft,
    condition: string,
    values: Record<string, Plain>,
    alsoSet = '',
  ): Promise<Item | undefined> {
    const { table, layout, clock, belongings } = this.#parts;
    const { change, ...rest } = replacement(draft, clock.now());
    const replaced = await table.update(layout.entry(draft.key), {
      change: change.replace('SET ', `SET ${alsoSet}`),
      condition: `${marksBelowBorn} AND ${condition}`,
      values: { ...rest.values, ...values },
      answer: 'ALL_OLD',
    });
    const version = textIn(replaced, 'v');
    if (version !== undefined) await belongings.removeChunks(version, numberOr0(replaced, 'n'));
    return replaced;
  }

  /**
   * Stores what no event is known to outlive. That the lease is held, that no mark is above `born`, and that what is stored is older, are
   * conditions of the write itself: whoever was frozen until now replaces nothing of a successor.
   */
  async #put(draft: Draft, token: string | undefined): Promise<{ outcome: WriteOutcome; stored?: Stored | undefined }> {
    const { clock, reading } = this.#parts;
    const { key, born, version } = draft;
    const isNewer = token === undefined ? 'b < :b OR (b = :b AND f < :f)' : 'b <= :b';
    const isHeld = token === undefined ? '' : 'lt = :token AND lu > :now AND ';
    let seen: string | undefined;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const now = clock.now();
      const isDead = seen === undefined ? '' : ' OR v = :seen';
      const stored = await this.replace(
        draft,
        `${isHeld}(attribute_not_exists(v) OR x <= :now OR ${isNewer}${isDead})`,
        { now, ...(token === undefined ? {} : { token }), ...(seen === undefined ? {} : { seen }) },
      );
      if (stored !== undefined) return { outcome: 'stored' };
      const found = await reading.find([key], true);
      const [item] = found.items;
      // The answer was lost, and the SDK asked again.
      if (textIn(item, 'v') === version) return { outcome: 'stored' };
      if (token !== undefined && (textIn(item, 'lt') !== token || numberOr0(item, 'lu') <= now)) {
        return { outcome: 'overtaken', stored: storedIn(key, item) };
      }
      if (Math.max(...['m', 'u', 'g'].map((name) => numberOr0(item, name))) > born) return { outcome: 'outlived' };
      const [judged] = await reading.judge([key], found, true);
      const { head } = judged?.stored.decoded ?? {};
      const isLiving = head !== undefined && judged?.verdict !== 'dead' && freshnessOf(head, now) !== 'expired';
      if (
        isLiving &&
        (head.born > born || (token === undefined && head.born === born && head.freshUntil >= draft.freshUntil))
      ) {
        return { outcome: 'older', stored: judged?.stored };
      }
      // What is dead may be replaced by anything, but only that.
      seen = isLiving ? undefined : textIn(item, 'v');
    }
    throw new TierUnavailableError('dynamodb', `others write the key ${key} again and again`);
  }
}
