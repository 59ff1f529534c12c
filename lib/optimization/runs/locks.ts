import { z } from 'zod';
import { identifier, projectName } from '../../contracts/names.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { sweepItem } from '../aws/memory-sweep/stored.ts';
import { isLed, runItem } from './model.ts';

const lock = z.object({
  project: projectName,
  /** Or of a memory sweep. */
  runId: identifier,
  /** Its run renews it on its way: after this time nobody leads the run any more. */
  untilMs: z.number(),
  /** Its run is about to begin, and may not be there yet. */
  isReserved: z.boolean().optional(),
});
export type Lock = z.output<typeof lock>;
const lockItem: ItemType<Lock> = { name: 'OptimizationLock', version: 1, schema: lock };

/** Longer than one step takes, with all that SQS lets pass before it gives a message away again. */
export const lockMs = 15 * 60_000;

/** Longer than a request may last that begins a run: one that was cut off before it did keeps others out for no longer. */
export const reservationMs = 60_000;

/** One run, or memory sweep, at a time changes things of a project. */
export class ProjectLocks {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  /** The run that has the lock: it is led, or about to begin. */
  async holder(project: string): Promise<string | undefined> {
    const found = await this.#parts.table.get(lockItem, keys.optimizationLock(project));
    return found !== undefined && (await this.#isHeld(found.value)) ? found.value.runId : undefined;
  }

  /**
   * Takes the lock, or renews it. A run that has ended, or is gone, has lost it; one that nobody leads has not: what it has begun
   * must be brought to an end first, and `lapsed` finds it for that.
   * @returns false when another run has it
   */
  async take(project: string, runId: string): Promise<boolean> {
    return (await this.#taken({ project, runId, untilMs: this.#parts.clock() + lockMs })) === 'taken';
  }

  /**
   * Takes the lock for a run that is about to be written, or to be written as one that is led, before it is. Whoever is cut off in
   * between leaves a lock that lapses by itself.
   * @returns the run that has it, where that is another one
   */
  async reserve(project: string, runId: string): Promise<string | undefined> {
    const taken = await this.#taken({ project, runId, untilMs: this.#parts.clock() + reservationMs, isReserved: true });
    return taken === 'taken' ? undefined : taken.by;
  }

  /** Nothing happens when the run does not have it. */
  async release(project: string, runId: string): Promise<void> {
    const { table } = this.#parts;
    const found = await table.get(lockItem, keys.optimizationLock(project));
    if (found?.value.runId === runId) await table.deleteAsRead(found);
  }

  /** Those whose time is over. */
  async lapsed(): Promise<Lock[]> {
    const { table, clock } = this.#parts;
    const lapsed: Lock[] = [];
    for await (const { value } of table.all(lockItem, keys.optimizationLocks())) {
      if (value.untilMs < clock()) lapsed.push(value);
    }
    return lapsed;
  }

  async #taken(lock: Lock): Promise<'taken' | { by: string }> {
    const { table, clock } = this.#parts;
    const key = keys.optimizationLock(lock.project);
    for (;;) {
      const found = await table.get(lockItem, key);
      if (found?.value.runId === lock.runId) {
        const isFresh = found.value.untilMs - clock() > lockMs / 2;
        if (isFresh && found.value.isReserved === lock.isReserved) return 'taken';
      } else if (found !== undefined && (await this.#isHeld(found.value))) {
        return { by: found.value.runId };
      }
      const written = await (found === undefined ? table.create(lockItem, key, lock) : table.replace(found, lock));
      if (written !== undefined) return 'taken';
      // Somebody was faster: the next look tells who.
    }
  }

  async #isHeld({ project, runId, untilMs, isReserved }: Lock): Promise<boolean> {
    const { table, clock } = this.#parts;
    if (isReserved && clock() < untilMs) return true;
    const run = await table.get(runItem, keys.optimizationRun(project, runId));
    if (run !== undefined) return isLed(run.value);
    const sweep = await table.get(sweepItem, keys.memorySweep(project, runId));
    return sweep !== undefined && sweep.value.endedAt === undefined;
  }
}
