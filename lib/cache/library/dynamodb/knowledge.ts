import { Invalidations, type LogDelta, type Verdict } from '../invalidations.ts';
import type { EventLog } from './event-log.ts';
import type { Head } from './head.ts';
import type { HeldMarks } from './marks.ts';

const MOST_MARKS = 50_000;

/** What a stored entry, or one that is to be stored, is judged by. */
export interface Mortal {
  key: string;
  born: number;
  tags: readonly string[];
  /** The marks on the entry's own item; 0 where there are none. */
  hardMark: number;
  softMark: number;
}

/**
 * What this process knows of the log, and by it and by the marks whether an entry lives.
 *
 * Invariant: the log is known from the floor on, and the floor is never above the base of a head that was read. So what came before
 * the floor has left the head, and is told whole by marks that are read after that head.
 */
export class Knowledge {
  readonly #log: EventLog;
  readonly #marks: HeldMarks;
  #known: Invalidations | undefined;
  #head: Head | undefined;

  constructor(log: EventLog, marks: HeldMarks) {
    this.#log = log;
    this.#marks = marks;
  }

  /** Every event up to here is known; -1 before the first head. */
  get sequence(): number {
    return this.#known?.sequence ?? -1;
  }

  /** What is read from now on has the marks of every event up to here; -1 before the first head. */
  get base(): number {
    return this.#head?.base ?? -1;
  }

  async follow(head: Head): Promise<void> {
    const known = this.#known;
    if (known !== undefined && head.sequence <= known.sequence) {
      this.#keep(head);
      return;
    }
    const delta = known === undefined ? await this.#newest(head) : await this.since(known.sequence, head);
    this.#keep(head);
    this.#known ??= new Invalidations(head.base, MOST_MARKS);
    this.#known.apply(delta);
    if (this.#known.floor <= this.base) return;
    // More than it can remember, or some of it is lost: what it forgets, marks must tell.
    await this.#forget(head);
  }

  /** Knows only the newest from then on; until then what is known stays, for others judge by it meanwhile. */
  async #forget(last: Head): Promise<void> {
    for (let head = this.#head ?? last; ; head = this.#head ?? last) {
      const newest = await this.#newest(head);
      // Somebody has followed a later one: by this one it would be unlearnt.
      if (this.#head !== undefined && head !== this.#head) continue;
      const known = new Invalidations(head.base, Number.MAX_SAFE_INTEGER);
      known.apply(newest);
      this.#known = known;
      return;
    }
  }

  /** The log behind a sequence, up to that of the head. */
  async since(after: number, head: Head): Promise<LogDelta> {
    if (after >= head.sequence) return { after, upTo: head.sequence, events: [] };
    const from = Math.max(after, head.floor);
    const older = from < head.base ? await this.#log.elements(from) : [];
    return this.#log.resolve(from, head.sequence, [...older.filter(({ last }) => last <= head.base), ...head.newest]);
  }

  /**
   * Whether an entry lives.
   * @param base as it was before the entry's item was read
   * @returns undefined when that was too early: its item is to be read again
   */
  async verdict(mortal: Mortal, base: number): Promise<Verdict | undefined> {
    const known = this.#known;
    const head = this.#head;
    if (known === undefined || head === undefined || base < known.floor) return undefined;
    const { key, born, tags } = mortal;
    if (born >= known.floor) return known.verdict(mortal, key);
    await this.#marks.learn(tags, known.floor, head.base);
    // The floor rises seldom; what was held may be too old by then.
    if (this.#known !== known || known.floor > base) return this.verdict(mortal, base);
    const { hard, soft } = this.#marks.of(key, tags);
    if (Math.max(hard, head.clear, mortal.hardMark) > born) return 'dead';
    const verdict = known.verdict({ born: known.floor, tags }, key);
    if (verdict !== 'live') return verdict;
    return Math.max(soft, head.softClear, mortal.softMark) > born ? 'stale' : 'live';
  }

  /** The last number known at which an entry was invalidated for good. */
  lastHard(key: string, tags: readonly string[]): number {
    return this.#known?.lastHard(key, tags) ?? 0;
  }

  /** Whether an event behind `born` matches, or the log no longer tells. Asks the log where this process does not know it so far back. */
  async isOutlived(mortals: readonly Pick<Mortal, 'key' | 'born' | 'tags'>[], head: Head): Promise<boolean[]> {
    const floor = this.#known?.floor ?? Number.MAX_SAFE_INTEGER;
    const earliest = Math.min(...mortals.map(({ born }) => born));
    let known = this.#known;
    if (known === undefined || earliest < floor) {
      const delta = await this.since(earliest, head);
      known = new Invalidations(delta.after, Number.MAX_SAFE_INTEGER);
      known.apply(delta);
    }
    return mortals.map((mortal) => known.verdict(mortal, mortal.key) !== 'live');
  }

  async #newest(head: Head): Promise<LogDelta> {
    return this.#log.resolve(head.base, head.sequence, head.newest);
  }

  #keep(head: Head): void {
    const kept = this.#head;
    if (kept === undefined || (head.sequence >= kept.sequence && head.base >= kept.base)) this.#head = head;
  }
}
