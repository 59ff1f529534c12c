import type { Page, PageQuery } from '../../../lib/contracts/page.ts';
import type { SendMessages } from '../../../lib/platform/queue/send.ts';
import type { HistoryTable, WriteOptions } from '../../../lib/platform/table/history-table.ts';
import type { ItemType, Stored } from '../../../lib/platform/table/item.ts';
import type { Key, Listing } from '../../../lib/platform/table/keys.ts';

type AnyStored = Stored<unknown>;

/** The rows of a table in memory, as a real one keeps them whatever becomes of a process. */
export class MemoryRows {
  readonly rows = new Map<string, AnyStored>();

  static nameOf({ pk, sk }: Key): string {
    return `${pk}\n${sk}`;
  }

  /** As the tick does: what was not sent by its writer. @returns how many items had something to send */
  async relayDue(send: SendMessages): Promise<number> {
    const waiting = [...this.rows].filter(([, { pending }]) => pending.length > 0);
    for (const [name, row] of waiting) {
      await send(row.pending);
      this.rows.set(name, { ...row, pending: [] });
    }
    return waiting.length;
  }
}

/**
 * What runs use of the HistoryTable, by the same rules: conditional writes of single items, and messages that follow them. For walks
 * through hundreds of deaths, some of which are walked on the real one, too.
 */
export class MemoryTable {
  readonly #rows: MemoryRows;
  readonly #send: SendMessages;

  constructor(rows: MemoryRows, send: SendMessages) {
    this.#rows = rows;
    this.#send = send;
  }

  /** Of everything else, runs use nothing. */
  asTable(): HistoryTable {
    return this as unknown as HistoryTable;
  }

  async get<Value>(type: ItemType<Value>, key: Key): Promise<Stored<Value> | undefined> {
    const row = this.#rows.rows.get(MemoryRows.nameOf(key));
    return row && { ...row, type, value: structuredClone(row.value) as Value };
  }

  async create<Value>(
    type: ItemType<Value>,
    key: Key,
    value: Value,
    { pending = [], expiresAt }: WriteOptions = {},
  ): Promise<Stored<Value> | undefined> {
    if (this.#rows.rows.has(MemoryRows.nameOf(key))) return undefined;
    return this.#write({ type, key, value, revision: 1, pending, expiresAt });
  }

  async replace<Value>(
    current: Stored<Value>,
    value: Value,
    { pending = [], expiresAt = current.expiresAt }: WriteOptions = {},
  ): Promise<Stored<Value> | undefined> {
    if (this.#rows.rows.get(MemoryRows.nameOf(current.key))?.revision !== current.revision) return undefined;
    const all = [...current.pending, ...pending];
    return this.#write({ ...current, value, revision: current.revision + 1, pending: all, expiresAt });
  }

  async deleteAsRead<Value>({ key, revision }: Stored<Value>): Promise<boolean> {
    const name = MemoryRows.nameOf(key);
    return this.#rows.rows.get(name)?.revision === revision && this.#rows.rows.delete(name);
  }

  async page<Value>(
    _type: ItemType<Value>,
    listing: Listing,
    { limit }: PageQuery,
    order: 'ascending' | 'descending' = 'ascending',
  ): Promise<Page<Value>> {
    const found = this.#listed<Value>(listing).map(({ value }) => value);
    return { items: (order === 'ascending' ? found : found.reverse()).slice(0, limit) };
  }

  async *all<Value>(type: ItemType<Value>, listing: Listing): AsyncGenerator<Stored<Value>> {
    for (const row of this.#listed<Value>(listing)) yield { ...row, type };
  }

  #listed<Value>({ pk, prefix }: Listing): Stored<Value>[] {
    return ([...this.#rows.rows.values()] as Stored<Value>[])
      .filter(({ key }) => key.pk === pk && key.sk.startsWith(prefix))
      .sort((a, b) => (a.key.sk < b.key.sk ? -1 : 1));
  }

  async #write<Value>(item: Stored<Value>): Promise<Stored<Value>> {
    const name = MemoryRows.nameOf(item.key);
    const row = { ...item, value: JSON.parse(JSON.stringify(item.value)) } as AnyStored;
    this.#rows.rows.set(name, row);
    if (item.pending.length === 0) return item;
    try {
      await this.#send(item.pending);
    } catch {
      return item;
    }
    this.#rows.rows.set(name, { ...row, pending: [] });
    return { ...item, pending: [] };
  }
}
