import { type Invalidation, type LogDelta, MAX_LIVE_PATTERNS } from '../../lib/cache/library/invalidations.ts';
import {
  type InvalidationRequest,
  LivePatternsError,
  type OwnerTier,
  type ReadOptions,
  type SetResult,
  type TierRead,
  type TierSet,
} from '../../lib/cache/library/shared-tier.ts';
import { isSameEntry, ReferenceStore } from './reference-store.ts';

const clear: InvalidationRequest = { kind: 'clear', values: [], soft: false };

/** A tier that owns the sequence. It keeps every event for good, whether its log still tells of it or not. */
export class ReferenceTier extends ReferenceStore implements OwnerTier {
  protected override events: Invalidation[] = [];
  protected override writeFloor = 0;
  readonly #live = new Map<string, number>();
  #sequence = 0;
  #logFloor = 0;
  #homesAboveUntil = 0;

  async read(keys: readonly string[], { after }: ReadOptions = {}): Promise<TierRead> {
    this.#reach(after ?? 0);
    const changes = after === undefined || after >= this.#sequence ? {} : { changes: this.#delta(after) };
    return { sequence: this.#sequence, ...changes, entries: keys.map((key) => this.hit(key)) };
  }

  async set(entries: readonly TierSet[]): Promise<SetResult[]> {
    return entries.map((each) => this.#set(each));
  }

  async invalidate(request: InvalidationRequest): Promise<Invalidation> {
    const isNew = request.kind === 'pattern' && !this.#live.has(liveName(request));
    if (isNew && this.#live.size >= MAX_LIVE_PATTERNS) throw new LivePatternsError(MAX_LIVE_PATTERNS);
    return this.#log(request);
  }

  async changes(after: number): Promise<LogDelta> {
    this.#reach(after);
    return this.#delta(after);
  }

  async expectHomesAbove(untilMs: number): Promise<number> {
    this.#homesAboveUntil = Math.max(this.#homesAboveUntil, untilMs);
    return this.#sequence;
  }

  /** The log tells only of what came after it. */
  forgetLog(upTo = this.#sequence): void {
    this.#logFloor = upTo;
  }

  protected override settle(event: Invalidation): void {
    if (event.kind !== 'pattern' || this.#live.get(liveName(event)) !== event.sequence) return;
    this.#live.delete(liveName(event));
    this.writeFloor = Math.max(this.writeFloor, event.sequence);
  }

  #set({ key, entry, replaces, announce }: TierSet): SetResult {
    const living = this.living(key);
    const isAsRead = replaces === null ? living === undefined : living && replaces && isSameEntry(living, replaces);
    if (replaces !== undefined && isAsRead !== true)
      return { outcome: 'changed', born: living?.born ?? this.#sequence };
    const isEvicted = (this.evicted.get(key) ?? 0) > this.now();
    const isKnown = announce === true || living !== undefined || isEvicted || this.isLeased(key);
    const event =
      isKnown || this.#homesAboveUntil > this.now()
        ? this.#log({ kind: 'keys', values: [key], soft: false })
        : undefined;
    this.leases.delete(key);
    this.evicted.delete(key);
    this.stored.set(key, { ...entry, born: this.#sequence });
    return { outcome: 'stored', born: this.#sequence, ...(event && { event }) };
  }

  #log(request: InvalidationRequest): Invalidation {
    const event = { sequence: ++this.#sequence, ...request };
    if (request.kind === 'pattern') this.#live.set(liveName(request), event.sequence);
    this.events.push(event);
    return event;
  }

  /** Somebody has seen more: what he saw is lost here. */
  #reach(seen: number): void {
    if (seen <= this.#sequence) return;
    this.#sequence = seen;
    this.#homesAboveUntil = 0;
    this.#log(clear);
  }

  #delta(asked: number): LogDelta {
    const after = Math.max(asked, this.#logFloor);
    return { after, upTo: this.#sequence, events: this.events.filter(({ sequence }) => sequence > after) };
  }
}

export const liveName = ({ soft, values }: InvalidationRequest): string => `${soft}${values[0]}`;
