import { z } from 'zod';
import type { Parts } from '../platform/parts.ts';
import type { ItemType } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';

/** Apart from the task, which may be large: this is written again and again. */
const beat = z.object({
  /** Epoch milliseconds: who is not heard of by then is gone. */
  aliveUntilMs: z.number(),
});
export const beatItem: ItemType<z.output<typeof beat>> = { name: 'TaskBeat', version: 1, schema: beat };

const usualEveryMs = 10_000;
/** Several beats may be late or lost, on a machine that has much to do, before a worker is taken for dead. */
export const aliveMs = 40_000;
const retentionMs = 24 * 60 * 60 * 1000;

type BeatParts = Pick<Parts, 'table' | 'clock' | 'log'>;

/** Workers say that they live while they are at a task, so that the task of one that was killed does not wait for the end of its lease. */
export class Heartbeat {
  readonly #parts: BeatParts;
  readonly #everyMs: number;

  constructor(parts: BeatParts, everyMs = usualEveryMs) {
    this.#parts = parts;
    this.#everyMs = everyMs;
  }

  /** Beats from now on until `work` has ended. */
  async during<Result>(taskId: string, work: () => Promise<Result>): Promise<Result> {
    const beating = setInterval(() => void this.beat(taskId), this.#everyMs);
    try {
      return await work();
    } finally {
      clearInterval(beating);
    }
  }

  /** What cannot be said now is said by the next beat. */
  async beat(taskId: string): Promise<void> {
    const { table, clock, log } = this.#parts;
    const key = keys.taskBeat(taskId);
    const value = { aliveUntilMs: clock() + aliveMs };
    const options = { expiresAt: clock() + retentionMs };
    try {
      const known = await table.get(beatItem, key);
      if (known === undefined) await table.create(beatItem, key, value, options);
      else await table.replace(known, value, options);
    } catch (error) {
      log.warn('A worker could not say that it is at its task', { taskId, error });
    }
  }

  /** Whether the worker of a task has fallen silent. One that was never heard of has not. */
  async isSilent(taskId: string): Promise<boolean> {
    const { table, clock } = this.#parts;
    const known = await table.get(beatItem, keys.taskBeat(taskId));
    return known !== undefined && known.value.aliveUntilMs <= clock();
  }
}
