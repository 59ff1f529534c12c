import type { CacheClock } from '../clock.ts';
import { Coalesced } from '../coalesced.ts';
import type { Invalidation } from '../invalidations.ts';
import { type InvalidationRequest, TierUnavailableError } from '../shared-tier.ts';
import type { EventLog } from './event-log.ts';
import { bytesOfNewest, type Head, headOf } from './head.ts';
import type { Layout } from './layout.ts';
import { encodeEvents } from './log-codec.ts';
import type { Table } from './table.ts';

/** Above the first, events are moved out of the head when there is time; above the second, before another is added. */
const TRIM_BYTES = 640;
const FULL_BYTES = 4_096;
const FULL_ELEMENTS = 64;
const ATTEMPTS = 8;
/** In one write of the head. */
const MOST_TOGETHER = 500;

interface Waiting {
  request: InvalidationRequest;
  resolve(event: Invalidation): void;
  reject(error: unknown): void;
}

export interface SequenceParts {
  table: Table;
  layout: Layout;
  log: EventLog;
  clock: CacheClock;
  /** Moves events out of the head. @returns what it is then; undefined when somebody else has moved them */
  trim(head: Head): Promise<Head | undefined>;
}

/**
 * The head: the sequence, and with it the newest events. One write takes the next numbers and carries their events, so that a
 * number and its event are there both or neither.
 *
 * Invariants:
 * - An event is acknowledged when it is in the head: every reader reads the head, and so sees it whether its marks are written or not.
 * - An event leaves the head only after its marks are written and the log has it. Whoever finds events in the head may do that in
 *   place of the one who died over it; to do it twice changes nothing.
 * - Nobody is given a head that was asked for before they came. Of one process one question and one write are under way at most,
 *   and all who come meanwhile share the next.
 */
export class Sequence {
  readonly #parts: SequenceParts;
  readonly #reads: Coalesced<Head>;
  #waiting: Waiting[] = [];
  #isWriting = false;
  #trimming: Promise<void> | undefined;
  #latest: Head | undefined;
  #latestAtMs = 0;
  /** The highest number seen. */
  #seen = 0;

  constructor(parts: SequenceParts) {
    this.#parts = parts;
    this.#reads = new Coalesced(() => this.#readAbove(this.#seen));
  }

  /** As it is now; begun where there is none. */
  read(): Promise<Head> {
    return this.#reads.ask();
  }

  /** One that was the last at most so many milliseconds ago. */
  recent(maxAgeMs: number): { head: Head; ageMs: number } | undefined {
    if (this.#latest === undefined || maxAgeMs <= 0) return undefined;
    const ageMs = this.#parts.clock.monotonic() - this.#latestAtMs;
    return ageMs <= maxAgeMs ? { head: this.#latest, ageMs } : undefined;
  }

  /** As it is now, when somebody has seen `seen`: where the store has lost that it begins anew above it. */
  async reach(seen: number): Promise<Head> {
    const head = await this.read();
    if (head.sequence >= seen) return head;
    this.#seen = Math.max(this.#seen, seen);
    return this.read();
  }

  append(request: InvalidationRequest): Promise<Invalidation> {
    return new Promise<Invalidation>((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject });
      if (!this.#isWriting) void this.#writeAll();
    });
  }

  /** See `OwnerTier.expectHomesAbove`. */
  async expectHomesAbove(untilMs: number): Promise<number> {
    const { table, layout, clock } = this.#parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const askedAtMs = clock.monotonic();
      const item = await table.update(layout.head, {
        change: 'SET a = :until',
        condition: 'attribute_exists(s) AND s >= :seen AND (attribute_not_exists(a) OR a < :until)',
        values: { until: Math.ceil(untilMs), seen: this.#seen },
        answer: 'ALL_NEW',
      });
      if (item !== undefined) this.#learn(headOf(item), askedAtMs);
      const head = item === undefined ? await this.read() : headOf(item);
      if (head.homesAboveUntil >= untilMs) return head.sequence;
    }
    throw new TierUnavailableError('dynamodb', 'the head changes again and again');
  }

  /** When nothing is moved out of the head any more. */
  async settled(): Promise<void> {
    await this.#trimming?.catch(() => {});
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true;
    // Those who come in the same turn go together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, MOST_TOGETHER);
      try {
        const last = await this.#add(await this.#parts.log.prepare(batch.map(({ request }) => request)), batch.length);
        const from = last - batch.length + 1;
        batch.forEach(({ request: { kind, values, soft }, resolve }, at) => {
          resolve({ sequence: from + at, kind, values, soft });
        });
      } catch (error) {
        for (const { reject } of batch) reject(error);
      }
    }
    this.#isWriting = false;
  }

  /** @returns the sequence of the last event */
  async #add(element: string, count: number): Promise<number> {
    const { table, layout, clock } = this.#parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      if (this.#latest !== undefined && bytesOfNewest(this.#latest) > FULL_BYTES) await this.#trimOnce(this.#latest);
      const askedAtMs = clock.monotonic();
      const item = await table.update(layout.head, {
        change: 'SET w = list_append(w, :w) ADD s :count',
        condition: 'attribute_exists(s) AND s >= :seen AND size(w) < :full',
        values: { w: [element], count, seen: this.#seen, full: FULL_ELEMENTS },
        answer: 'ALL_NEW',
      });
      if (item !== undefined) {
        const head = headOf(item);
        this.#learn(head, askedAtMs);
        if (bytesOfNewest(head) > TRIM_BYTES) this.#trimSoon(head);
        return head.sequence;
      }
      const head = await this.read();
      if (head.newest.length >= FULL_ELEMENTS) await this.#trimOnce(head);
    }
    throw new TierUnavailableError('dynamodb', 'the head has no room again and again');
  }

  async #readAbove(seen: number): Promise<Head> {
    const { table, layout, clock } = this.#parts;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const askedAtMs = clock.monotonic();
      const item = await table.get(layout.head);
      const head = item && headOf(item);
      if (head !== undefined && head.sequence >= seen) {
        this.#learn(head, askedAtMs);
        return head;
      }
      await this.#begin(head?.sequence, seen);
    }
    throw new TierUnavailableError('dynamodb', 'the sequence vanishes again and again');
  }

  /** As a clear above all that was seen, and above any other time's: 1,024 a millisecond. */
  async #begin(found: number | undefined, seen: number): Promise<void> {
    const { table, layout, clock } = this.#parts;
    const sequence = Math.max(seen + 1, (found ?? 0) + 1, clock.now() * 1_024);
    await table.update(layout.head, {
      change: 'SET s = :s, b = :b, f = :b, w = :w, c = :s, d = :none',
      condition: found === undefined ? 'attribute_not_exists(s)' : 's = :found',
      values: {
        s: sequence,
        b: sequence - 1,
        w: [encodeEvents([{ kind: 'clear', values: [], soft: false }])],
        none: 0,
        ...(found === undefined ? {} : { found }),
      },
    });
  }

  #learn(head: Head, askedAtMs: number): void {
    this.#seen = Math.max(this.#seen, head.sequence);
    const latest = this.#latest;
    if (latest !== undefined && (head.sequence < latest.sequence || head.base < latest.base)) return;
    this.#latest = head;
    this.#latestAtMs = Math.max(this.#latestAtMs, askedAtMs);
  }

  /** Nobody waits for it: if it is not done, the next one does it. */
  #trimSoon(head: Head): void {
    this.#trimOnce(head).catch(() => {});
  }

  #trimOnce(head: Head): Promise<void> {
    this.#trimming ??= this.#trim(head).finally(() => {
      this.#trimming = undefined;
    });
    return this.#trimming;
  }

  async #trim(head: Head): Promise<void> {
    const askedAtMs = this.#parts.clock.monotonic();
    const trimmed = await this.#parts.trim(head);
    if (trimmed === undefined) await this.read();
    else this.#learn(trimmed, askedAtMs);
  }
}
