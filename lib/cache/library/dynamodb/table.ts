import type { ConsumedCapacity, DynamoDB, KeysAndAttributes, WriteRequest } from '@aws-sdk/client-dynamodb';
import type { CacheClock } from '../clock.ts';
import { Deadlines } from '../deadlines.ts';
import { TierUnavailableError } from '../shared-tier.ts';
import { attributeOf, bytesOf, type Item, itemOf, type Plain, textIn } from './attributes.ts';
import { Bill } from './bill.ts';
import { inParallel, piecesOf } from './in-parallel.ts';
import type { Key } from './layout.ts';

/** Given by the caller, who also ends it: whoever has no DynamoDB needs no SDK. */
export type DynamoTableClient = Pick<
  DynamoDB,
  'getItem' | 'batchGetItem' | 'query' | 'updateItem' | 'deleteItem' | 'batchWriteItem'
>;

export interface Update {
  /** An update expression; the names of attributes stand in it as they are. */
  change: string;
  condition?: string;
  values?: Readonly<Record<string, Plain>>;
  /** For names that are made of data. */
  names?: Record<string, string>;
  /** What is answered of the item. */
  answer?: 'ALL_NEW' | 'ALL_OLD';
}

export interface Range {
  partition: string;
  /** Of the sort key. */
  prefix?: string;
  /** The sort key behind which it begins. */
  behind?: string | undefined;
  limit?: number;
  attributes?: string;
}

export interface Page {
  items: Item[];
  /** The sort key behind which to go on; undefined at the end. */
  behind: string | undefined;
}

const GET_AT_ONCE = 100;
const WRITE_AT_ONCE = 25;
const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 400;

const keyOf = ({ pk, sk }: Key): Item => ({ pk: { S: pk }, sk: { S: sk } });
const nameOf = (key: Key): string => `${key.pk}\n${key.sk}`;
const isCalled = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
const values = (plain: Readonly<Record<string, Plain>> | undefined): Item | undefined =>
  plain && Object.fromEntries(Object.entries(plain).map(([name, value]) => [`:${name}`, attributeOf(value)]));

/**
 * The commands of the tier on its table. All reads are strongly consistent. A condition that does not hold is an answer, not an
 * error; whatever else DynamoDB does not do becomes a TierUnavailableError, in a time that is bounded: what it throttles of a batch is
 * asked for again until then.
 */
export class Table {
  readonly #client: DynamoTableClient;
  readonly #name: string;
  readonly #clock: CacheClock;
  readonly #timeoutMs: number;
  readonly #deadlines: Deadlines;
  readonly #bill = new Bill();

  constructor(client: DynamoTableClient, name: string, clock: CacheClock, timeoutMs: number) {
    this.#client = client;
    this.#name = name;
    this.#clock = clock;
    this.#timeoutMs = timeoutMs;
    this.#deadlines = new Deadlines(timeoutMs);
  }

  get cost() {
    return this.#bill.total;
  }

  async get(key: Key): Promise<Item | undefined> {
    const input = { TableName: this.#name, Key: keyOf(key), ConsistentRead: true, ...told };
    const { Item: item, ConsumedCapacity } = await this.#call((options) => this.#client.getItem(input, options));
    this.#bill.read(listOf(ConsumedCapacity), () => [bytesOf(item)]);
    return item;
  }

  /** In the order of the keys, which may come more than once. */
  async getMany(keys: readonly Key[], attributes?: string): Promise<(Item | undefined)[]> {
    const [only] = keys;
    if (only === undefined) return [];
    if (keys.length === 1 && attributes === undefined) return [await this.get(only)];
    const distinct = new Map(keys.map((key) => [nameOf(key), key]));
    const found = new Map<string, Item>();
    const pieces = [...piecesOf([...distinct.values()], GET_AT_ONCE)];
    await inParallel(pieces, async (piece) => {
      for (const item of await this.#getPiece(piece.map(keyOf), attributes)) {
        found.set(nameOf({ pk: textIn(item, 'pk') ?? '', sk: textIn(item, 'sk') ?? '' }), item);
      }
    });
    return keys.map((key) => found.get(nameOf(key)));
  }

  async query({ partition, prefix, behind, limit, attributes }: Range): Promise<Page> {
    const input = {
      TableName: this.#name,
      ConsistentRead: true,
      KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :prefix)' : 'pk = :pk',
      ExpressionAttributeValues: itemOf({ ':pk': partition, ...(prefix ? { ':prefix': prefix } : {}) }),
      ...(behind === undefined ? {} : { ExclusiveStartKey: keyOf({ pk: partition, sk: behind }) }),
      ...(limit === undefined ? {} : { Limit: limit }),
      ...(attributes === undefined ? {} : { ProjectionExpression: attributes }),
      ...told,
    };
    const { Items: items = [], ...rest } = await this.#call((options) => this.#client.query(input, options));
    this.#bill.read(listOf(rest.ConsumedCapacity), () => [items.reduce((sum, item) => sum + bytesOf(item), 0)]);
    return { items, behind: textIn(rest.LastEvaluatedKey, 'sk') };
  }

  /** All of a range. */
  async *pages(range: Range): AsyncGenerator<Item[]> {
    let { behind } = range;
    do {
      const page = await this.query({ ...range, behind });
      yield page.items;
      behind = page.behind;
    } while (behind !== undefined);
  }

  /** @returns the item when it was asked for, else an empty one; undefined when the condition does not hold */
  async update(key: Key, { change, condition, answer, names, ...rest }: Update): Promise<Item | undefined> {
    const input = {
      TableName: this.#name,
      Key: keyOf(key),
      UpdateExpression: change,
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ...(rest.values === undefined ? {} : { ExpressionAttributeValues: values(rest.values) }),
      ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
      ...(answer === undefined ? {} : { ReturnValues: answer }),
      ...told,
    };
    const sent = () => [bytesOf(input.ExpressionAttributeValues)];
    const done = await this.#unlessConditionFails((options) => this.#client.updateItem(input, options));
    this.#bill.write(listOf(done?.ConsumedCapacity), sent);
    return done && (done.Attributes ?? {});
  }

  /** @returns whether the condition held */
  async remove(key: Key, condition?: string, plain?: Readonly<Record<string, Plain>>): Promise<boolean> {
    const input = {
      TableName: this.#name,
      Key: keyOf(key),
      ...(condition === undefined ? {} : { ConditionExpression: condition }),
      ...(plain === undefined ? {} : { ExpressionAttributeValues: values(plain) }),
      ...told,
    };
    const done = await this.#unlessConditionFails((options) => this.#client.deleteItem(input, options));
    this.#bill.write(listOf(done?.ConsumedCapacity), () => [1]);
    return done !== undefined;
  }

  /** @param atOnce fewer for large items: a request has at most 16 MB */
  put(items: readonly (Key & Readonly<Record<string, Plain>>)[], atOnce = WRITE_AT_ONCE): Promise<void> {
    return this.#writeAll(
      items.map((item) => ({ PutRequest: { Item: itemOf({ ...item }) } })),
      atOnce,
    );
  }

  /** They may come more than once. */
  removeAll(keys: readonly Key[]): Promise<void> {
    const distinct = new Map(keys.map((key) => [nameOf(key), key]));
    return this.#writeAll(
      Array.from(distinct.values(), (key) => ({ DeleteRequest: { Key: keyOf(key) } })),
      WRITE_AT_ONCE,
    );
  }

  async #writeAll(requests: readonly WriteRequest[], atOnce: number): Promise<void> {
    await inParallel([...piecesOf(requests, atOnce)], async (piece) => {
      await this.#untilAllIsDone(piece, async (left) => {
        const input = { RequestItems: { [this.#name]: [...left] }, ...told };
        const done = await this.#call((options) => this.#client.batchWriteItem(input, options));
        this.#bill.write(done.ConsumedCapacity, () => left.map(({ PutRequest }) => bytesOf(PutRequest?.Item)));
        return done.UnprocessedItems?.[this.#name] ?? [];
      });
    });
  }

  async #getPiece(keys: readonly Item[], attributes: string | undefined): Promise<Item[]> {
    const found: Item[] = [];
    const projection = attributes === undefined ? {} : { ProjectionExpression: `pk, sk, ${attributes}` };
    await this.#untilAllIsDone(keys, async (left) => {
      const asked: KeysAndAttributes = { Keys: [...left], ConsistentRead: true, ...projection };
      const input = { RequestItems: { [this.#name]: asked }, ...told };
      const { Responses, UnprocessedKeys, ConsumedCapacity } = await this.#call((options) =>
        this.#client.batchGetItem(input, options),
      );
      const items = Responses?.[this.#name] ?? [];
      found.push(...items);
      this.#bill.read(ConsumedCapacity, () => items.map(bytesOf));
      return UnprocessedKeys?.[this.#name]?.Keys ?? [];
    });
    return found;
  }

  /** An answer that leaves less than before was no failure: a batch may just be larger than what one answer holds. */
  async #untilAllIsDone<T>(all: readonly T[], attempt: (left: readonly T[]) => Promise<readonly T[]>): Promise<void> {
    let left = all;
    let pauseMs = FIRST_PAUSE_MS;
    let lastProgress = this.#clock.monotonic();
    for (;;) {
      const before = left.length;
      left = await attempt(left);
      if (left.length === 0) return;
      if (left.length < before) {
        lastProgress = this.#clock.monotonic();
        pauseMs = FIRST_PAUSE_MS;
      } else if (this.#clock.monotonic() - lastProgress + pauseMs > this.#timeoutMs) {
        throw new TierUnavailableError('dynamodb', `it leaves ${left.length} of a batch undone again and again`);
      }
      const jittered = pauseMs * (0.5 + Math.random() / 2);
      await new Promise<void>((resolve) => this.#clock.after(jittered, resolve));
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
  }

  async #unlessConditionFails<T>(ask: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#call(ask);
    } catch (error) {
      if (isCalled(error, 'ConditionalCheckFailedException')) return undefined;
      throw error;
    }
  }

  async #call<T>(ask: (options: { abortSignal: AbortSignal }) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    try {
      return await this.#deadlines.within(ask({ abortSignal: controller.signal }));
    } catch (error) {
      controller.abort();
      if (isCalled(error, 'ConditionalCheckFailedException') || isFault(error)) throw error;
      const why = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      throw new TierUnavailableError('dynamodb', why, { cause: error });
    }
  }
}

const told = { ReturnConsumedCapacity: 'TOTAL' } as const;

/** Ours, or of what we were given, and not the table's: it would fail again, and says nothing of whether the table answers others. */
const isFault = (error: unknown): boolean =>
  isCalled(error, 'ValidationException') ||
  isCalled(error, 'SerializationException') ||
  error instanceof RangeError ||
  error instanceof TypeError;

const listOf = (told: ConsumedCapacity | undefined): readonly ConsumedCapacity[] | undefined =>
  told === undefined ? undefined : [told];
