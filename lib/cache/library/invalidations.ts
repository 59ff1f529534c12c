import { type KeyPattern, readPattern } from './pattern.ts';

export const MAX_LIVE_PATTERNS = 64;
const DEFAULT_MAX_MARKS = 10_000;

/** One event of a namespace's log. `values` are keys, tags or patterns; none for `clear`. */
export interface Invalidation {
  sequence: number;
  kind: 'keys' | 'tags' | 'pattern' | 'clear';
  values: readonly string[];
  /** The entries may still be served while they are loaded anew. */
  soft: boolean;
}

/** A piece of the log: every event with `after < sequence <= upTo`. */
export interface LogDelta {
  /** What was asked for, or the log's floor where that is higher. */
  after: number;
  upTo: number;
  events: readonly Invalidation[];
}

export type Verdict = 'live' | 'stale' | 'dead';

interface Mortal {
  born: number;
  tags: readonly string[];
}

/** The last sequence at which something was invalidated; 0 where it never was. */
class Marks {
  readonly keys = new Map<string, number>();
  readonly tags = new Map<string, number>();
  patterns: { pattern: KeyPattern; sequence: number }[] = [];
  clear = 0;

  last(key: string, tags: readonly string[]): number {
    let last = Math.max(this.clear, this.keys.get(key) ?? 0);
    for (const tag of tags) last = Math.max(last, this.tags.get(tag) ?? 0);
    for (const { pattern, sequence } of this.patterns) if (sequence > last && pattern.matches(key)) last = sequence;
    return last;
  }

  add({ sequence, kind, values }: Invalidation): void {
    switch (kind) {
      case 'keys':
        for (const key of values) raise(this.keys, key, sequence);
        return;
      case 'tags':
        for (const tag of values) raise(this.tags, tag, sequence);
        return;
      case 'pattern':
        for (const text of values) this.#addPattern(text, sequence);
        return;
      case 'clear':
        this.clear = Math.max(this.clear, sequence);
    }
  }

  forget(upTo: number): void {
    for (const marks of [this.keys, this.tags]) {
      for (const [value, sequence] of marks) if (sequence <= upTo) marks.delete(value);
    }
    this.patterns = this.patterns.filter(({ sequence }) => sequence > upTo);
  }

  #addPattern(text: string, sequence: number): void {
    const pattern = readPattern(text);
    if (pattern === undefined) {
      // Somebody newer wrote what cannot be read here: whatever it means, everything is within it.
      this.clear = Math.max(this.clear, sequence);
      return;
    }
    const known = this.patterns.find((each) => each.pattern.canonical === pattern.canonical);
    if (known === undefined) this.patterns.push({ pattern, sequence });
    else known.sequence = Math.max(known.sequence, sequence);
  }
}

function raise(marks: Map<string, number>, value: string, sequence: number): void {
  if (sequence > (marks.get(value) ?? 0)) marks.set(value, sequence);
}

/**
 * What a process knows of a namespace's invalidations. Its memory is bounded: the oldest are forgotten by raising the
 * floor, below which everything counts as cleared. So it may call an entry dead that lives (which costs a look at the next
 * tier), and never one live that it knows to be dead.
 */
export class Invalidations {
  readonly #maxMarks: number;
  readonly #hard = new Marks();
  readonly #soft = new Marks();
  #sequence: number;
  #floor: number;
  /** No event known is later than this. */
  #newest = 0;

  /**
   * @param from the sequence from which on the log will be followed: what came before is not known, so entries born before it are dead
   * @param maxMarks how many keys and tags are remembered at most
   */
  constructor(from = 0, maxMarks = DEFAULT_MAX_MARKS) {
    this.#sequence = from;
    this.#floor = from;
    this.#maxMarks = maxMarks;
  }

  /** Every event up to this one is known: where the next delta is to begin. */
  get sequence(): number {
    return this.#sequence;
  }

  /** Entries born below this are dead. */
  get floor(): number {
    return this.#floor;
  }

  /** No event known is later than this. */
  get newest(): number {
    return this.#newest;
  }

  /** How many keys, tags and patterns are remembered. */
  get size(): number {
    return this.#marks() + this.patterns;
  }

  /** How many patterns are. */
  get patterns(): number {
    return this.#hard.patterns.length + this.#soft.patterns.length;
  }

  /**
   * Takes a piece of the log. Pieces may overlap, and come again or out of order; one that begins beyond what is known raises
   * the floor to its beginning, for what lies between is missed for good.
   */
  apply({ after, upTo, events }: LogDelta): void {
    if (after > this.#sequence) this.forget(after);
    for (const event of events) this.#add(event);
    this.#sequence = Math.max(this.#sequence, upTo);
    this.#bound();
  }

  /** Takes an event of one's own at once, though others before it may not be known yet: they are still to be pulled. */
  note(event: Invalidation): void {
    this.#add(event);
    this.#bound();
  }

  /** Raises the floor: right at no cost when nothing is kept that was born below it. */
  forget(below: number): void {
    if (below <= this.#floor) return;
    this.#floor = below;
    this.#hard.forget(below);
    this.#soft.forget(below);
  }

  /**
   * The last sequence at which a key was invalidated for good, as far as that is known without its tags or with them: a load
   * that began before it must not be joined.
   */
  lastHard(key: string, tags: readonly string[] = []): number {
    return Math.max(this.#floor, this.#hard.last(key, tags));
  }

  /** `dead` when it must not be served, `stale` when a soft invalidation is all that speaks against it. */
  verdict(entry: Mortal, key: string): Verdict {
    const { born, tags } = entry;
    if (born < this.#floor) return 'dead';
    if (born >= this.#newest) return 'live';
    if (this.#hard.last(key, tags) > born) return 'dead';
    return this.#soft.last(key, tags) > born ? 'stale' : 'live';
  }

  #add(event: Invalidation): void {
    if (event.sequence <= this.#floor) return;
    (event.soft ? this.#soft : this.#hard).add(event);
    this.#newest = Math.max(this.#newest, event.sequence);
  }

  #marks(): number {
    return this.#hard.keys.size + this.#hard.tags.size + this.#soft.keys.size + this.#soft.tags.size;
  }

  /** Half of what is too much is forgotten at once, so that the next forgetting is far off. */
  #bound(): void {
    if (this.#marks() > this.#maxMarks) {
      const sequences: number[] = [];
      for (const { keys, tags } of [this.#hard, this.#soft]) sequences.push(...keys.values(), ...tags.values());
      sequences.sort((a, b) => a - b);
      this.forget(sequences[sequences.length - Math.ceil(this.#maxMarks / 2)] ?? this.#newest);
    }
    if (this.patterns > MAX_LIVE_PATTERNS) {
      const sequences = [...this.#hard.patterns, ...this.#soft.patterns].map(({ sequence }) => sequence);
      sequences.sort((a, b) => b - a);
      this.forget(sequences[MAX_LIVE_PATTERNS] ?? this.#newest);
    }
  }
}
