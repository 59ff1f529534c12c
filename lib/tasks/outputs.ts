import { z } from 'zod';
import { DomainError } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import type { ItemType } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { LargeValues } from '../platform/table/large-values.ts';

const output = z.object({ contentType: z.string(), text: z.string() });
export type TaskOutput = z.output<typeof output>;
const outputItem: ItemType<TaskOutput> = { name: 'TaskOutput', version: 1, schema: output };

const retentionMs = 7 * 24 * 60 * 60 * 1000;

/** What tasks made that is too large for a task. */
export class TaskOutputs {
  readonly #values: LargeValues<TaskOutput>;
  readonly #clock: Parts['clock'];

  constructor({ table, clock }: Pick<Parts, 'table' | 'clock'>) {
    this.#values = new LargeValues(table, outputItem);
    this.#clock = clock;
  }

  /** In the place of what the same task wrote before. */
  async put(taskId: string, value: TaskOutput): Promise<void> {
    await this.#values.put(keys.taskOutput(taskId), value, this.#clock() + retentionMs);
  }

  /** @throws DomainError conflict when there is none: it is not made yet, is too old, or the task makes none */
  async get(taskId: string): Promise<TaskOutput> {
    const found = await this.#values.get(keys.taskOutput(taskId));
    if (found === undefined) throw new DomainError('conflict', 'The task has no output, or not any more.');
    return found.value;
  }
}
