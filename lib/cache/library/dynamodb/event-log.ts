import { randomUUID } from 'node:crypto';
import type { CacheClock } from '../clock.ts';
import type { Invalidation, LogDelta } from '../invalidations.ts';
import type { InvalidationRequest } from '../shared-tier.ts';
import { numberOr0, textIn, textsIn } from './attributes.ts';
import { HeldSpills } from './held-spills.ts';
import type { Layout } from './layout.ts';
import { decodeEvents, type Element, encodeEvents, encodeSpilled, numbered, spilledOf } from './log-codec.ts';
import type { Table } from './table.ts';

/** What lies in the head makes every write of it dearer, a kilobyte at a time. */
const MAX_INLINE_BYTES = 256;
const SPILL_PART_CHARACTERS = 100_000;
/** Whoever is further behind counts all as cleared. */
const KEPT_MS = 30 * 86_400_000;

/**
 * The log's part behind the head, and events that are too large for it.
 *
 * Invariants:
 * - An event's number and words never change, so copies of it may lie in several items.
 * - What the log answers has no holes: where something is missing (its time was over, or it was removed) the floor lies above it.
 */
export class EventLog {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #clock: CacheClock;
  readonly #spills: HeldSpills;

  constructor(table: Table, layout: Layout, clock: CacheClock) {
    this.#table = table;
    this.#layout = layout;
    this.#clock = clock;
    this.#spills = new HeldSpills(table, layout);
  }

  /** @returns what the head is to carry; whatever is too large for it is stored before */
  async prepare(requests: readonly InvalidationRequest[]): Promise<string> {
    const text = encodeEvents(requests);
    if (Buffer.byteLength(text) <= MAX_INLINE_BYTES) return text;
    const id = randomUUID();
    const parts = Math.ceil(text.length / SPILL_PART_CHARACTERS);
    const items = Array.from({ length: parts }, (_, part) => ({
      ...this.#layout.spill(id, part),
      // As UTF-16, since a part may end between the halves of a surrogate pair.
      d: Buffer.from(text.slice(part * SPILL_PART_CHARACTERS, (part + 1) * SPILL_PART_CHARACTERS), 'utf16le'),
      expiresAt: this.#expiresAt(2 * KEPT_MS),
    }));
    await this.#table.put(items, 4);
    this.#spills.hold(id, text);
    return encodeSpilled({ id, count: requests.length, parts });
  }

  /** @returns the events behind a sequence, or behind a floor where some before it are missing */
  async resolve(after: number, upTo: number, elements: readonly Element[]): Promise<LogDelta> {
    const spilled = elements.map(({ text }) => spilledOf(text));
    const texts = await this.#spills.read(spilled);
    const events = new Map<number, Invalidation>();
    let known = upTo;
    // From the end on: elements that reach further back than others do tell all that those tell.
    for (let at = elements.length - 1; at >= 0 && known > after; at--) {
      const element = elements[at];
      if (element === undefined || element.last < known || element.after >= known) continue;
      const elsewhere = spilled[at];
      const text = elsewhere === undefined ? element.text : texts.get(elsewhere.id);
      if (text === undefined) break;
      for (const event of decodeEvents(element.after, text))
        if (event.sequence > after) events.set(event.sequence, event);
      known = element.after;
    }
    const floor = Math.max(after, known);
    const sorted = [...events.values()].filter(({ sequence }) => sequence > floor && sequence <= upTo);
    return { after: floor, upTo, events: sorted.sort((a, b) => a.sequence - b.sequence) };
  }

  /** What has left the head, of a piece of the log. */
  async elements(after: number): Promise<Element[]> {
    const found: Element[] = [];
    const range = { partition: this.#layout.logPartition, behind: this.#layout.log(after).sk };
    for await (const items of this.#table.pages(range)) {
      for (const item of items) found.push(...numbered(numberOr0(item, 'a'), textsIn(item, 'w')));
    }
    return found.sort((a, b) => a.last - b.last);
  }

  /** Before they leave the head. */
  async keep(elements: readonly Element[]): Promise<void> {
    const [first, last] = [elements[0], elements.at(-1)];
    if (first === undefined || last === undefined) return;
    const item = { a: first.after, w: elements.map(({ text }) => text), expiresAt: this.#expiresAt(KEPT_MS) };
    await this.#table.put([{ ...this.#layout.log(last.last), ...item }]);
  }

  /** Removes what the floor has passed, a bounded piece of it. @returns how many items */
  async forget(floor: number, limit: number): Promise<number> {
    const { items } = await this.#table.query({ partition: this.#layout.logPartition, limit });
    const past = items.filter((item) => Number(textIn(item, 'sk')) <= floor);
    const spilled = past.flatMap((item) => textsIn(item, 'w').map(spilledOf)).filter((each) => each !== undefined);
    const keys = spilled.flatMap(({ id, parts }) =>
      Array.from({ length: parts }, (_, part) => this.#layout.spill(id, part)),
    );
    // The log's own items last: they tell where the rest is when this ends in between.
    await this.#table.removeAll(keys);
    await this.#table.removeAll(past.map((item) => this.#layout.log(Number(textIn(item, 'sk')))));
    return past.length;
  }

  #expiresAt(inMs: number): number {
    return Math.ceil((this.#clock.now() + inMs) / 1_000);
  }
}
