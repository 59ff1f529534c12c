import type { Random } from '../../statistics/random.ts';
import type { EngineData } from './plan.ts';
import type { Sequence } from './sequences.ts';
import type { Variables } from './variables.ts';

/** The rows of a scenario's data, one for each iteration. */
export class DataFeed {
  readonly #rows: readonly (readonly string[])[];
  readonly #slots: number[];
  readonly #nextRow: () => number;

  /**
   * @param stripe sequential rows go around, each worker taking every `workers`-th: none comes twice in the whole test before
   * all came, as long as the workers keep step
   * @param sequence of the rows that this worker takes of its own, in their order
   */
  constructor(
    { columns, rows, order }: EngineData,
    stripe: { worker: number; workers: number },
    { random, sequence, variables }: { random: Random; sequence: Sequence; variables: Variables },
  ) {
    if (rows.length === 0) throw new RangeError('the data have no rows');
    this.#rows = rows;
    this.#slots = columns.map((column) => variables.declare(column));
    this.#nextRow =
      order === 'random'
        ? () => random.between(0, rows.length - 1)
        : () => (stripe.worker + stripe.workers * sequence.take()) % rows.length;
  }

  /** Writes the next row into a user's values. */
  fill(values: string[]): void {
    const row = this.#rows[this.#nextRow()];
    this.#slots.forEach((slot, column) => {
      values[slot] = row?.[column] ?? '';
    });
  }
}
