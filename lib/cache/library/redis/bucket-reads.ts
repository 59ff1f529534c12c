import { decodeEntry, EntryFormatError } from '../entry-codec.ts';
import type { Invalidation, LogDelta } from '../invalidations.ts';
import type { TierHit } from '../shared-tier.ts';
import type { KnownPatterns } from './known-patterns.ts';
import type { BucketKeys } from './layout.ts';
import { deltaFor, parseEvent } from './log-events.ts';
import type { Scripts } from './run-scripts.ts';

export interface BucketRead {
  sequence: number;
  delta: LogDelta;
  entries: (TierHit | undefined)[];
}

/** So many keys go through one script: while Redis answers it, this process takes the answer to the one before apart. */
export const MAX_KEYS = 32;
/** About what one answer has at most, unless one value alone has more: Redis does nothing else meanwhile. */
const MAX_BYTES = 1_048_576;
/** By so much the last answer counts for what a value is expected to have. */
const NEWEST_COUNTS = 0.25;

type Reply = [
  sequence: Buffer,
  floor: Buffer,
  patternsUpTo: Buffer,
  patterns: Buffer[],
  log: Buffer[],
  stale: number[],
  entries: (Buffer | null)[],
];

interface Reader {
  /** Which of the batch's keys. */
  places: readonly number[];
  after: number;
  resolve: (read: BucketRead | undefined) => void;
  reject: (error: unknown) => void;
}

interface Batch {
  places: Map<string, number>;
  /** The least of those who want the log. */
  after: number | undefined;
  readers: Reader[];
}

/**
 * Reads that begin in one turn of the event loop go as one script. Invariant: nobody is answered by a script that was sent before he
 * asked, so what was invalidated before is seen.
 */
export class BucketReads {
  readonly #scripts: Scripts;
  readonly #keys: BucketKeys;
  readonly #state: readonly string[];
  readonly #patterns: KnownPatterns;
  readonly #prefixLength: number;
  #waiting: Batch | undefined;
  #meanBytes = 0;
  #maxKeys = MAX_KEYS;

  constructor(scripts: Scripts, keys: BucketKeys, patterns: KnownPatterns) {
    this.#scripts = scripts;
    this.#keys = keys;
    this.#patterns = patterns;
    this.#state = [keys.metadata, keys.marks, keys.patterns, keys.log];
    this.#prefixLength = Buffer.byteLength(keys.entry(''));
  }

  /** @returns undefined when the bucket has no sequence */
  read(keys: readonly string[], after: number | undefined): Promise<BucketRead | undefined> {
    return new Promise((resolve, reject) => {
      const batch = this.#batch();
      const { places } = batch;
      const its: number[] = [];
      for (const key of keys) {
        let place = places.get(key);
        if (place === undefined) {
          place = places.size;
          places.set(key, place);
        }
        its.push(place);
      }
      if (after !== undefined && !(batch.after !== undefined && batch.after <= after)) batch.after = after;
      batch.readers.push({ places: its, after: after ?? 0, resolve, reject });
      if (places.size >= this.#maxKeys) this.#send(batch);
    });
  }

  #batch(): Batch {
    if (this.#waiting !== undefined) return this.#waiting;
    const batch: Batch = { places: new Map(), after: undefined, readers: [] };
    this.#waiting = batch;
    setImmediate(() => {
      if (this.#waiting === batch) this.#send(batch);
    });
    return batch;
  }

  #send(batch: Batch): void {
    this.#waiting = undefined;
    this.#ask(batch).catch((error: unknown) => {
      for (const { reject } of batch.readers) reject(error);
    });
  }

  async #ask({ places, after, readers }: Batch): Promise<void> {
    const keys = [...places.keys()];
    const names = [...this.#state, ...keys.map(this.#keys.entry)];
    const reply = await this.#scripts.runForBytes('read', names, [
      after ?? '',
      this.#patterns.upTo,
      this.#prefixLength,
    ]);
    if (reply === null) {
      for (const { resolve } of readers) resolve(undefined);
      return;
    }
    const [upTo, logFloor, patternsUpTo, patterns, log, stale, found] = reply as Reply;
    this.#patterns.learn(Number(patternsUpTo), patterns);
    const sequence = Number(upTo);
    const floor = Number(logFloor);
    const events: readonly Invalidation[] = log.map(parseEvent);
    this.#weigh(found);
    const hits = keys.map((key, at) => this.#hit(key, found[at], stale.includes(at)));
    let delta: LogDelta | undefined;
    let deltaAfter: number | undefined;
    for (const reader of readers) {
      // Most know the log up to the same place.
      if (delta === undefined || deltaAfter !== reader.after) {
        deltaAfter = reader.after;
        delta = deltaFor(deltaAfter, sequence, floor, events);
      }
      reader.resolve({ sequence, delta, entries: reader.places.map((place) => hits[place]) });
    }
  }

  #weigh(found: readonly (Buffer | null)[]): void {
    let bytes = 0;
    let count = 0;
    for (const each of found) {
      if (each === null) continue;
      bytes += each.length;
      count++;
    }
    if (count === 0) return;
    this.#meanBytes += NEWEST_COUNTS * (bytes / count - this.#meanBytes);
    this.#maxKeys = Math.max(1, Math.min(MAX_KEYS, Math.floor(MAX_BYTES / this.#meanBytes)));
  }

  #hit(key: string, bytes: Buffer | null | undefined, isStale: boolean): TierHit | undefined {
    if (!bytes) return undefined;
    try {
      const entry = decodeEntry(bytes);
      if (this.#patterns.last(key, false) > entry.born) return undefined;
      return { entry, stale: isStale || this.#patterns.last(key, true) > entry.born, tier: 'redis' };
    } catch (error) {
      if (error instanceof EntryFormatError) return undefined;
      throw error;
    }
  }
}
