import type { Key } from './layout.ts';
import type { Table } from './table.ts';

/**
 * No write is on its way for longer: DynamoDB refuses what was signed 15 minutes ago, and a process sends nothing by what it knew ten
 * minutes ago. (One that is frozen for an hour right between that look and the signature is the exception; if it holds a lease, the
 * condition on that refuses it.)
 */
export const IN_FLIGHT_MS = 3_600_000;

/**
 * Marks on an entry's item, which are there for the writes that are on their way, and, the first two, for what is stored:
 * - `m` and `u`: the last hard and soft event of this key that has left the head
 * - `g`: writes of what was born below it are refused, because a reaper was here
 */
export type MarkName = 'm' | 'u' | 'g';

export const secondsOf = (ms: number): number => Math.ceil(ms / 1_000);

/** Raises a mark, on whatever is under the key or on nothing; it stays for as long as a write may be on its way. */
export async function markItem(table: Table, key: Key, name: MarkName, sequence: number, nowMs: number): Promise<void> {
  const condition = `(attribute_not_exists(${name}) OR ${name} < :n)`;
  await raiseExpiry(table, key, `${name} = :n`, { n: sequence }, nowMs + IN_FLIGHT_MS, condition);
}

/** Sets attributes and the item's end, which is never brought forward. */
export async function raiseExpiry(
  table: Table,
  key: Key,
  sets: string,
  values: Readonly<Record<string, string | number>>,
  untilMs: number,
  condition = '',
): Promise<boolean> {
  const and = condition === '' ? '' : `${condition} AND `;
  const raised = await table.update(key, {
    change: `SET ${sets}, expiresAt = :until`,
    condition: `${and}(attribute_not_exists(expiresAt) OR expiresAt < :until)`,
    values: { ...values, until: secondsOf(untilMs) },
  });
  if (raised !== undefined) return true;
  const done = await table.update(key, { change: `SET ${sets}`, ...(condition === '' ? {} : { condition }), values });
  return done !== undefined;
}
