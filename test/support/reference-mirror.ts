import type { Invalidation, LogDelta } from '../../lib/cache/library/invalidations.ts';
import type {
  MirrorTier,
  ReadOptions,
  TierEntry,
  TierRead,
  WriteOutcome,
} from '../../lib/cache/library/shared-tier.ts';
import { ReferenceStore } from './reference-store.ts';
import { liveName } from './reference-tier.ts';

/** A tier that follows another's sequence, and fails as it is told. It is new, so it begins with all lost. */
export class ReferenceMirror extends ReferenceStore implements MirrorTier {
  protected override events: Invalidation[] = [];
  protected override writeFloor = 0;
  /** Takes over nothing, as one that is cut off from who would tell it. */
  isLagging = false;
  #sequence = -1;
  /** Before this the log is not known: all born below counts as cleared. */
  #floor = 0;
  /** Patterns that were not reaped yet, by the sequence of their last event. */
  readonly #live = new Map<string, number>();

  /** Up to where it knows the log. */
  get sequence(): number {
    return this.#sequence;
  }

  async read(keys: readonly string[], { after }: ReadOptions = {}): Promise<TierRead> {
    const entries = keys.map((key) => (this.#sequence < 0 ? undefined : this.hit(key)));
    const isBehind = after !== undefined && after < this.#sequence;
    return { sequence: this.#sequence, ...(isBehind ? { changes: this.#delta(after) } : {}), entries };
  }

  override async write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    return this.#sequence < 0 ? entries.map(() => 'outlived') : super.write(entries);
  }

  async replicate({ after, upTo, events }: LogDelta, isAll: boolean): Promise<number> {
    if (this.isLagging || upTo <= this.#sequence) return this.#sequence;
    if (after > this.#sequence) {
      if (!isAll) return this.#sequence;
      this.#floor = after;
      this.#live.clear();
      this.writeFloor = after;
      this.events.push({ sequence: after, kind: 'clear', values: [], soft: false });
    }
    for (const event of events) {
      if (event.sequence <= this.#sequence) continue;
      this.events.push(event);
      if (event.kind === 'pattern') this.#live.set(liveName(event), event.sequence);
    }
    this.#sequence = upTo;
    return upTo;
  }

  /** As a Redis that was started again without its data. */
  forgetAll(): void {
    this.stored.clear();
    this.leases.clear();
    this.evicted.clear();
    this.events = [];
    this.#live.clear();
    this.#sequence = -1;
    this.#floor = 0;
    this.writeFloor = 0;
  }

  /** A pattern that has been reaped is forgotten, so that what was loaded before it is never known not to match it. */
  protected override settle(event: Invalidation): void {
    if (event.kind !== 'pattern' || this.#live.get(liveName(event)) !== event.sequence) return;
    this.#live.delete(liveName(event));
    this.writeFloor = Math.max(this.writeFloor, event.sequence);
  }

  #delta(asked: number): LogDelta {
    const after = Math.max(asked, this.#floor);
    return { after, upTo: this.#sequence, events: this.events.filter(({ sequence }) => sequence > after) };
  }
}
