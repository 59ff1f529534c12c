import { z } from 'zod';
import { type PartStatus, partStatus } from '../../contracts/status.ts';
import { version } from '../../contracts/version.ts';
import { isoTime } from '../clock.ts';
import type { Parts } from '../parts.ts';
import type { ItemType } from '../table/item.ts';
import { keys } from '../table/keys.ts';

const report = partStatus.extend({ atMs: z.number() });
type Report = z.output<typeof report>;
const reportItem: ItemType<Report> = { name: 'PartReport', version: 1, schema: report };

/** Parts report each minute: one that was not heard of for so long is down, whatever it said then. */
const silentAfterMs = 5 * 60_000;
/** One that is there no more, as after a change of the deployment, is forgotten. */
const forgottenAfterMs = 24 * 60 * 60_000;

/** What parts that cannot be asked over HTTP say of themselves. */
export class PartReports {
  readonly #parts: Pick<Parts, 'table' | 'clock'>;

  constructor(parts: Pick<Parts, 'table' | 'clock'>) {
    this.#parts = parts;
  }

  async tell(status: PartStatus): Promise<void> {
    const { table, clock } = this.#parts;
    const key = keys.partReport(status.name);
    const now = clock();
    const value = { ...status, version, atMs: now };
    const options = { expiresAt: now + forgottenAfterMs };
    const known = await table.get(reportItem, key);
    // Who reports at the same moment reports the same.
    if (known === undefined) await table.create(reportItem, key, value, options);
    else await table.replace(known, value, options);
  }

  /** As they are to be taken now. */
  async all(): Promise<PartStatus[]> {
    const { table, clock } = this.#parts;
    const found: PartStatus[] = [];
    for await (const { value } of table.all(reportItem, keys.partReports())) {
      const { atMs, ...status } = value;
      const seenAt = isoTime(atMs);
      const isSilent = clock() - atMs > silentAfterMs;
      found.push(
        isSilent
          ? { name: status.name, state: 'down', seenAt, detail: 'It was not heard of since.' }
          : { ...status, seenAt },
      );
    }
    return found;
  }
}

/** For a duty of a function: that it was called is all that there is to tell. */
export const reportSeen = (parts: Pick<Parts, 'table' | 'clock'>, name: string) => async (): Promise<number> => {
  await new PartReports(parts).tell({ name, state: 'up' });
  return 0;
};
