import type { CacheClock } from '../clock.ts';
import type { Verdict } from '../invalidations.ts';
import type { TierHit } from '../shared-tier.ts';
import type { Item } from './attributes.ts';
import type { Belongings } from './belongings.ts';
import { entryOf, headAttributes, type Stored, storedIn } from './entry-item.ts';
import type { Knowledge } from './knowledge.ts';
import type { Layout } from './layout.ts';
import type { Table } from './table.ts';

export interface ReadingParts {
  table: Table;
  layout: Layout;
  clock: CacheClock;
  knowledge: Knowledge;
  belongings: Belongings;
}

/** Items and what was known before they were read. */
export interface Found {
  items: readonly (Item | undefined)[];
  base: number;
  sequence: number;
}

/** An entry that has not expired, and what is known of it. */
export interface Judged {
  stored: Stored;
  verdict: Verdict;
}

const ATTEMPTS = 3;

export class Reading {
  readonly #parts: ReadingParts;

  constructor(parts: ReadingParts) {
    this.#parts = parts;
  }

  async find(keys: readonly string[], headsOnly = false): Promise<Found> {
    const { table, layout, knowledge } = this.#parts;
    const { base, sequence } = knowledge;
    const places = keys.map((key) => layout.entry(key));
    return { items: await table.getMany(places, headsOnly ? headAttributes : undefined), base, sequence };
  }

  /** By what is known now, after a head has been followed; items that were read too early are read again. */
  async judge(keys: readonly string[], found: Found, headsOnly = false): Promise<(Judged | undefined)[]> {
    const { clock, knowledge } = this.#parts;
    const now = clock.now();
    const results: (Judged | undefined)[] = keys.map(() => undefined);
    let left = keys.map((key, at) => ({ key, at }));
    for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt++) {
      const asked = left.map(({ key }) => key);
      const { items, base, sequence } = attempt === 0 ? found : await this.find(asked, headsOnly);
      const again: typeof left = [];
      for (const [index, { key, at }] of left.entries()) {
        const stored = storedIn(key, items[index]);
        results[at] = undefined;
        if (stored === undefined || stored.decoded.head.expiresAt <= now) continue;
        const verdict = await knowledge.verdict(stored, base);
        // What was killed while its item was read may have been replaced, which only a later look can see.
        const isReplaced = verdict === 'dead' && knowledge.lastHard(key, stored.tags) > sequence;
        if (verdict === undefined || isReplaced) again.push({ key, at });
        if (verdict !== undefined) results[at] = { stored, verdict };
      }
      left = again;
    }
    return results;
  }

  /** What may be answered, whole. Chunks that vanished are those of an entry that was replaced meanwhile: it is looked for once more. */
  async hits(
    keys: readonly string[],
    judged: readonly (Judged | undefined)[],
    headsOnly: boolean,
  ): Promise<(TierHit | undefined)[]> {
    if (headsOnly)
      return judged.map((each) => hitOf(each, each && { ...each.stored.decoded.head, payload: new Uint8Array(0) }));
    const hits = await this.#load(judged);
    const missing = judged.flatMap((each, at) =>
      each?.stored.chunks && each.verdict !== 'dead' && !hits[at] ? [at] : [],
    );
    if (missing.length === 0) return hits;
    const again = missing.map((at) => keys[at] ?? '');
    const loaded = await this.#load(await this.judge(again, await this.find(again)));
    missing.forEach((at, index) => {
      hits[at] = loaded[index];
    });
    return hits;
  }

  async #load(judged: readonly (Judged | undefined)[]): Promise<(TierHit | undefined)[]> {
    const living = judged.filter((each) => each !== undefined).filter(({ verdict }) => verdict !== 'dead');
    const payloads = await this.#parts.belongings.payloads(living.map(({ stored }) => stored));
    const loaded = new Map(living.map((each, at) => [each, payloads[at]]));
    return judged.map((each) => {
      const payload = each && loaded.get(each);
      return hitOf(each, each && payload && entryOf(each.stored, payload));
    });
  }
}

function hitOf(judged: Judged | undefined, entry: TierHit['entry'] | undefined): TierHit | undefined {
  if (judged === undefined || entry === undefined || judged.verdict === 'dead') return undefined;
  return { entry, stale: judged.verdict === 'stale', tier: 'dynamodb' };
}
