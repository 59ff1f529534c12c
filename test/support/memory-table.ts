import type { Outgoing } from '../../lib/contracts/messages.ts';
import type { Clock } from '../../lib/platform/clock.ts';
import type { HistoryTable, WriteOptions } from '../../lib/platform/table/history-table.ts';
import type { ItemType, Stored } from '../../lib/platform/table/item.ts';
import type { Key, Listing } from '../../lib/platform/table/keys.ts';

/** The process ends: nothing after this is done, and whoever called knows nothing of it. */
export class Crash extends Error {}

interface Row extends Key {
  type: string;
  version: number;
  revision: number;
  data: string;
  pending: readonly Outgoing[];
  expiresAt: number | undefined;
}

/**
 * A HistoryTable in memory, for tests of ten thousand writes or of a crash at every one of them: conditional writes, expiry and
 * the outbox as the real one has them, which the tests of the platform hold it to.
 */
export class MemoryTable {
  readonly #rows = new Map<string, Row>();
  readonly #clock: Clock;
  readonly #send: (messages: readonly Outgoing[]) => void;
  /** How many steps were done; and at which one the process ends. */
  steps = 0;
  crashAt: number | undefined;

  constructor(clock: Clock, send: (messages: readonly Outgoing[]) => void) {
    this.#clock = clock;
    this.#send = send;
  }

  asTable(): HistoryTable {
    return this as unknown as HistoryTable;
  }

  /** Sends what writers that crashed have left, as the tick does. */
  relayDue(): void {
    for (const row of this.#rows.values()) {
      this.#send(row.pending);
      row.pending = [];
    }
  }

  async get<Value>(type: ItemType<Value>, key: Key): Promise<Stored<Value> | undefined> {
    this.#step();
    const row = this.#row(key);
    return row === undefined ? undefined : stored(type, row);
  }

  async create<Value>(type: ItemType<Value>, key: Key, value: Value, options: WriteOptions = {}) {
    this.#step();
    return this.#row(key) === undefined ? this.#write(type, key, value, 1, options.pending ?? [], options) : undefined;
  }

  async replace<Value>(current: Stored<Value>, value: Value, options: WriteOptions = {}) {
    this.#step();
    const row = this.#row(current.key);
    if (row?.revision !== current.revision) return undefined;
    const pending = [...current.pending, ...(options.pending ?? [])];
    const { expiresAt = current.expiresAt } = options;
    return this.#write(current.type, current.key, value, row.revision + 1, pending, {
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  }

  async delete({ pk, sk }: Key): Promise<boolean> {
    this.#step();
    const existed = this.#rows.delete(`${pk} ${sk}`);
    this.#step();
    return existed;
  }

  async *all<Value>(type: ItemType<Value>, { pk, prefix }: Listing): AsyncGenerator<Stored<Value>> {
    this.#step();
    const rows = [...this.#rows.values()].filter((row) => row.pk === pk && row.sk.startsWith(prefix));
    for (const row of rows.toSorted((a, b) => (a.sk < b.sk ? -1 : 1))) {
      if (this.#row(row) !== undefined) yield stored(type, row);
    }
  }

  #write<Value>(
    type: ItemType<Value>,
    { pk, sk }: Key,
    value: Value,
    revision: number,
    pending: readonly Outgoing[],
    { expiresAt }: WriteOptions,
  ): Stored<Value> {
    const row: Row = {
      pk,
      sk,
      type: type.name,
      version: type.version,
      revision,
      data: JSON.stringify(value),
      pending,
      expiresAt,
    };
    this.#rows.set(`${pk} ${sk}`, row);
    this.#step();
    this.#send(pending);
    row.pending = [];
    return { ...stored(type, row), value };
  }

  #row({ pk, sk }: Key): Row | undefined {
    const row = this.#rows.get(`${pk} ${sk}`);
    return row?.expiresAt !== undefined && row.expiresAt <= this.#clock() ? undefined : row;
  }

  #step(): void {
    if (this.steps++ === this.crashAt) throw new Crash('The process ends here');
  }
}

const stored = <Value>(type: ItemType<Value>, row: Row): Stored<Value> => {
  if (row.type !== type.name) throw new Error(`Expected ${type.name} at ${row.pk} ${row.sk}, found ${row.type}`);
  return {
    type,
    key: { pk: row.pk, sk: row.sk },
    value: JSON.parse(row.data) as Value,
    revision: row.revision,
    pending: row.pending,
    expiresAt: row.expiresAt,
  };
};
