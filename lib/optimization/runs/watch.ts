import type { Parts } from '../../platform/parts.ts';
import { keys } from '../../platform/table/keys.ts';
import { sweepItem, sweepMessage } from '../aws/memory-sweep/stored.ts';
import { advanceMessage } from './advance-message.ts';
import { ProjectLocks } from './locks.ts';
import { isLed, runItem } from './model.ts';

/** Looks after runs, and memory sweeps, that nobody leads any more. */
export class RunWatch {
  readonly #parts: Pick<Parts, 'table' | 'send'>;
  readonly #locks: ProjectLocks;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'send'>) {
    this.#parts = parts;
    this.#locks = new ProjectLocks(parts);
  }

  /** Sends on the runs whose lock has lapsed: their messages were lost, or are dead letters. @returns how many there were */
  async wake(): Promise<number> {
    const { table, send } = this.#parts;
    const lapsed = await this.#locks.lapsed();
    for (const { project, runId } of lapsed) {
      const found = await table.get(runItem, keys.optimizationRun(project, runId));
      const sweep = await table.get(sweepItem, keys.memorySweep(project, runId));
      if (found !== undefined && isLed(found.value)) await send([advanceMessage(found.value)]);
      else if (sweep !== undefined && sweep.value.endedAt === undefined) await send([sweepMessage(sweep.value)]);
      else await this.#locks.release(project, runId);
    }
    return lapsed.length;
  }
}
