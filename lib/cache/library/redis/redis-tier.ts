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
      await this.#home.begin(after);
    }
    throw new Error('The sequence in Redis vanishes again and again.');
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
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const read = await bucket.read(keys, after);
      if (read !== undefined && read.sequence >= (after ?? 0)) return read;
      await this.changes(after ?? 0);
      if (bucket !== this.#home) await this.#bringUp(bucket, { after: after ?? 0, upTo: after ?? 0, events: [] });
    }
    throw new Error('The sequence in Redis vanishes again and again.');
  }

  async #append(request: InvalidationRequest): Promise<Invalidation> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const sequence = await this.#home.invalidate(request);
      if (sequence === 'full') throw new LivePatternsError(MAX_LIVE_PATTERNS);
      if (sequence !== undefined) return { sequence, ...request };
      await this.#home.begin(0);
    }
    throw new Error('The sequence in Redis vanishes again and again.');
  }

  async #bringUp(bucket: Bucket, delta: LogDelta): Promise<void> {
    let known = await bucket.replicate(delta, false);
    for (let attempt = 0; known < delta.upTo; attempt++) {
      if (attempt === ATTEMPTS) throw new Error('A part of the cache in Redis vanishes again and again.');
      // Where all is lost, nothing that is stored there may be trusted: only a clear begins it anew.
      const from = known < 0 ? (await this.#append(clear)).sequence - 1 : known;
      known = await bucket.replicate(await this.changes(from), true);
    }
  }
}
