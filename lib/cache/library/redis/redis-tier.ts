import type { Invalidation, LogDelta } from '../invalidations.ts';
import { MAX_LIVE_PATTERNS } from '../invalidations.ts';
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
} from '../shared-tier.ts';
import { Bucket, type BucketRead } from './bucket.ts';
import { bucketOf } from './layout.ts';
import { reapStep } from './reap.ts';
import { type RedisClient, Scripts } from './run-scripts.ts';
import { sweepStep } from './sweep.ts';

export interface RedisTierOptions {
  client: RedisClient;
  /** Without braces, which mark the slot in a key's name. */
  namespace: string;
  /** Over how many slots of a cluster the namespace is spread; must not change while anything is stored. */
  buckets?: number;
  /** How many events the log keeps: who is further behind counts all he has as cleared. */
  maxLogEvents?: number;
}

const clear: InvalidationRequest = { kind: 'clear', values: [], soft: false };
const ATTEMPTS = 5;

class VanishingError extends Error {
  override name = 'VanishingError';

  constructor() {
    super("The cache's sequence in Redis vanishes again and again.");
  }
}

/**
 * Redis or Valkey from 7 on, alone or as a cluster.
 *
 * The first bucket is home: it gives out the sequence and has the whole log. The others take over its events in their order, and an
 * invalidation is acknowledged when every bucket has it. One that lacks earlier events (whoever sent them died, or is still at it)
 * is given them from home first, so that a bucket's sequence always says that it knows all before it.
 */
export class RedisTier implements SharedTier {
  readonly #client: RedisClient;
  readonly #scripts: Scripts;
  readonly #buckets: readonly Bucket[];
  readonly #home: Bucket;
  #healing: Promise<void> | undefined;

  constructor({ client, namespace, buckets = 1, maxLogEvents = 10_000 }: RedisTierOptions) {
    if (/[{}]/.test(namespace)) throw new RangeError(`a namespace's name has no braces: ${namespace}`);
    this.#client = client;
    this.#scripts = new Scripts(client);
    this.#home = new Bucket(this.#scripts, namespace, 0, maxLogEvents);
    const others = Array.from({ length: buckets - 1 }, (_, at) => {
      return new Bucket(this.#scripts, namespace, at + 1, maxLogEvents);
    });
    this.#buckets = [this.#home, ...others];
  }

  async read(keys: readonly string[], after?: number): Promise<TierRead> {
    const places = new Map<Bucket, number[]>();
    keys.forEach((key, at) => {
      const bucket = this.#bucketOf(key);
      const here = places.get(bucket);
      if (here === undefined) places.set(bucket, [at]);
      else here.push(at);
    });
    if (places.size === 0) places.set(this.#home, []);
    const entries: (TierHit | undefined)[] = keys.map(() => undefined);
    const parts = await Promise.all(
      Array.from(places, async ([bucket, at]) => {
        const asked = at.map((place) => keys[place] ?? '');
        const part = await this.#readBucket(bucket, asked, after);
        at.forEach((place, index) => {
          entries[place] = part.entries[index];
        });
        return part;
      }),
    );
    // Each part's delta is whole up to its own sequence: the furthest tells all that the others do.
    const { sequence, delta } = parts.reduce((most, part) => (part.sequence > most.sequence ? part : most));
    return { sequence, ...(after === undefined || delta.upTo <= after ? {} : { changes: delta }), entries };
  }

  write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    return Promise.all(entries.map(({ key, entry }) => this.#bucketOf(key).write(key, entry)));
  }

  async invalidate(request: InvalidationRequest): Promise<Invalidation> {
    if (request.kind === 'pattern' && request.values.length !== 1) {
      throw new RangeError(`an invalidation has one pattern, not ${request.values.length}`);
    }
    const event = await this.#append(request);
    const delta = { after: event.sequence - 1, upTo: event.sequence, events: [event] };
    await Promise.all(this.#buckets.slice(1).map((bucket) => this.#bringUp(bucket, delta)));
    return event;
  }

  reap(invalidation: Invalidation, step: Step): Promise<StepResult> {
    return reapStep({ client: this.#client, scripts: this.#scripts, buckets: this.#buckets }, invalidation, step);
  }

  sweep(step: Step): Promise<StepResult> {
    return sweepStep({ client: this.#client, scripts: this.#scripts, buckets: this.#buckets }, step);
  }

  async changes(after: number): Promise<LogDelta> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const delta = await this.#home.changes(after);
      if (delta !== undefined && delta.upTo >= after) return delta;
      await this.#heal(after);
    }
    throw new VanishingError();
  }

  async lease(key: string, ttlMs: number): Promise<Lease | undefined> {
    const { keys } = this.#bucketOf(key);
    const token = await this.#scripts.run('lease', [keys.metadata, keys.lease(key)], [ttlMs]);
    return token === null ? undefined : { token: Number(token) };
  }

  async release(key: string, { token }: Lease): Promise<void> {
    await this.#scripts.run('release', [this.#bucketOf(key).keys.lease(key)], [token]);
  }

  async size(): Promise<number> {
    const sizes = await Promise.all(this.#buckets.map(({ keys }) => this.#client.zcard(keys.index)));
    // Every index has the empty key besides.
    return sizes.reduce((sum, size) => sum + Math.max(0, size - 1), 0);
  }

  #bucketOf(key: string): Bucket {
    return this.#buckets[bucketOf(key, this.#buckets.length)] ?? this.#home;
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

  async #append(request: InvalidationRequest): Promise<Invalidation> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const sequence = await this.#home.invalidate(request);
      if (sequence === 'full') throw new LivePatternsError(MAX_LIVE_PATTERNS);
      if (sequence !== undefined) return { sequence, ...request };
      await this.#heal(0);
    }
    throw new VanishingError();
  }

  async #bringUp(bucket: Bucket, delta: LogDelta): Promise<void> {
    if (bucket === this.#home) return;
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
    const { sequence, isNew } = await this.#home.begin(seen);
    const others = this.#buckets.slice(1);
    let from = sequence - 1;
    if (!isNew) {
      const known = await Promise.all(
        others.map((bucket) => bucket.replicate({ after: 0, upTo: 0, events: [] }, false)),
      );
      if (known.every((each) => each >= 0)) return;
      // Nothing that is stored in a bucket which lost its marks may be trusted: only a clear begins it anew.
      const event = await this.#home.invalidate(clear);
      if (typeof event !== 'number') return;
      from = event - 1;
    }
    const delta = await this.#home.changes(from);
    if (delta !== undefined) await Promise.all(others.map((bucket) => bucket.replicate(delta, true)));
  }
}
