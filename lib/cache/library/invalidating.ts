import type { InvalidateOptions, InvalidationResult, ReapRest } from './cache.ts';
import { CacheInputError } from './input-error.ts';
import type { Invalidation } from './invalidations.ts';
import { checkedTags, checkKey } from './limits.ts';
import type { CacheParts } from './parts.ts';
import { parsePattern } from './pattern.ts';
import { type InvalidationRequest, type SharedTierName, TierUnavailableError } from './shared-tier.ts';

/** So many entries are removed before a call answers; the rest is dead already, and removed later. */
const BUDGET = 5_000;
/** Each looks at as many entries as there may still be removed: of a pattern that begins with a star, hardly any may match. */
const MOST_STEPS = 20;
const MAX_KEYS = 1_000;

/** @throws CacheInputError */
export function requestOf(what: InvalidateOptions): InvalidationRequest {
  const soft = what.soft ?? false;
  if ('pattern' in what) {
    const { canonical, literal } = parsePattern(what.pattern);
    if (literal === undefined) return { kind: 'pattern', values: [canonical], soft };
    checkKey(literal);
    return { kind: 'keys', values: [literal], soft };
  }
  if ('tags' in what) {
    if (what.tags.length === 0) throw new CacheInputError('invalid-tags', 'At least one tag is to be named.');
    return { kind: 'tags', values: checkedTags(what.tags), soft };
  }
  const keys = [...new Set(what.keys)];
  if (keys.length === 0) throw new CacheInputError('invalid-key', 'At least one key is to be named.');
  if (keys.length > MAX_KEYS) {
    throw new CacheInputError(
      'invalid-key',
      `One call invalidates at most ${MAX_KEYS} keys, not ${keys.length}: give them a tag, or call more often.`,
    );
  }
  for (const key of keys) checkKey(key);
  return { kind: 'keys', values: keys, soft };
}

/** Invalidations: the event makes them visible, then what they killed is removed and counted. */
export class Invalidating<V> {
  readonly #parts: CacheParts<V>;

  constructor(parts: CacheParts<V>) {
    this.#parts = parts;
  }

  async invalidate(request: InvalidationRequest): Promise<InvalidationResult> {
    const { shared, follower, memory, events, flights } = this.#parts;
    const isLoading = flights.size > 0;
    const acknowledged = shared === undefined ? follower.append(request, isLoading) : await shared.invalidate(request);
    const { pending, ...event } = { pending: undefined, ...acknowledged };
    if (shared !== undefined) follower.note(event);
    const here = memory?.reap(event, shared === undefined) ?? 0;
    memory?.compact();
    const result = await this.#reap(event, undefined, here, pending ?? []);
    events.emit('invalidated', { kind: event.kind, invalidated: result.invalidated, epoch: event.sequence });
    return result;
  }

  reap({ invalidation, cursor }: ReapRest): Promise<InvalidationResult> {
    return this.#reap(invalidation, cursor, 0, []);
  }

  async #reap(
    event: Invalidation,
    from: string | undefined,
    removedHere: number,
    unheard: readonly SharedTierName[],
  ): Promise<InvalidationResult> {
    const { shared } = this.#parts;
    const pending = new Set(unheard);
    const told = () => (pending.size === 0 ? {} : { pending: [...pending] });
    let invalidated = removedHere;
    let cursor = from;
    try {
      for (let left = shared === undefined ? 0 : BUDGET, steps = 1; left > 0; steps++) {
        const step = await shared?.reap(event, { budget: left, cursor });
        invalidated += step?.removed ?? 0;
        for (const tier of step?.pending ?? []) pending.add(tier);
        left -= Math.max(1, step?.removed ?? 0);
        cursor = step?.cursor;
        if (cursor === undefined) left = 0;
        else if (left <= 0 || steps === MOST_STEPS) return this.#unfinished(event, cursor, invalidated, told());
      }
    } catch (error) {
      if (!(error instanceof TierUnavailableError)) throw error;
      return this.#unfinished(event, cursor, invalidated, told());
    }
    const bound = pending.size === 0 ? {} : await this.#upperBound(invalidated);
    return { invalidated, exact: pending.size === 0, ...bound, ...told(), epoch: event.sequence };
  }

  async #unfinished(
    event: Invalidation,
    cursor: string | undefined,
    invalidated: number,
    told: Pick<InvalidationResult, 'pending'>,
  ): Promise<InvalidationResult> {
    const rest: ReapRest = { invalidation: event, ...(cursor === undefined ? {} : { cursor }) };
    const bound = await this.#upperBound(invalidated);
    return { invalidated, exact: false, ...bound, ...told, epoch: event.sequence, rest };
  }

  /** What is stored at all; unknown when no tier answers. */
  async #upperBound(invalidated: number): Promise<{ upperBound?: number }> {
    try {
      const usage = (await this.#parts.shared?.usage()) ?? {};
      const stored = Object.values(usage).reduce((sum, { entries }) => sum + entries, 0);
      return { upperBound: invalidated + stored };
    } catch (error) {
      if (error instanceof TierUnavailableError) return {};
      throw error;
    }
  }
}
