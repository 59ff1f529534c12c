import { z } from 'zod';
import type { Parts } from '../../platform/parts.ts';
import type { HistoryTable } from '../../platform/table/history-table.ts';
import type { ItemType } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import { rememberedMs } from './coverages.ts';

const erasure = z.object({ askedAt: z.number() });
const erasureItem: ItemType<z.output<typeof erasure>> = { name: 'OtlpErasure', version: 1, schema: erasure };

/**
 * What is kept of a project's OpenTelemetry instances (totals, and windows that were not taken on yet) is read no more from now on,
 * and expires. Totals are counted on by what they grow after the first export that comes.
 */
export async function eraseOtlpState({ table, clock }: Pick<Parts, 'table' | 'clock'>, project: string): Promise<void> {
  const key = keys.otlpErasure(project);
  const value = { askedAt: clock() };
  // Longer than whatever it is about.
  const options = { expiresAt: value.askedAt + 2 * rememberedMs };
  while ((await table.create(erasureItem, key, value, options)) === undefined) {
    const current = await table.get(erasureItem, key);
    if (current !== undefined && (await table.replace(current, value, options)) !== undefined) return;
  }
}

/** Until when what was told is erased, in epoch milliseconds. */
export const erasedUntil = async (table: HistoryTable, project: string): Promise<number> =>
  (await table.get(erasureItem, keys.otlpErasure(project)))?.value.askedAt ?? 0;
