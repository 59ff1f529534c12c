import type { HistoryTable } from '../../platform/table/history-table.ts';
import { keys } from '../../platform/table/keys.ts';
import { dayOf, isWithin } from './budget.ts';
import { usageItem } from './model.ts';

const keptMs = 3 * 24 * 60 * 60 * 1_000;
/** Others write it only when they ask CloudWatch, which is rare. */
const maxTries = 10;

/** Counts what a project asks of CloudWatch on each UTC day, before it is asked. */
export class AwsUsage {
  readonly #table: HistoryTable;

  constructor(table: HistoryTable) {
    this.#table = table;
  }

  async today(project: string, nowMs: number): Promise<number> {
    const found = await this.#table.get(usageItem, keys.awsUsage(project, dayOf(nowMs)));
    return found?.value.metrics ?? 0;
  }

  /**
   * What is taken is spent, also when CloudWatch does not answer: it may count it all the same.
   *
   * @returns the day's metrics, these included; undefined: the budget does not allow them, or others took too much of it at once
   */
  async take(project: string, metrics: number, budgetUsd: number, nowMs: number): Promise<number | undefined> {
    const key = keys.awsUsage(project, dayOf(nowMs));
    const options = { expiresAt: nowMs + keptMs };
    for (let tries = 0; tries < maxTries; tries++) {
      const current = await this.#table.get(usageItem, key);
      const before = current?.value.metrics ?? 0;
      if (!isWithin(budgetUsd, before, metrics)) return undefined;
      const value = { metrics: before + metrics };
      const written =
        current === undefined
          ? await this.#table.create(usageItem, key, value, options)
          : await this.#table.replace(current, value, options);
      if (written !== undefined) return value.metrics;
    }
    return undefined;
  }
}
