import { z } from 'zod';
import { identifier, projectName } from '../../contracts/names.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { sweepItem } from '../aws/memory-sweep/stored.ts';
import { hasEnded, runItem } from './model.ts';

const lock = z.object({
  project: projectName,
  /** Or of a memory sweep. */
  runId: identifier,
  /** Its run renews it on its way: after this time nobody leads the run any more. */
  untilMs: z.number(),
});
export type Lock = z.output<typeof lock>;
const lockItem: ItemType<Lock> = { name: 'OptimizationLock', version: 1, schema: lock };

/** Longer than one step takes, with all that SQS lets pass before it gives a message away again. */
export const lockMs = 15 * 60_000;

/** One run, or memory sweep, at a time changes things of a project. */
export class ProjectLocks {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  /** The run that has the lock and has not ended. */
  async holder(project: string): Promise<string | undefined> {
    const { table } = this.#parts;
    const found = await table.get(lockItem, keys.optimizationLock(project));
    if (found === undefined) return undefined;
    const { runId } = found.value;
    const run = await table.get(runItem, keys.optimizationRun(project, runId));
    if (run !== undefined) return hasEnded(run.value) ? undefined : runId;
    const sweep = await table.get(sweepItem, keys.memorySweep(project, runId));
    return sweep === undefined || sweep.value.endedAt !== undefined ? undefined : runId;
  }

  /**
   * Takes the lock, or renews it. A run that has ended, or is gone, has lost it; one that nobody leads has not: what it has begun
   * must be brought to an end first, and `lapsed` finds it for that.
   * @returns false when another run has it
   */
  async take(project: string, runId: string): Promise<boolean> {
    const { table, clock } = this.#parts;
    const value: Lock = { project, runId, untilMs: clock() + lockMs };
    const key = keys.optimizationLock(project);
    const found = await table.get(lockItem, key);
    if (found === undefined) return (await table.create(lockItem, key, value)) !== undefined;
    if (found.value.runId === runId) {
      const isFresh = found.value.untilMs - clock() > lockMs / 2;
      return isFresh || (await table.replace(found, value)) !== undefined;
    }
    if ((await this.holder(project)) !== undefined) return false;
    return (await table.replace(found, value)) !== undefined;
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
}
