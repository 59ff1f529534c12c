import type { EntryHead } from '../../../../lib/cache/library/entry.ts';
import type { TierEntry, WriteOutcome } from '../../../../lib/cache/library/shared-tier.ts';
import { ReferenceMirror } from '../../../support/reference-mirror.ts';
import type { ReferenceOptions } from '../../../support/reference-store.ts';
import { ReferenceTier } from '../../../support/reference-tier.ts';
import { type TierSetName, tierSets } from './commands.ts';
import { asSeenBy, StoreHealth } from './faulty-store.ts';
import type { SharedStores } from './shared-stores.ts';
import type { StepScheduler } from './step-scheduler.ts';
import type { Leaves } from './tested-cache.ts';
import { type Target, targets, type Value } from './truth.ts';
import type { Actor } from './virtual-time.ts';

/** A loss of all data: the sequence begins anew so far above all that was seen. */
const LEAP = 1_000;

/** Of what is stored, what an invalidation would count now: copies of what a lower tier keeps do not. */
function countable(stored: ReadonlyMap<string, EntryHead>, nowMs: number, target: Target, soft: boolean): number {
  let count = 0;
  for (const [key, { tags, copy, expiresAt, freshUntil }] of stored) {
    if (copy !== true && targets(target, key, tags) && (soft ? freshUntil : expiresAt) > nowMs) count++;
  }
  return count;
}

type Stored = (value: Value) => void;

class TriedTier extends ReferenceTier {
  readonly #taken: Stored;

  constructor(options: ReferenceOptions, taken: Stored) {
    super(options);
    this.#taken = taken;
  }

  override async write(entries: readonly TierEntry[]): Promise<WriteOutcome[]> {
    const outcomes = await super.write(entries);
    for (const [at, { lease, entry }] of entries.entries()) {
      const isTaken = lease !== undefined && outcomes[at] === 'stored' && !entry.negative;
      if (isTaken) this.#taken(JSON.parse(Buffer.from(entry.payload).toString()) as Value);
    }
    return outcomes;
  }

  countable(target: Target, soft: boolean): number {
    return countable(this.stored, this.now(), target, soft);
  }

  /** For want of room, which it knows of itself afterwards. */
  lose(key: string): void {
    const entry = this.stored.get(key);
    if (entry === undefined) return;
    this.stored.delete(key);
    this.evicted.set(key, Math.max(entry.expiresAt, this.evicted.get(key) ?? 0));
  }

  lapse(key: string): void {
    this.leases.delete(key);
  }

  async loseAll(): Promise<void> {
    this.stored.clear();
    this.leases.clear();
    this.evicted.clear();
    const seen = (await this.read([])).sequence + LEAP;
    await this.read([], { after: seen });
    this.forgetLog(seen);
  }
}

class TriedMirror extends ReferenceMirror {
  countable(target: Target, soft: boolean): number {
    return countable(this.stored, this.now(), target, soft);
  }

  lapse(key: string): void {
    this.leases.delete(key);
  }

  lose(key: string): void {
    const entry = this.stored.get(key);
    if (entry === undefined) return;
    this.stored.delete(key);
    this.evicted.set(key, Math.max(entry.expiresAt, this.evicted.get(key) ?? 0));
  }
}

/** In memory, by the words of the ports' definition. */
export class ReferenceStores implements SharedStores {
  readonly redisHealth = new StoreHealth('redis');
  readonly dynamoHealth = new StoreHealth('dynamodb');
  readonly #redis: TriedTier | undefined;
  readonly #mirror: TriedMirror | undefined;
  readonly #dynamo: TriedTier | undefined;

  /** @param taken told of every load's value that was stored with its lease */
  constructor(name: TierSetName, now: () => number, taken: Stored) {
    const tiers: readonly string[] = tierSets[name];
    const hasRedis = tiers.includes('redis');
    const hasDynamo = tiers.includes('dynamodb');
    this.#redis = hasRedis && !hasDynamo ? new TriedTier({ name: 'redis', now }, taken) : undefined;
    this.#mirror = hasRedis && hasDynamo ? new TriedMirror({ name: 'redis', now }) : undefined;
    this.#dynamo = hasDynamo ? new TriedTier({ name: 'dynamodb', now }, taken) : undefined;
  }

  get areShared(): boolean {
    return this.#redis !== undefined || this.#dynamo !== undefined;
  }

  /** A Redis that was killed and started again without its data. */
  async emptyRedis(): Promise<void> {
    this.redisHealth.goDown();
    this.redisHealth.recover();
    this.#mirror?.forgetAll();
    await this.#redis?.loseAll();
  }

  async evict(key: string): Promise<void> {
    this.#redis?.lose(key);
    this.#mirror?.lose(key);
  }

  async lapse(key: string): Promise<void> {
    for (const store of [this.#redis, this.#mirror, this.#dynamo]) store?.lapse(key);
  }

  /** What an invalidation would count that removes all it hits. */
  countable(target: Target, soft: boolean): number {
    const all = [this.#redis, this.#mirror, this.#dynamo];
    return all.reduce((sum, store) => sum + (store?.countable(target, soft) ?? 0), 0);
  }

  /** As one process sees them. */
  seenBy(process: Actor, steps: StepScheduler): Leaves {
    const { redisHealth, dynamoHealth } = this;
    return {
      ...(this.#redis && { redisTier: asSeenBy(this.#redis, redisHealth, steps, process) }),
      ...(this.#mirror && { redisMirror: asSeenBy(this.#mirror, redisHealth, steps, process) }),
      ...(this.#dynamo && { dynamoTier: asSeenBy(this.#dynamo, dynamoHealth, steps, process) }),
    };
  }
}
