import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandOutput,
} from '@aws-sdk/lib-dynamodb';
import type { Outgoing } from '../../contracts/messages.ts';
import type { Page, PageQuery } from '../../contracts/page.ts';
import type { Clock } from '../clock.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { type ItemType, readValue, type Stored } from './item.ts';
import type { Key, Listing } from './keys.ts';
import type { Outbox } from './outbox.ts';

export interface WriteOptions {
  /** Messages that must follow this write, and follow it even if this process ends right after it. */
  pending?: readonly Outgoing[];
  /**
   * When the messages may go, in epoch milliseconds; the tick sends them then. By default they go at once. It holds for
   * all that the item has pending, so an item with messages for later is not replaced before they went.
   */
  pendingDue?: number;
  /** When the item may be forgotten, in epoch milliseconds. */
  expiresAt?: number;
}

interface Row extends Key {
  type: string;
  version: number;
  revision: number;
  /** The value as JSON text: whatever a schema lets in (any key, any number) can be stored and comes back equal. */
  data: string;
  pending?: readonly Outgoing[];
  expiresAt?: number;
}

/**
 * The HistoryTable: single-item conditional writes only. An item is created once, and replaced only in the state in
 * which it was read; who loses such a race is told, reads again and decides again. An item that has expired is gone,
 * whether DynamoDB, which takes days for it, has removed it yet or not.
 */
export class HistoryTable {
  readonly #client: DynamoDBDocumentClient;
  readonly #name: string;
  readonly #outbox: Outbox;
  readonly #clock: Clock;

  constructor(client: DynamoDBDocumentClient, name: string, outbox: Outbox, clock: Clock) {
    this.#client = client;
    this.#name = name;
    this.#outbox = outbox;
    this.#clock = clock;
  }

  async get<Value>(type: ItemType<Value>, key: Key): Promise<Stored<Value> | undefined> {
    const row = await this.#read(key);
    return row === undefined || this.#hasExpired(row) ? undefined : stored(type, row);
  }

  /** @returns undefined when an item with this key exists already; it is then untouched. */
  async create<Value>(
    type: ItemType<Value>,
    key: Key,
    value: Value,
    options: WriteOptions = {},
  ): Promise<Stored<Value> | undefined> {
    const item: Stored<Value> = {
      type,
      key,
      value,
      revision: 1,
      pending: options.pending ?? [],
      expiresAt: options.expiresAt,
    };
    return this.#write(item, options.pendingDue, 'attribute_not_exists(pk) OR expiresAt <= :now', {
      ':now': this.#clock() / 1000,
    });
  }

  /** @returns undefined when the item changed, or went, since it was read; nothing was written then. */
  async replace<Value>(
    current: Stored<Value>,
    value: Value,
    options: WriteOptions = {},
  ): Promise<Stored<Value> | undefined> {
    const item: Stored<Value> = {
      ...current,
      value,
      revision: current.revision + 1,
      // Messages of earlier writes that were not seen to be sent must not be lost with the old state.
      pending: [...current.pending, ...(options.pending ?? [])],
      expiresAt: options.expiresAt ?? current.expiresAt,
    };
    return this.#write(item, options.pendingDue, 'revision = :revision', { ':revision': current.revision });
  }

  /** @returns false when there was nothing to delete. */
  async delete(key: Key): Promise<boolean> {
    const { Attributes } = await this.#client.send(
      new DeleteCommand({ TableName: this.#name, Key: { pk: key.pk, sk: key.sk }, ReturnValues: 'ALL_OLD' }),
    );
    return Attributes !== undefined;
  }

  /** As it was read. @returns false when it changed, or went, since; nothing was deleted then. */
  async deleteAsRead<Value>({ key, revision }: Stored<Value>): Promise<boolean> {
    try {
      await this.#client.send(
        new DeleteCommand({
          TableName: this.#name,
          Key: { pk: key.pk, sk: key.sk },
          ConditionExpression: 'revision = :revision',
          ExpressionAttributeValues: { ':revision': revision },
        }),
      );
      return true;
    } catch (error) {
      if (error instanceof ConditionalCheckFailedException) return false;
      throw error;
    }
  }

  /** One page of a listing. Items that expired are left out, so a page may be short. */
  async page<Value>(
    type: ItemType<Value>,
    listing: Listing,
    { limit, cursor }: PageQuery,
    order: 'ascending' | 'descending' = 'ascending',
  ): Promise<Page<Value>> {
    const start = cursor === undefined ? undefined : { pk: listing.pk, sk: decodeCursor(cursor, listing.prefix) };
    const { Items = [], LastEvaluatedKey } = await this.#query(listing, { limit, start, order });
    const items = this.#live(Items).map((row) => stored(type, row).value);
    return LastEvaluatedKey === undefined
      ? { items }
      : { items, nextCursor: encodeCursor(String(LastEvaluatedKey.sk)) };
  }

  /**
   * All items of a listing, in order. `after` leaves out sort keys up to and with it; `between` all but those from the first to
   * the last sort key.
   */
  async *all<Value>(
    type: ItemType<Value>,
    listing: Listing,
    { after, between }: { after?: string; between?: readonly [first: string, last: string] } = {},
  ): AsyncGenerator<Stored<Value>> {
    let start: Key | undefined = after === undefined ? undefined : { pk: listing.pk, sk: after };
    do {
      const { Items = [], LastEvaluatedKey } = await this.#query(listing, { start, order: 'ascending', between });
      for (const row of this.#live(Items)) yield stored(type, row);
      start = LastEvaluatedKey as Key | undefined;
    } while (start !== undefined);
  }

  #query(
    { pk, prefix }: Listing,
    {
      limit,
      start,
      order,
      between,
    }: {
      limit?: number;
      start: Key | undefined;
      order: 'ascending' | 'descending';
      between?: readonly [first: string, last: string] | undefined;
    },
  ): Promise<QueryCommandOutput> {
    const [condition, values] =
      between === undefined
        ? ['begins_with(sk, :prefix)', { ':prefix': prefix }]
        : ['sk BETWEEN :first AND :last', { ':first': between[0], ':last': between[1] }];
    return this.#client.send(
      new QueryCommand({
        TableName: this.#name,
        KeyConditionExpression: `pk = :pk AND ${condition}`,
        ExpressionAttributeValues: { ':pk': pk, ...values },
        ConsistentRead: true,
        ScanIndexForward: order === 'ascending',
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(start === undefined ? {} : { ExclusiveStartKey: start }),
      }),
    );
  }

  async #read(key: Key): Promise<Row | undefined> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#name, Key: { pk: key.pk, sk: key.sk }, ConsistentRead: true }),
    );
    return Item as Row | undefined;
  }

  #hasExpired({ expiresAt }: Row): boolean {
    return expiresAt !== undefined && expiresAt * 1000 <= this.#clock();
  }

  #live(rows: readonly unknown[]): Row[] {
    return (rows as readonly Row[]).filter((row) => !this.#hasExpired(row));
  }

  async #write<Value>(
    item: Stored<Value>,
    due: number | undefined,
    condition: string,
    values: Record<string, unknown>,
  ): Promise<Stored<Value> | undefined> {
    const outbox = item.pending.length === 0 ? undefined : this.#outbox.attributes(item, due);
    const row: Row = {
      ...item.key,
      type: item.type.name,
      version: item.type.version,
      revision: item.revision,
      data: JSON.stringify(item.value),
      ...(item.expiresAt === undefined ? {} : { expiresAt: Math.ceil(item.expiresAt / 1000) }),
      ...outbox,
    };
    try {
      await this.#client.send(
        new PutCommand({
          TableName: this.#name,
          Item: row,
          ConditionExpression: condition,
          ExpressionAttributeValues: values,
        }),
      );
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      if (!(await this.#wasOurs(error, row))) return undefined;
    }
    if (outbox === undefined || due !== undefined) return item;
    const relayed = await this.#outbox.relayAtOnce(item.key, outbox);
    return relayed ? { ...item, pending: [] } : item;
  }

  /**
   * When the answer to a write is lost, the SDK writes again, and meets the item that it wrote itself. No race was lost
   * then, and nobody else would do what the writer goes on to do.
   */
  async #wasOurs(error: ConditionalCheckFailedException, row: Row): Promise<boolean> {
    if ((error.$metadata.attempts ?? 1) === 1) return false;
    const found = await this.#read(row);
    return found !== undefined && found.revision === row.revision && found.data === row.data;
  }
}

const stored = <Value>(type: ItemType<Value>, row: Row): Stored<Value> => {
  if (row.type !== type.name) throw new Error(`Expected ${type.name} at ${row.pk} ${row.sk}, found ${row.type}`);
  return {
    type,
    key: { pk: row.pk, sk: row.sk },
    value: readValue(type, row.version, JSON.parse(row.data)),
    revision: row.revision,
    pending: row.pending ?? [],
    expiresAt: row.expiresAt === undefined ? undefined : row.expiresAt * 1000,
  };
};
