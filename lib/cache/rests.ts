import type { CacheInvalidationTask } from '../contracts/cache.ts';
import { isoTime } from '../platform/clock.ts';
import { notFound } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import type { ReapRest } from './library/cache.ts';
import { restItem, restRetentionMs, type StoredRest } from './model.ts';

type RestParts = Pick<Parts, 'table' | 'clock' | 'ids' | 'log'>;

/** An item of DynamoDB takes 400 KB. */
const maxRestBytes = 300_000;

/**
 * What invalidations left to remove. Whoever invalidates sits where no queue can be reached, and so do all who can go on with it: it
 * is kept as an item, which maintenance finds and claims.
 */
export class Rests {
  readonly #parts: RestParts;

  constructor(parts: RestParts) {
    this.#parts = parts;
  }

  /**
   * Nothing that is left is served any longer, so a rest that cannot be kept costs room until it expires, and nothing else.
   * @returns the id of the task, or undefined when it could not be kept
   */
  async keep(namespace: string, rest: ReapRest, invalidated: number): Promise<string | undefined> {
    const { table, clock, ids, log } = this.#parts;
    const now = clock();
    const taskId = ids(now);
    const at = isoTime(now);
    if (Buffer.byteLength(JSON.stringify(rest)) > maxRestBytes) return undefined;
    try {
      const value: StoredRest = { taskId, namespace, rest, invalidated, createdAt: at, updatedAt: at };
      await table.create(restItem, keys.cacheRest(taskId), value);
      return taskId;
    } catch (error) {
      log.error('What an invalidation left could not be kept for later', { namespace, error });
      return undefined;
    }
  }

  /** @throws DomainError not-found */
  async show(namespace: string, taskId: string): Promise<CacheInvalidationTask> {
    const { table } = this.#parts;
    const done = await table.get(restItem, keys.cacheRestDone(taskId));
    const found = done ?? (await table.get(restItem, keys.cacheRest(taskId)));
    if (found === undefined || found.value.namespace !== namespace) {
      throw notFound(`The invalidation ${taskId} of ${namespace}`);
    }
    const { invalidated, createdAt, updatedAt, rest } = found.value;
    return { taskId, status: rest === undefined ? 'completed' : 'running', invalidated, createdAt, updatedAt };
  }

  all(): AsyncGenerator<Stored<StoredRest>> {
    return this.#parts.table.all(restItem, keys.cacheRests());
  }

  /** @returns undefined while another is at it */
  async claim(found: Stored<StoredRest>, leaseMs: number): Promise<Stored<StoredRest> | undefined> {
    const { table, clock } = this.#parts;
    const now = clock();
    if ((found.value.leaseUntilMs ?? 0) > now) return undefined;
    return table.replace(found, { ...found.value, leaseUntilMs: now + leaseMs });
  }

  /** @returns the state as it stands now; undefined when another has taken it over */
  async progress(
    claimed: Stored<StoredRest>,
    removed: number,
    rest: ReapRest | undefined,
    leaseMs: number,
  ): Promise<Stored<StoredRest> | undefined> {
    const { table, clock } = this.#parts;
    const { rest: _, leaseUntilMs: __, ...before } = claimed.value;
    const now = clock();
    const value: StoredRest = {
      ...before,
      invalidated: before.invalidated + removed,
      updatedAt: isoTime(now),
      ...(rest === undefined ? {} : { rest, leaseUntilMs: now + leaseMs }),
    };
    const written = await table.replace(claimed, value);
    if (written === undefined || rest !== undefined) return written;
    // Kept elsewhere from now on, so that those at work are all that maintenance has to look through.
    await table.create(restItem, keys.cacheRestDone(value.taskId), value, { expiresAt: now + restRetentionMs });
    await table.delete(keys.cacheRest(value.taskId));
    return written;
  }

  /** For others to go on with. */
  async giveBack(claimed: Stored<StoredRest>): Promise<void> {
    const { leaseUntilMs: _, ...value } = claimed.value;
    await this.#parts.table.replace(claimed, value);
  }
}
