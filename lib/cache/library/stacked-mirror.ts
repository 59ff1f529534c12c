import type { Background } from './background.ts';
import { type Entry, type EntryHead, freshnessOf } from './entry.ts';
import type { Invalidation, LogDelta } from './invalidations.ts';
import type { MirrorTier, TierRead } from './shared-tier.ts';
import type { OwnerLog } from './stacked-log.ts';

/** So many events are handed over at once: a store that runs one command at a time is not held up by them. */
const EVENTS_AT_ONCE = 500;
const ATTEMPTS = 3;

export interface Copy {
  key: string;
  entry: Entry;
}

/** The upper store of two, as what it is to the lower one: copies, and a log that may lag. What fails here fails nobody else. */
export class StackedMirror {
  readonly #store: MirrorTier;
  readonly #log: OwnerLog;
  readonly #background: Background;
  readonly #copyUpToBytes: number;
  readonly #now: () => number;
  readonly #copying = new Set<string>();
  #bringingUp: Promise<number> | undefined;

  constructor(store: MirrorTier, log: OwnerLog, background: Background, copyUpToBytes: number, now: () => number) {
    this.#store = store;
    this.#log = log;
    this.#background = background;
    this.#copyUpToBytes = copyUpToBytes;
    this.#now = now;
  }

  /** @returns undefined when it does not answer */
  async read(keys: readonly string[], headsOnly: boolean): Promise<TierRead | undefined> {
    try {
      const read = await this.#store.read(keys, { after: this.#log.after, headsOnly });
      const { changes } = read;
      // Its log is the owner's, but what it has forgotten the owner may still have.
      if (changes !== undefined && changes.after <= this.#log.sequence) this.#log.apply(changes);
      return read;
    } catch {
      return undefined;
    }
  }

  /** Tells it of events that have been acknowledged, and of all before them that it lacks. @returns whether it knows them now */
  async tell(events: readonly Invalidation[]): Promise<boolean> {
    const [first] = events;
    const upTo = events.reduce((last, { sequence }) => Math.max(last, sequence), 0);
    if (first === undefined) return true;
    const isWhole = events.every(({ sequence }, at) => sequence === first.sequence + at);
    const piece = isWhole ? { after: first.sequence - 1, upTo, events } : { after: 0, upTo: 0, events: [] };
    try {
      const known = await this.#store.replicate(piece, false);
      if (known >= upTo || (await this.#bringUp(known, upTo)) >= upTo) return true;
      // The one it joined may have begun before these events.
      return (await this.#bringUp(known, upTo)) >= upTo;
    } catch {
      return false;
    }
  }

  /** Asks it how far it knows the log, and brings it up when that is not so far. @returns whether it was brought up */
  async reach(upTo: number): Promise<boolean> {
    try {
      const known = await this.#store.replicate({ after: 0, upTo: 0, events: [] }, false);
      return known < upTo && (await this.#bringUp(known, upTo)) >= upTo;
    } catch {
      return false;
    }
  }

  /** Brings it up to what is known, in the background, when it was seen to lag. */
  repair(sequence: number): void {
    if (sequence >= 0 && sequence >= this.#log.sequence) return;
    if (this.#bringingUp === undefined) this.#background.run(this.#bringUp(sequence, this.#log.sequence));
  }

  isSmall({ payload }: Pick<Entry, 'payload'>): boolean {
    return payload.length <= this.#copyUpToBytes;
  }

  /** Copies what is fresh and small, in the background; what is being copied already is left out. */
  copyUp(found: readonly Copy[]): void {
    const now = this.#now();
    const copies = found.filter(({ key, entry }) => {
      return this.isSmall(entry) && freshnessOf(entry, now) === 'fresh' && !this.#copying.has(key);
    });
    if (copies.length === 0) return;
    for (const { key } of copies) this.#copying.add(key);
    const copied = this.copy(copies).finally(() => {
      for (const { key } of copies) this.#copying.delete(key);
    });
    this.#background.run(copied);
  }

  /** @returns which were stored */
  async copy(copies: readonly Copy[]): Promise<boolean[]> {
    try {
      const outcomes = await this.#store.write(
        copies.map(({ key, entry }) => ({ key, entry: { ...entry, copy: true } })),
      );
      return copies.map((_, at) => outcomes[at] === 'stored');
    } catch {
      return copies.map(() => false);
    }
  }

  /**
   * Copies what its home has taken. An older copy may be fresh for longer than what was loaded anew: it goes first. One that a reader is
   * still on the way to make of what he found before may take its place: nothing says that it is dead.
   */
  async replace(copies: readonly Copy[]): Promise<void> {
    if (copies.length === 0) return;
    const isCopied = await this.copy(copies);
    const left = copies.filter((_, at) => isCopied[at] !== true);
    if (left.length === 0) return;
    await this.drop(left.map(({ key }) => key));
    await this.copy(left);
  }

  /** Takes away copies that are older than what their home has now. */
  async drop(keys: readonly string[]): Promise<void> {
    if (keys.length > 0) await this.#store.dropCopies('redis', keys).catch(() => 0);
  }

  /** Takes away what an event killed. */
  removeDead(event: Invalidation): void {
    this.inBackground(this.#store.reap(event, { budget: event.values.length }));
  }

  inBackground(work: Promise<unknown>): void {
    this.#background.run(work);
  }

  /** Whether its copy of an entry is as good as what its home may have by now. */
  isFresh(entry: EntryHead): boolean {
    return entry.copy !== true || freshnessOf(entry, this.#now()) === 'fresh';
  }

  /** One at a time. @returns up to where it knows the log then */
  #bringUp(sequence: number, upTo: number): Promise<number> {
    this.#bringingUp ??= this.#bringUpOnce(sequence, upTo).finally(() => {
      this.#bringingUp = undefined;
    });
    return this.#bringingUp;
  }

  async #bringUpOnce(sequence: number, upTo: number): Promise<number> {
    let known = sequence;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const recent = known < 0 || upTo > this.#log.sequence ? undefined : this.#log.recent(known);
      const delta = recent ?? (await this.#log.pull(Math.max(0, known)));
      known = await this.#hand(delta, delta.after > known);
      if (known >= delta.upTo) break;
    }
    return known;
  }

  async #hand({ after, upTo, events }: LogDelta, isAll: boolean): Promise<number> {
    let from = after;
    for (let at = 0; events.length - at > EVENTS_AT_ONCE; at += EVENTS_AT_ONCE) {
      const piece = events.slice(at, at + EVENTS_AT_ONCE);
      const last = piece.at(-1)?.sequence ?? from;
      const known = await this.#store.replicate({ after: from, upTo: last, events: piece }, isAll && from === after);
      if (known < last) return known;
      from = last;
    }
    const rest = events.filter(({ sequence }) => sequence > from);
    return this.#store.replicate({ after: from, upTo, events: rest }, isAll && from === after);
  }
}
