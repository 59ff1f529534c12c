import { z } from 'zod';
import { identifier, projectName } from '../../contracts/names.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ItemType, Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { checkItem } from '../model.ts';
import { advanceMessage } from './advance-message.ts';

const openRun = z.object({
  project: projectName,
  checkId: identifier,
  /** When somebody was last seen to lead it, epoch milliseconds. */
  ledMs: z.number(),
});
type OpenRun = z.output<typeof openRun>;
const openRunItem: ItemType<OpenRun> = { name: 'OpenPipeline', version: 1, schema: openRun };

/** Waiting for a load test is a look every few seconds: to note each would cost more than the looks. */
const noteEveryMs = 60_000;
/** Longer than a message may be put off by failures, within which its run is not left alone. */
const abandonedAfterMs = 10 * 60_000;

/** The runs that are not over. What is written here is written before a run begins, and removed after it ended. */
export class OpenRuns {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  async enter({ project, checkId }: Pick<OpenRun, 'project' | 'checkId'>): Promise<void> {
    const { table, clock } = this.#parts;
    await table.create(openRunItem, keys.openPipeline(checkId), { project, checkId, ledMs: clock() });
  }

  /** Notes that somebody leads the run. Who loses a race here has lost it to one who notes the same. */
  async lead({ project, checkId }: Pick<OpenRun, 'project' | 'checkId'>): Promise<void> {
    const { table, clock } = this.#parts;
    const found = await table.get(openRunItem, keys.openPipeline(checkId));
    if (found === undefined) await this.enter({ project, checkId });
    else if (clock() - found.value.ledMs >= noteEveryMs) await table.replace(found, { ...found.value, ledMs: clock() });
  }

  async leave(checkId: string): Promise<void> {
    await this.#parts.table.delete(keys.openPipeline(checkId));
  }

  /** Sends on the runs that nobody leads: their messages are lost, or dead letters. @returns how many there were */
  async wake({ send }: Pick<Parts, 'send'>): Promise<number> {
    const { table, clock } = this.#parts;
    let woken = 0;
    for await (const entry of table.all(openRunItem, keys.openPipelines())) {
      if (clock() - entry.value.ledMs < abandonedAfterMs) continue;
      if (await this.#wake(entry, send)) woken += 1;
    }
    return woken;
  }

  async #wake(entry: Stored<OpenRun>, send: Parts['send']): Promise<boolean> {
    const { table, clock } = this.#parts;
    const { project, checkId } = entry.value;
    const run = (await table.get(checkItem, keys.check(project, checkId)))?.value;
    if (run?.kind !== 'pipeline' || run.endedAt !== undefined) {
      await table.deleteAsRead(entry);
      return false;
    }
    await send([advanceMessage(run)]);
    await table.replace(entry, { ...entry.value, ledMs: clock() });
    return true;
  }
}
