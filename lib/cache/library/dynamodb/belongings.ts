import type { CacheClock } from '../clock.ts';
import { TierUnavailableError } from '../shared-tier.ts';
import { bytesIn } from './attributes.ts';
import type { Draft, Stored } from './entry-item.ts';
import { inParallel } from './in-parallel.ts';
import type { Layout } from './layout.ts';
import { IN_FLIGHT_MS, raiseExpiry } from './mark-item.ts';
import type { Table } from './table.ts';

/** What of an item counts besides its attributes. */
const ITEM_BYTES = 100;
const CHUNKS_AT_ONCE = 8;

/**
 * What belongs to an entry and lies elsewhere: its key in the index, its memberships of tags, and its chunks.
 *
 * Invariants:
 * - It is there before the writer looks whether an event has outlived the entry. So a reaper either finds the key, or the writer finds
 *   the reaper's event.
 * - An index item or membership carries `w`, the version that was last written for. It goes with that version after a reaper removed
 *   the entry, whose mark refuses older writes; else only when it is so old that no write for it can be on its way.
 * - A version that has chunks is registered before the first of them. They never change, and go after their entry has gone.
 */
export class Belongings {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #clock: CacheClock;

  constructor(table: Table, layout: Layout, clock: CacheClock) {
    this.#table = table;
    this.#layout = layout;
    this.#clock = clock;
  }

  async put(drafts: readonly Draft[]): Promise<void> {
    const at = this.#clock.now();
    await this.#register(drafts, at);
    await Promise.all([this.#putChunks(drafts), inParallel(this.#placesOf(drafts, at), (place) => place())]);
  }

  /** Of each; undefined when a chunk is missing. */
  async payloads(entries: readonly Stored[]): Promise<(Uint8Array | undefined)[]> {
    return inParallel(
      entries,
      async ({ version, chunks, inline }) => {
        if (chunks === 0) return inline;
        const keys = Array.from({ length: chunks }, (_, at) => this.#layout.chunk(version, at));
        const pieces = Array.from({ length: Math.ceil(chunks / CHUNKS_AT_ONCE) }, (_, at) =>
          keys.slice(at * CHUNKS_AT_ONCE, (at + 1) * CHUNKS_AT_ONCE),
        );
        const items = (await inParallel(pieces, (piece) => this.#table.getMany(piece), 4)).flat();
        const parts = items.map((item) => bytesIn(item, 'd')).filter((part) => part !== undefined);
        return parts.length < chunks ? undefined : Buffer.concat(parts);
      },
      4,
    );
  }

  /** So that all stays for as long as the entry, which is to live longer. */
  async keepUntil({ key, tags, version, chunks }: Stored, expiresAt: number, untilSeconds: number): Promise<void> {
    const untilMs = untilSeconds * 1_000;
    const chunkKeys = Array.from({ length: chunks }, (_, at) => this.#layout.chunk(version, at));
    if (chunks > 0) chunkKeys.push(this.#layout.version(version));
    await inParallel(chunkKeys, (each) => raiseExpiry(this.#table, each, 'x = :x', { x: expiresAt }, untilMs));
    await raiseExpiry(this.#table, this.#layout.index(key), 'x = :x', { x: expiresAt }, untilMs);
    await inParallel(tags, (tag) =>
      raiseExpiry(this.#table, this.#layout.member(tag, key), 'k = :k', { k: key }, untilMs),
    );
  }

  /** After a reaper has removed the entry and left a mark. */
  async remove(entry: Stored): Promise<void> {
    const { key, version, tags } = entry;
    const places = [this.#layout.index(key), ...tags.map((tag) => this.#layout.member(tag, key))];
    await inParallel(places, (place) => this.#table.remove(place, 'w = :w', { w: version }));
    await this.removeChunks(version, entry.chunks);
  }

  /** What has no entry but may be written for: it counts no longer. @returns whether it was the version's */
  async hide(key: string, version: string): Promise<boolean> {
    const hidden = await this.#table.update(this.#layout.index(key), {
      change: 'SET x = :none',
      condition: 'w = :w AND x > :none',
      values: { w: version, none: 0 },
    });
    return hidden !== undefined;
  }

  /** Of a version that was not stored after all: index and memberships tell of what is stored instead. */
  async restore(draft: Draft, stored: Stored | undefined): Promise<void> {
    const { key, version: refused } = draft;
    await this.removeChunks(refused, draft.chunks.length);
    if (stored === undefined) {
      await this.hide(key, refused);
      return;
    }
    const { version, decoded, tags } = stored;
    const x = decoded.head.expiresAt;
    const condition = 'w = :w';
    const values = { w: refused, stored: version };
    await this.#table.update(this.#layout.index(key), {
      change: 'SET w = :stored, x = :x',
      condition,
      values: { ...values, x },
    });
    const common = draft.tags.filter((tag) => tags.includes(tag));
    await inParallel(common, (tag) =>
      this.#table.update(this.#layout.member(tag, key), { change: 'SET w = :stored', condition, values }),
    );
  }

  /** What is not removed here is found by the sweep: nobody waits for it in vain. */
  async removeChunks(version: string, chunks: number): Promise<void> {
    if (chunks === 0) return;
    try {
      await this.#table.removeAll(Array.from({ length: chunks }, (_, at) => this.#layout.chunk(version, at)));
      await this.#table.remove(this.#layout.version(version));
    } catch (error) {
      if (!(error instanceof TierUnavailableError)) throw error;
    }
  }

  async #register(drafts: readonly Draft[], at: number): Promise<void> {
    const chunked = drafts.filter(({ chunks }) => chunks.length > 0);
    const items = chunked.map(({ key, version, chunks, keptUntilSeconds }) => {
      return { ...this.#layout.version(version), k: key, n: chunks.length, wa: at, expiresAt: keptUntilSeconds };
    });
    await this.#table.put(items);
  }

  async #putChunks(drafts: readonly Draft[]): Promise<void> {
    const items = drafts.flatMap(({ version, chunks, keptUntilSeconds }) =>
      chunks.map((d, at) => ({ ...this.#layout.chunk(version, at), d, expiresAt: keptUntilSeconds })),
    );
    await this.#table.put(items, CHUNKS_AT_ONCE);
  }

  /** Their end is only ever put off: what another wrote for, and may still store, is to stay as long. */
  #placesOf(drafts: readonly Draft[], at: number): (() => Promise<unknown>)[] {
    return drafts.flatMap(({ key, version, tags, expiresAt, header, payload, chunks, keptUntilSeconds }) => {
      const untilMs = keptUntilSeconds * 1_000;
      const perPlace = ITEM_BYTES + 2 * Buffer.byteLength(key);
      const bytes = header.length + payload.length + (2 + tags.length + chunks.length) * perPlace;
      const own = { w: version, wa: at };
      return [
        () => {
          const values = { ...own, x: expiresAt, z: bytes };
          return raiseExpiry(this.#table, this.#layout.index(key), 'w = :w, x = :x, z = :z, wa = :wa', values, untilMs);
        },
        ...tags.map((tag) => () => {
          const values = { ...own, k: key };
          return raiseExpiry(this.#table, this.#layout.member(tag, key), 'w = :w, k = :k, wa = :wa', values, untilMs);
        }),
      ];
    });
  }
}

/** Whether a write for it may still be on its way. */
export const isYoung = (at: number, nowMs: number, inFlightMs = IN_FLIGHT_MS): boolean => at > nowMs - inFlightMs;
