import type { Outgoing } from '../../lib/contracts/messages.ts';
import type { Page } from '../../lib/contracts/page.ts';
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
  /** In seconds, as it is stored. */
  expiresAt: number | undefined;
}

/**
 * A HistoryTable in memory, for tests of ten thousand writes or of a crash at every one of them: conditional writes, expiry and
 * the outbox as the real one has them, to which its own tests hold this one, too. Schemas and migrations it knows none.
 */
export class MemoryTable {
  readonly #partitions = new Map<string, Map<string, Row>>();
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
    for (const rows of this.#partitions.values()) {
      for (const row of rows.values()) this.#relay(row);
    }
  }

  async get<Value>(type: ItemType<Value>, key: Key): Promise<Stored<Value> | undefined> {
    this.#step();
    const row = this.#row(key);
    return row === undefined || this.#hasExpired(row) ? undefined : stored(type, row);
  }

  async create<Value>(type: ItemType<Value>, key: Key, value: Value, options: WriteOptions = {}) {
    this.#step();
    const row = this.#row(key);
    if (row !== undefined && !this.#hasExpired(row)) return undefined;
    const { pending = [], expiresAt } = options;
    return this.#write({ type, key, value, revision: 1, pending, expiresAt });
  }

  async replace<Value>(current: Stored<Value>, value: Value, options: WriteOptions = {}) {
    this.#step();
    if (this.#row(current.key)?.revision !== current.revision) return undefined;
    return this.#write({
      ...current,
      value,
      revision: current.revision + 1,
      pending: [...current.pending, ...(options.pending ?? [])],
      expiresAt: options.expiresAt ?? current.expiresAt,
    });
  }

  async delete({ pk, sk }: Key): Promise<boolean> {
    this.#step();
    const existed = this.#partitions.get(pk)?.delete(sk) ?? false;
    this.#step();
    return existed;
  }

  async deleteAsRead<Value>({ key, revision }: Stored<Value>): Promise<boolean> {
    return this.#row(key)?.revision === revision && this.delete(key);
  }

  async *all<Value>(type: ItemType<Value>, { pk, prefix }: Listing): AsyncGenerator<Stored<Value>> {
    this.#step();
    const rows = [...(this.#partitions.get(pk)?.values() ?? [])];
    const listed = rows.filter((row) => row.sk.startsWith(prefix) && !this.#hasExpired(row));
    for (const row of listed.sort((a, b) => (a.sk < b.sk ? -1 : 1))) yield stored(type, row);
  }

  /** The first one. */
  async page<Value>(
    type: ItemType<Value>,
    { pk, prefix }: Listing,
    { limit }: { limit: number },
    order: 'ascending' | 'descending' = 'ascending',
  ): Promise<Page<Value>> {
    this.#step();
    const rows = [...(this.#partitions.get(pk)?.values() ?? [])].filter(({ sk }) => sk.startsWith(prefix));
    const sign = order === 'ascending' ? 1 : -1;
    const first = rows.sort((a, b) => (a.sk < b.sk ? -sign : sign)).slice(0, limit);
    return { items: first.filter((row) => !this.#hasExpired(row)).map((row) => stored(type, row).value) };
  }

  #write<Value>(item: Stored<Value>): Stored<Value> {
    const { type, key, value, revision, pending, expiresAt } = item;
    const row: Row = {
      ...key,
      type: type.name,
      version: type.version,
      revision,
      data: JSON.stringify(value),
      pending,
      expiresAt: expiresAt === undefined ? undefined : Math.ceil(expiresAt / 1000),
    };
    const partition = this.#partitions.get(key.pk) ?? new Map<string, Row>();
    this.#partitions.set(key.pk, partition.set(key.sk, row));
    this.#step();
    this.#relay(row);
    return { ...item, pending: [] };
  }

  #relay(row: Row): void {
    if (row.pending.length === 0) return;
    this.#send(row.pending);
    row.pending = [];
  }

  #row({ pk, sk }: Key): Row | undefined {
    return this.#partitions.get(pk)?.get(sk);
  }

  #hasExpired({ expiresAt }: Row): boolean {
    return expiresAt !== undefined && expiresAt * 1000 <= this.#clock();
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
    expiresAt: row.expiresAt === undefined ? undefined : row.expiresAt * 1000,
  };
};
