import { z } from 'zod';
import { type PartStatus, partStatus } from '../../contracts/status.ts';
import { version } from '../../contracts/version.ts';
import { isoTime } from '../clock.ts';
import type { Parts } from '../parts.ts';
import type { ItemType } from '../table/item.ts';
import { keys } from '../table/keys.ts';

/** What a part said once: that it is well, or is not, and how long it took. */
const partSign = partStatus.pick({ state: true, latencyMs: true }).extend({ atMs: z.number() });
export type PartSign = z.output<typeof partSign>;

const report = partStatus.extend({
  atMs: z.number(),
  /** Of late, the oldest first. Absent in reports of before they were kept. */
  signs: z.array(partSign).optional(),
});
type Report = z.output<typeof report>;
const reportItem: ItemType<Report> = { name: 'PartReport', version: 1, schema: report };

/** Parts report each minute: one that was not heard of for so long is down, whatever it said then. */
const silentAfterMs = 5 * 60_000;
/** One that is there no more, as after a change of the deployment, is forgotten. */
const forgottenAfterMs = 24 * 60 * 60_000;

/** So long they are kept for those who look how it came that a part is down. */
const signsKeptMs = 30 * 60_000;
/** Of a part that reports more often than each minute. */
const mostSigns = 60;

export interface ReportedPart {
  status: PartStatus;
  signs: readonly PartSign[];
}

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
    const options = { expiresAt: now + forgottenAfterMs };
    const known = await table.get(reportItem, key);
    const { state, latencyMs } = status;
    const sign: PartSign = { atMs: now, state, ...(latencyMs === undefined ? {} : { latencyMs }) };
    const recent = (known?.value.signs ?? []).filter(({ atMs }) => atMs > now - signsKeptMs);
    const value: Report = { ...status, version, atMs: now, signs: [...recent, sign].slice(-mostSigns) };
    // Who reports at the same moment reports the same.
    if (known === undefined) await table.create(reportItem, key, value, options);
    else await table.replace(known, value, options);
  }

  /** As they are to be taken now. */
  async all(): Promise<PartStatus[]> {
    return (await this.withSigns()).map(({ status }) => status);
  }

  /** The same, with what they said of late. */
  async withSigns(): Promise<ReportedPart[]> {
    const { table, clock } = this.#parts;
    const found: ReportedPart[] = [];
    for await (const { value } of table.all(reportItem, keys.partReports())) {
      const { atMs, signs = [], ...status } = value;
      const seenAt = isoTime(atMs);
      const isSilent = clock() - atMs > silentAfterMs;
      found.push({
        status: isSilent
          ? { name: status.name, state: 'down', seenAt, detail: 'It was not heard of since.' }
          : { ...status, seenAt },
        signs,
      });
    }
    return found;
  }
}

/** For a duty of a function: that it was called is all that there is to tell. */
export const reportSeen = (parts: Pick<Parts, 'table' | 'clock'>, name: string) => async (): Promise<number> => {
  await new PartReports(parts).tell({ name, state: 'up' });
  return 0;
};
