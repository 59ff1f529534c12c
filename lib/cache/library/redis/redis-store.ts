import { randomUUID } from 'node:crypto';
import type { EntryHead } from '../entry.ts';
import type { Invalidation } from '../invalidations.ts';
import type {
  EntryStore,
  Lease,
  ReadOptions,
  SharedTierName,
  Step,
  StepResult,
  SweepResult,
  TierCost,
  TierEntry,
  TierHit,
  TierRead,
  TierUsage,
  WriteOutcome,
} from '../shared-tier.ts';
import type { Lifetime } from '../ttl.ts';
import { Bucket } from './bucket.ts';
import { type BucketRead, MAX_KEYS } from './bucket-reads.ts';
import { evictFrom } from './evict.ts';
import { bucketOf } from './layout.ts';
import { reapStep } from './reap.ts';
import { type RedisClient, Scripts } from './run-scripts.ts';
import { chunksOf, type Stored } from './steps.ts';
import { sweepStep } from './sweep.ts';
import { usageOf } from './usage.ts';

export interface RedisStoreOptions {
  client: RedisClient;
  /** Without braces, which mark the slot in a key's name. */
  namespace: string;
  /** Over how many slots of a cluster the namespace is spread; must not change while anything is stored. */
  buckets?: number;
  /** How many events the log keeps: who is further behind counts all he has as cleared. */
  maxLogEvents?: number;
}

/** What Redis does for a namespace whether it owns the sequence or follows it. */
export abstract class RedisStore implements EntryStore {
  protected readonly buckets: readonly Bucket[];
  /** The first bucket. */
  protected readonly home: Bucket;
  readonly #client: RedisClient;
  readonly #scripts: Scripts;

  constructor({ client, namespace, buckets = 1, maxLogEvents = 10_000 }: RedisStoreOptions) {
    if (/[{}]/.test(namespace)) throw new RangeError(`a namespace's name has no braces: ${namespace}`);
    this.#client = client;
    this.#scripts = new Scripts(client);
    this.home = new Bucket(this.#scripts, namespace, 0, maxLogEvents);
    const others = Array.from({ length: buckets - 1 }, (_, at) => {
      return new Bucket(this.#scripts, namespace, at + 1, maxLogEvents);
    });
    this.buckets = [this.home, ...others];
  }

  abstract read(keys: readonly string[], options?: ReadOptions): Promise<TierRead>;

  write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    return Promise.all(entries.map(({ key, entry, lease }) => this.bucketOf(key).write(key, entry, lease)));
  }

  touch(key: string, entry: EntryHead, lifetime: Lifetime): Promise<boolean> {
    return this.bucketOf(key).touch(key, entry, lifetime);
  }

  reap(invalidation: Invalidation, step: Step): Promise<StepResult> {
    return reapStep(this.#stored(), invalidation, step);
  }

  async lease(key: string, ttlMs: number): Promise<Lease | undefined> {
    const token = randomUUID();
    // The command may be sent twice when the connection breaks: then the token is our own.
    const held = await this.#client.set(this.bucketOf(key).keys.lease(key), token, 'PX', ttlMs, 'NX', 'GET');
    return held === null || held === token ? { token } : undefined;
  }

  async renew(key: string, { token }: Lease, ttlMs: number): Promise<boolean> {
    return (await this.#scripts.run('renew', [this.bucketOf(key).keys.lease(key)], [token, ttlMs])) === 1;
  }

  async release(key: string, { token }: Lease): Promise<void> {
    await this.#scripts.run('release', [this.bucketOf(key).keys.lease(key)], [token]);
  }

  async usage(): Promise<Partial<Record<SharedTierName, TierUsage>>> {
    return { redis: await usageOf(this.#stored()) };
  }

  cost(): TierCost {
    return { readUnits: 0, writeUnits: 0 };
  }

  sweep(step: Step): Promise<SweepResult> {
    return sweepStep(this.#stored(), step);
  }

  async evict(tier: SharedTierName, bytes: number): Promise<{ entries: number; bytes: number }> {
    return tier === 'redis' ? evictFrom(this.#stored(), bytes) : { entries: 0, bytes: 0 };
  }

  async dropCopies(tier: SharedTierName, keys: readonly string[]): Promise<number> {
    let dropped = 0;
    if (tier !== 'redis') return dropped;
    for (const [bucket, its] of this.#byBucket(keys)) {
      for (const chunk of chunksOf(its.map((at) => keys[at] ?? ''))) {
        const names = [bucket.keys.index, ...chunk.map(bucket.keys.entry)];
        dropped += Number(await this.#scripts.run('dropCopies', names, chunk));
      }
    }
    return dropped;
  }

  protected bucketOf(key: string): Bucket {
    return this.buckets[bucketOf(key, this.buckets.length)] ?? this.home;
  }

  /**
   * Reads each key where it lies.
   * @returns the entries in the order of the keys, and what each bucket that was asked said of the log
   */
  protected async readParts(
    keys: readonly string[],
    readBucket: (bucket: Bucket, keys: readonly string[]) => Promise<BucketRead>,
  ): Promise<{ entries: (TierHit | undefined)[]; parts: readonly BucketRead[] }> {
    const entries: (TierHit | undefined)[] = keys.map(() => undefined);
    const asked = Array.from(this.#byBucket(keys)).flatMap(([bucket, places]) =>
      Array.from(chunksOf(places, MAX_KEYS), (its) => ({ bucket, its })),
    );
    const parts = await Promise.all(
      asked.map(async ({ bucket, its }) => {
        const part = await readBucket(
          bucket,
          its.map((place) => keys[place] ?? ''),
        );
        its.forEach((place, at) => {
          entries[place] = part.entries[at];
        });
        return part;
      }),
    );
    return { entries, parts };
  }

  #byBucket(keys: readonly string[]): Map<Bucket, number[]> {
    const places = new Map<Bucket, number[]>();
    keys.forEach((key, at) => {
      const bucket = this.bucketOf(key);
      const here = places.get(bucket);
      if (here === undefined) places.set(bucket, [at]);
      else here.push(at);
    });
    return places;
  }

  #stored(): Stored {
    return { client: this.#client, scripts: this.#scripts, buckets: this.buckets };
  }
}
