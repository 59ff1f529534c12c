import type { Entry } from '../../lib/cache/library/entry.ts';
import { type Invalidation, type LogDelta, MAX_LIVE_PATTERNS } from '../../lib/cache/library/invalidations.ts';
import { parsePattern } from '../../lib/cache/library/pattern.ts';
import {
  type InvalidationRequest,
  type Lease,
  LivePatternsError,
  type SharedTier,
  type Step,
  type StepResult,
  type TierEntry,
  type TierHit,
  type TierRead,
  type WriteOutcome,
} from '../../lib/cache/library/shared-tier.ts';

export function matchesEvent({ kind, values }: InvalidationRequest, key: string, tags: readonly string[]): boolean {
  if (kind === 'keys') return values.includes(key);
  if (kind === 'tags') return values.some((tag) => tags.includes(tag));
  return kind === 'clear' || values.some((pattern) => parsePattern(pattern).matches(key));
}

/** The port by the words of its definition: it keeps every event for good and looks at all of them. */
export class ReferenceTier implements SharedTier {
  readonly #stored = new Map<string, Entry>();
  readonly #events: Invalidation[] = [];
  readonly #live = new Map<string, number>();
  readonly #leases = new Map<string, { token: number; until: number }>();
  #writeFloor = 0;
  #tokens = 0;

  async read(keys: readonly string[], after?: number): Promise<TierRead> {
    const entries = keys.map((key): TierHit | undefined => {
      const entry = this.#alive(key);
      if (entry === undefined || this.#last(key, entry.tags, false) > entry.born) return undefined;
      return { entry, stale: this.#last(key, entry.tags, true) > entry.born };
    });
    const sequence = this.#events.length;
    return { sequence, ...(after === undefined || after >= sequence ? {} : { changes: this.#delta(after) }), entries };
  }

  async write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    return entries.map(({ key, entry }) => {
      const { born, tags } = entry;
      const last = Math.max(this.#writeFloor, this.#last(key, tags, false), this.#last(key, tags, true));
      if (last > born) return 'outlived';
      const stored = this.#alive(key);
      if (stored !== undefined && stored.born > born) return 'older';
      this.#stored.set(key, entry);
      return 'stored';
    });
  }

  async invalidate(request: InvalidationRequest): Promise<Invalidation> {
    const event = { sequence: this.#events.length + 1, ...request };
    if (request.kind === 'pattern') {
      const name = liveName(request);
      if (!this.#live.has(name) && this.#live.size >= MAX_LIVE_PATTERNS) throw new LivePatternsError(MAX_LIVE_PATTERNS);
      this.#live.set(name, event.sequence);
    }
    this.#events.push(event);
    return event;
  }

  async reap(event: Invalidation, { budget }: Step): Promise<StepResult> {
    let removed = 0;
    for (const [key, entry] of this.#stored) {
      if (removed >= budget) return { removed, cursor: 'more' };
      if (entry.born >= event.sequence || !matchesEvent(event, key, entry.tags)) continue;
      const now = Date.now();
      if (entry.expiresAt <= now || (event.soft && entry.freshUntil <= now)) continue;
      if (event.soft) {
        const revalidateUntil = entry.revalidateUntil - entry.freshUntil + now;
        this.#stored.set(key, { ...entry, freshUntil: now, revalidateUntil });
      } else this.#stored.delete(key);
      removed++;
    }
    if (event.kind === 'pattern' && this.#live.get(liveName(event)) === event.sequence) {
      this.#live.delete(liveName(event));
      this.#writeFloor = Math.max(this.#writeFloor, event.sequence);
    }
    return { removed };
  }

  async changes(after: number): Promise<LogDelta> {
    return this.#delta(after);
  }

  async lease(key: string, ttlMs: number): Promise<Lease | undefined> {
    const now = Date.now();
    if ((this.#leases.get(key)?.until ?? 0) > now) return undefined;
    const token = ++this.#tokens;
    this.#leases.set(key, { token, until: now + ttlMs });
    return { token };
  }

  async release(key: string, { token }: Lease): Promise<void> {
    if (this.#leases.get(key)?.token === token) this.#leases.delete(key);
  }

  async size(): Promise<number> {
    return this.#stored.size;
  }

  async sweep(): Promise<StepResult> {
    const expired = [...this.#stored.keys()].filter((key) => this.#alive(key) === undefined);
    for (const key of expired) this.#stored.delete(key);
    return { removed: expired.length };
  }

  /** As if its time were over. */
  expire(key: string): void {
    const entry = this.#stored.get(key);
    if (entry !== undefined) this.#stored.set(key, { ...entry, expiresAt: 0 });
  }

  #alive(key: string): Entry | undefined {
    const entry = this.#stored.get(key);
    return entry !== undefined && entry.expiresAt > Date.now() ? entry : undefined;
  }

  #last(key: string, tags: readonly string[], soft: boolean): number {
    return this.#events.findLast((event) => event.soft === soft && matchesEvent(event, key, tags))?.sequence ?? 0;
  }

  #delta(after: number): LogDelta {
    return { after, upTo: this.#events.length, events: this.#events.slice(after) };
  }
}

const liveName = ({ soft, values }: InvalidationRequest): string => `${soft}${values[0]}`;
