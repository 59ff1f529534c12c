import { z } from 'zod';
import { identifier } from '../../contracts/names.ts';
import type { PartStatus } from '../../contracts/status.ts';
import type { Parts } from '../../platform/parts.ts';
import { PartReports } from '../../platform/status/part-reports.ts';
import type { ItemType, Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';

const canary = z.object({
  canaryId: identifier,
  sentMs: z.number(),
  answeredMs: z.number().optional(),
  /** How often it was looked for in vain. */
  looks: z.number().int(),
});
type Canary = z.output<typeof canary>;
const canaryItem: ItemType<Canary> = { name: 'Canary', version: 1, schema: canary };

/**
 * A message goes through a queue and a function within seconds; a cold start and a retry may take some more. Counted by looks and not by
 * time: while the whole platform is off, nothing is late.
 */
const lateAfterLooks = 3;

/**
 * Headroom's check of itself: each minute a message goes the way that all work goes, written with an item, sent from there, received by a
 * function, and noted by it in the table.
 */
export class PlatformCanary {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'ids'>;
  readonly #reports: PartReports;

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'ids'>) {
    this.#parts = parts;
    this.#reports = new PartReports(parts);
  }

  /** Says what became of the last message, and sends the next. @returns how many were sent */
  async turn(): Promise<number> {
    const { table, clock } = this.#parts;
    const now = clock();
    const last = await table.get(canaryItem, keys.canary());
    if (last !== undefined) {
      const looks = last.value.looks + 1;
      // It is on its way, which says nothing yet.
      if (last.value.answeredMs === undefined && looks < lateAfterLooks) {
        await table.replace(last, { ...last.value, looks });
        return 0;
      }
      await this.#reports.tell(statusOf(last.value));
    }
    return (await this.#sendNext(last, now)) === undefined ? 0 : 1;
  }

  /** For the function that received it. One that comes late, or twice, says nothing. */
  async answer(canaryId: string): Promise<void> {
    const { table, clock } = this.#parts;
    const found = await table.get(canaryItem, keys.canary());
    if (found?.value.canaryId !== canaryId || found.value.answeredMs !== undefined) return;
    await table.replace(found, { ...found.value, answeredMs: clock() });
  }

  #sendNext(last: Stored<Canary> | undefined, now: number): Promise<Stored<Canary> | undefined> {
    const { table, ids } = this.#parts;
    const canaryId = ids(now);
    const value: Canary = { canaryId, sentMs: now, looks: 0 };
    const pending = [{ queue: 'tasks-high', body: { type: 'canary.answer', canaryId } }] as const;
    return last === undefined
      ? table.create(canaryItem, keys.canary(), value, { pending })
      : table.replace(last, value, { pending });
  }
}

const statusOf = ({ sentMs, answeredMs }: Canary): PartStatus =>
  answeredMs === undefined
    ? { name: 'canary', state: 'down', detail: 'A message that went the way of all work was not received.' }
    : { name: 'canary', state: 'up', latencyMs: Math.max(0, answeredMs - sentMs) };
