import type { KeyPattern } from '../pattern.ts';
import { numberOr0 } from './attributes.ts';
import type { Layout } from './layout.ts';
import { type LivePattern, livePatternsIn } from './live-patterns.ts';
import type { Table } from './table.ts';

/** The last sequence at which something was invalidated for good, or softly; 0 where it never was. */
export interface Mark {
  hard: number;
  soft: number;
}

interface Held<T> {
  /** It tells of every event up to here, and may of later ones. */
  upTo: number;
  value: T;
}

const MOST_TAGS = 20_000;

/**
 * What is known of invalidations that have left the head, for entries which are older than what this process knows of the log.
 * Marks are read once and held: the log, which is followed from then on, tells of all that come later.
 */
export class HeldMarks {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #tags = new Map<string, Held<Mark>>();
  #patterns: Held<readonly LivePattern[]> | undefined;

  constructor(table: Table, layout: Layout) {
    this.#table = table;
    this.#layout = layout;
  }

  /**
   * Reads what is not held, or is too old.
   * @param from a sequence from which on the log is known
   * @param upTo the base of a head that was read before: marks of all events up to there are written
   */
  async learn(tags: Iterable<string>, from: number, upTo: number): Promise<void> {
    const missing = [...new Set(tags)].filter((tag) => (this.#tags.get(tag)?.upTo ?? -1) < from);
    const isPatternsMissing = this.#patterns === undefined || this.#patterns.upTo < from;
    if (missing.length === 0 && !isPatternsMissing) return;
    const keys = missing.map((tag) => this.#layout.tagMark(tag));
    if (isPatternsMissing) keys.push(this.#layout.patterns);
    const items = await this.#table.getMany(keys);
    for (const [at, tag] of missing.entries()) {
      const item = items[at];
      this.#tags.delete(tag);
      this.#tags.set(tag, { upTo, value: { hard: numberOr0(item, 'h'), soft: numberOr0(item, 'z') } });
    }
    if (isPatternsMissing) this.#patterns = { upTo, value: livePatternsIn(items.at(-1)) };
    for (const oldest of this.#tags.keys()) {
      if (this.#tags.size <= MOST_TAGS) break;
      this.#tags.delete(oldest);
    }
  }

  /** Of what was learnt before, by its tags and the patterns. */
  of(key: string, tags: readonly string[]): Mark {
    const mark = { hard: 0, soft: 0 };
    for (const tag of tags) {
      const value = this.#tags.get(tag)?.value;
      mark.hard = Math.max(mark.hard, value?.hard ?? 0);
      mark.soft = Math.max(mark.soft, value?.soft ?? 0);
    }
    for (const { pattern, sequence, soft } of this.#patterns?.value ?? []) {
      if (sequence === undefined || !matches(pattern, key)) continue;
      const name = soft ? 'soft' : 'hard';
      mark[name] = Math.max(mark[name], sequence);
    }
    return mark;
  }
}

/** One that cannot be read here was written by somebody newer: whatever it means, everything is within it. */
const matches = (pattern: KeyPattern | undefined, key: string): boolean => pattern?.matches(key) ?? true;
