import { z } from 'zod';
import { identifier } from '../../contracts/names.ts';
import type { Parts } from '../../platform/parts.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';

const lastRun = z.object({ checkId: identifier });
const lastRunItem: ItemType<z.output<typeof lastRun>> = { name: 'LastScheduledRun', version: 1, schema: lastRun };

/** Which run of an entry was begun last, whatever became of the entry's times since. */
export class LastRuns {
  readonly #table: Parts['table'];

  constructor(table: Parts['table']) {
    this.#table = table;
  }

  async of(project: string, entryId: string): Promise<string | undefined> {
    return (await this.#table.get(lastRunItem, keys.lastScheduledRun(project, entryId)))?.value.checkId;
  }

  /** Who loses a race here has lost it to one who notes the same. */
  async note(project: string, entryId: string, checkId: string): Promise<void> {
    const key = keys.lastScheduledRun(project, entryId);
    const found = await this.#table.get(lastRunItem, key);
    if (found === undefined) await this.#table.create(lastRunItem, key, { checkId });
    else if (found.value.checkId !== checkId) await this.#table.replace(found, { checkId });
  }
}
