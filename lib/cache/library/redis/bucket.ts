import type { Entry } from '../entry.ts';
import { decodeEntry, EntryFormatError, encodeEntry } from '../entry-codec.ts';
import { type Invalidation, type LogDelta, MAX_LIVE_PATTERNS } from '../invalidations.ts';
import { type KeyPattern, parsePattern } from '../pattern.ts';
import type { InvalidationRequest, TierHit, WriteOutcome } from '../shared-tier.ts';
import { type BucketKeys, bucketKeys } from './layout.ts';
import type { Scripts } from './run-scripts.ts';

export interface BucketRead {
  sequence: number;
  delta: LogDelta;
  entries: (TierHit | undefined)[];
}

interface KnownPattern {
  /** Undefined when somebody newer wrote what cannot be read here: it counts as matching everything. */
  pattern: KeyPattern | undefined;
  soft: boolean;
  sequence: number;
}

type Field = string | Buffer;

const eventJson = ({ kind, values, soft }: InvalidationRequest): string => JSON.stringify({ kind, values, soft });

function parseEvent(member: Field): Invalidation {
  const text = String(member);
  const space = text.indexOf(' ');
  return { sequence: Number(text.slice(0, space)), ...(JSON.parse(text.slice(space + 1)) as InvalidationRequest) };
}

function deltaOf(after: number, sequence: Field, floor: Field, log: readonly Field[]): LogDelta {
  return { after: Math.max(after, Number(floor)), upTo: Number(sequence), events: log.map(parseEvent) };
}

function readPattern(text: string): KeyPattern | undefined {
  try {
    return parsePattern(text);
  } catch {
    return undefined;
  }
}

function readEntry(bytes: Buffer): Entry | undefined {
  try {
    return decodeEntry(bytes);
  } catch (error) {
    if (error instanceof EntryFormatError) return undefined;
    throw error;
  }
}

/**
 * The part of a namespace that lies in one slot. Patterns are matched here and not in Redis, which has no time to lose: the live
 * ones are kept, and come anew with the first answer after another was added. To know more than are live does no harm.
 */
export class Bucket {
  readonly keys: BucketKeys;
  readonly #scripts: Scripts;
  readonly #maxLogEvents: number;
  readonly #state: readonly string[];
  #patterns: readonly KnownPattern[] = [];
  #patternsUpTo = 0;

  constructor(scripts: Scripts, namespace: string, bucket: number, maxLogEvents: number) {
    this.#scripts = scripts;
    this.#maxLogEvents = maxLogEvents;
    this.keys = bucketKeys(namespace, bucket);
    const { metadata, marks, patterns, log } = this.keys;
    this.#state = [metadata, marks, patterns, log];
  }

  /** @returns undefined when the bucket has no sequence */
  async read(keys: readonly string[], after: number | undefined): Promise<BucketRead | undefined> {
    const names = [...this.#state, ...keys.map(this.keys.entry)];
    const reply = await this.#scripts.runForBytes('read', names, [after ?? '', this.#patternsUpTo, ...keys]);
    if (reply === null) return undefined;
    const [sequence, floor, patternsUpTo, patterns, log, ...found] = reply as [
      Buffer,
      Buffer,
      Buffer,
      Buffer[],
      Buffer[],
      ...(Buffer | number | null)[],
    ];
    this.#learn(Number(patternsUpTo), patterns);
    const entries = keys.map((key, at) => this.#hit(key, found[2 * at], found[2 * at + 1] === 1));
    return { sequence: Number(sequence), delta: deltaOf(after ?? 0, sequence, floor, log), entries };
  }

  async write(key: string, entry: Entry): Promise<WriteOutcome> {
    const { metadata, marks, patterns, index, tags } = this.keys;
    const names = [metadata, marks, patterns, index, tags, this.keys.entry(key), ...entry.tags.map(this.keys.members)];
    const bytes = encodeEntry(entry);
    for (;;) {
      const last = this.#lastPattern(key, undefined);
      const reply = await this.#scripts.run('write', names, [bytes, key, this.#patternsUpTo, last, ...entry.tags]);
      if (!Array.isArray(reply)) return reply as WriteOutcome;
      this.#learn(Number(reply[0]), reply[1] as string[]);
    }
  }

  /** @returns the event's sequence; undefined when the bucket has none */
  async invalidate(request: InvalidationRequest): Promise<number | 'full' | undefined> {
    const field = request.kind === 'pattern' ? `${request.soft ? 'P' : 'p'}${request.values[0]}` : '';
    const args = [eventJson(request), this.#maxLogEvents, MAX_LIVE_PATTERNS, field];
    const reply = await this.#scripts.run('invalidate', this.#state, args);
    if (reply === null) return undefined;
    return reply === 'full' ? 'full' : Number(reply);
  }

  /**
   * @param isAll no earlier events are to be had: what is missing before the delta counts as cleared
   * @returns the bucket's sequence: below `upTo` when it lacks what was before the delta, -1 when it has none
   */
  async replicate({ after, upTo, events }: LogDelta, isAll: boolean): Promise<number> {
    const flat = events.flatMap((event) => [event.sequence, eventJson(event)]);
    const args = [after, upTo, this.#maxLogEvents, isAll ? 'all' : '', ...flat];
    return Number(await this.#scripts.run('replicate', this.#state, args));
  }

  /** Begins the sequence, as a clear, where there is none or where it is below what was seen. */
  async begin(seen: number): Promise<{ sequence: number; isNew: boolean }> {
    const [sequence, isNew] = (await this.#scripts.run('begin', this.#state, [seen])) as [string, number];
    return { sequence: Number(sequence), isNew: isNew === 1 };
  }

  /** @returns undefined when the bucket has no sequence */
  async changes(after: number): Promise<LogDelta | undefined> {
    const reply = await this.#scripts.run('changes', this.#state, [after]);
    if (reply === null) return undefined;
    const [sequence, floor, log] = reply as [string, string, string[]];
    return deltaOf(after, sequence, floor, log);
  }

  #hit(key: string, bytes: Buffer | number | null | undefined, isStale: boolean): TierHit | undefined {
    const entry = Buffer.isBuffer(bytes) ? readEntry(bytes) : undefined;
    if (entry === undefined || this.#lastPattern(key, false) > entry.born) return undefined;
    return { entry, stale: isStale || this.#lastPattern(key, true) > entry.born };
  }

  /** @param soft only those that are so, or that are not; both when undefined */
  #lastPattern(key: string, soft: boolean | undefined): number {
    let last = 0;
    for (const { pattern, sequence, soft: isSoft } of this.#patterns) {
      if (sequence <= last || (soft !== undefined && soft !== isSoft)) continue;
      if (pattern === undefined || pattern.matches(key)) last = sequence;
    }
    return last;
  }

  #learn(upTo: number, flat: readonly Field[]): void {
    // Answers may overtake each other; what the later one said stays.
    if (upTo <= this.#patternsUpTo) return;
    this.#patternsUpTo = upTo;
    this.#patterns = Array.from({ length: flat.length / 2 }, (_, at) => {
      const field = String(flat[2 * at]);
      return { pattern: readPattern(field.slice(1)), soft: field[0] === 'P', sequence: Number(flat[2 * at + 1]) };
    });
  }
}
