import { type LogDelta, MAX_LIVE_PATTERNS } from '../invalidations.ts';
import {
  type Acknowledged,
  type InvalidationRequest,
  LivePatternsError,
  type ReadOptions,
  type SetResult,
  type SharedTier,
  type TierRead,
  type TierSet,
} from '../shared-tier.ts';
import type { Bucket } from './bucket.ts';
import type { BucketRead } from './bucket-reads.ts';
import { RedisStore } from './redis-store.ts';
import { setEntry } from './set-entry.ts';

const clear: InvalidationRequest = { kind: 'clear', values: [], soft: false };
const ATTEMPTS = 5;

class VanishingError extends Error {
  override name = 'VanishingError';

  constructor() {
    super("The cache's sequence in Redis vanishes again and again.");
  }
}

/**
 * Redis or Valkey from 7 on, alone or as a cluster, as the owner of the sequence.
 *
 * The first bucket is home: it gives out the sequence and has the whole log. The others take over its events in their order, and an
 * invalidation is acknowledged when every bucket has it. One that lacks earlier events (whoever sent them died, or is still at it)
 * is given them from home first, so that a bucket's sequence always says that it knows all before it.
 *
 * A server that did not begin the sequence (a replica that took over, or one that was restarted from its file) may lack the last
 * events, so it begins it anew, as a clear, before it counts on; and so does one that is behind what a reader has seen.
 */
export class RedisTier extends RedisStore implements SharedTier {
  #healing: Promise<void> | undefined;

  read(keys: readonly string[], { after }: ReadOptions = {}): Promise<TierRead> {
    const first = keys[0];
    if (first === undefined) return this.#readOne(this.home, keys, after);
    return keys.length === 1 ? this.#readOne(this.bucketOf(first), keys, after) : this.#readSome(keys, after);
  }

  async #readSome(keys: readonly string[], after: number | undefined): Promise<TierRead> {
    const { entries, parts } = await this.readParts(keys, (bucket, its) => this.#readBucket(bucket, its, after));
    // All entries are judged up to here: one that tells of more may be ahead of what is still being acknowledged to the others.
    const least = parts.reduce((lowest, part) => (part.sequence < lowest.sequence ? part : lowest));
    return toRead({ ...least, entries }, after);
  }

  set(entries: readonly TierSet[]): Promise<SetResult[]> {
    const steps = {
      append: (request: InvalidationRequest) => this.#append(request),
      tell: (event: Acknowledged) => this.#tell(event),
      heal: () => this.#heal(0),
    };
    return Promise.all(
      entries.map((entry) => setEntry(this.bucketOf(entry.key), this.buckets.length > 1, entry, steps)),
    );
  }

  async invalidate(request: InvalidationRequest): Promise<Acknowledged> {
    if (request.kind === 'pattern' && request.values.length !== 1) {
      throw new RangeError(`an invalidation has one pattern, not ${request.values.length}`);
    }
    const event = await this.#append(request);
    await this.#tell(event);
    return event;
  }

  async changes(after: number): Promise<LogDelta> {
    return (await this.#readBucket(this.home, [], after)).delta;
  }

  async #readOne(bucket: Bucket, keys: readonly string[], after: number | undefined): Promise<TierRead> {
    const read = await bucket.read(keys, after);
    return read !== undefined && read.sequence >= (after ?? 0)
      ? toRead(read, after)
      : toRead(await this.#readBucket(bucket, keys, after), after);
  }

  async #readBucket(bucket: Bucket, keys: readonly string[], after: number | undefined): Promise<BucketRead> {
    const least = after ?? 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const read = await bucket.read(keys, after);
      if (read !== undefined && read.sequence >= least) return read;
      await this.#heal(least);
      await this.#bringUp(bucket, { after: least, upTo: least, events: [] });
    }
    throw new VanishingError();
  }

  async #append(request: InvalidationRequest): Promise<Acknowledged> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const sequence = await this.home.invalidate(request);
      if (sequence === 'full') throw new LivePatternsError(MAX_LIVE_PATTERNS);
      if (sequence !== undefined) return { sequence, ...request };
      await this.#heal(0);
    }
    throw new VanishingError();
  }

  /** Brings an event to every bucket but home, which has it. */
  async #tell(event: Acknowledged): Promise<void> {
    const delta = { after: event.sequence - 1, upTo: event.sequence, events: [event] };
    await Promise.all(this.buckets.slice(1).map((bucket) => this.#bringUp(bucket, delta)));
  }

  async #bringUp(bucket: Bucket, delta: LogDelta): Promise<void> {
    if (bucket === this.home) return;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      let known = await bucket.replicate(delta, false);
      if (known >= 0 && known < delta.upTo) known = await bucket.replicate(await this.changes(known), true);
      if (known >= delta.upTo) return;
      await this.#heal(delta.upTo);
    }
    throw new VanishingError();
  }

  /** Once for all who notice at the same time: of several clears all but one would be for nothing. */
  #heal(seen: number): Promise<void> {
    this.#healing ??= this.#healOnce(seen).finally(() => {
      this.#healing = undefined;
    });
    return this.#healing;
  }

  async #healOnce(seen: number): Promise<void> {
    const { sequence, isNew } = await this.home.begin(seen);
    const others = this.buckets.slice(1);
    let from = sequence - 1;
    if (!isNew) {
      const known = await Promise.all(
        others.map((bucket) => bucket.replicate({ after: 0, upTo: 0, events: [] }, false)),
      );
      if (known.every((each) => each >= 0)) return;
      // Nothing that is stored in a bucket which lost its marks may be trusted: only a clear begins it anew.
      const event = await this.home.invalidate(clear);
      if (typeof event !== 'number') return;
      from = event - 1;
    }
    const read = await this.home.read([], from);
    if (read !== undefined) await Promise.all(others.map((bucket) => bucket.replicate(read.delta, true)));
  }
}

function toRead({ sequence, delta, entries }: BucketRead, after: number | undefined): TierRead {
  return after === undefined || sequence <= after ? { sequence, entries } : { sequence, changes: delta, entries };
}
