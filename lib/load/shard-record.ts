import type { Outgoing } from '../contracts/messages.ts';
import type { Parts } from '../platform/parts.ts';
import { pause } from '../platform/pause.ts';
import type { Stored } from '../platform/table/item.ts';
import { leaseMs } from './decide.ts';
import { type StoredShard, shardItem } from './model.ts';

const renewMs = leaseMs / 5;
const outcomeAttempts = 20;
const retryMs = 500;

/** What the table says of an invocation's work on a shard; it alone writes it. Every write renews the lease. */
export class ShardRecord {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'log'>;
  #stored: Stored<StoredShard>;
  #renewedAtMs: number;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'log'>, claim: Stored<StoredShard>) {
    this.#parts = parts;
    this.#stored = claim;
    this.#renewedAtMs = parts.clock();
  }

  get value(): StoredShard {
    return this.#stored.value;
  }

  /** Saves the change when it is time to renew the lease. */
  async renew(change: Partial<StoredShard> = {}): Promise<void> {
    if (this.#parts.clock() - this.#renewedAtMs >= renewMs) await this.save(change);
  }

  /** Where another state is found than is known, an earlier write came through although its answer did not. */
  async save(change: Partial<StoredShard>, pending: readonly Outgoing[] = []): Promise<void> {
    const { table, clock } = this.#parts;
    const now = clock();
    const value: StoredShard = { ...this.value, ...change, leaseUntilMs: now + leaseMs };
    const written = (await table.replace(this.#stored, value, { pending })) ?? (await this.#overwrite(value, pending));
    if (written === undefined) throw new Error('The item of this shard is gone');
    this.#stored = written;
    this.#renewedAtMs = now;
  }

  /** Not to be lost to a table that is away for a moment: a shard that does not say that it is done counts as dead. */
  async saveOutcome(outcome: Partial<StoredShard>): Promise<void> {
    for (let attempt = 1; attempt < outcomeAttempts; attempt++) {
      try {
        await this.save(outcome);
        return;
      } catch (error) {
        this.#parts.log.warn('The outcome of a shard could not be stored yet', { error });
        await pause(retryMs);
      }
    }
    await this.save(outcome);
  }

  async #overwrite(value: StoredShard, pending: readonly Outgoing[]): Promise<Stored<StoredShard> | undefined> {
    const { table } = this.#parts;
    const found = await table.get(shardItem, this.#stored.key);
    return found === undefined ? undefined : table.replace(found, value, { pending });
  }
}
