import { createHash } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { Outgoing } from '../../contracts/messages.ts';
import { type Clock, isoTime } from '../clock.ts';
import type { Log } from '../log.ts';
import type { SendMessages } from '../queue/send.ts';
import type { Key } from './keys.ts';
import { historyTable } from './schema.ts';

/** The index is sharded so that many writers never meet in one of its partitions. */
const shardCount = 8;

/** Within this time the writer itself relays; the tick leaves what is younger to it. */
const writersGraceMs = 10_000;

export interface OutboxAttributes {
  pending: readonly Outgoing[];
  outboxShard: string;
  /** ISO 8601: not before this time. */
  outboxDue: string;
  /** Names the messages of this very write, so that clearing them can never clear those of a later one. */
  outboxId: string;
}

/** A write with messages that must follow it. */
interface PendingWrite {
  key: Key;
  revision: number;
  pending: readonly Outgoing[];
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/**
 * What must follow a write is stored with it, in one item, and sent from there: at once by the writer, else by the tick.
 * A crash between sending and clearing sends a message twice; none is ever lost.
 */
export class Outbox {
  readonly #client: DynamoDBDocumentClient;
  readonly #table: string;
  readonly #send: SendMessages;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor(options: { client: DynamoDBDocumentClient; table: string; send: SendMessages; clock: Clock; log: Log }) {
    this.#client = options.client;
    this.#table = options.table;
    this.#send = options.send;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  /** What to store with an item. `due` in epoch milliseconds; undefined: now, and the tick only if the writer fails. */
  attributes({ key, revision, pending }: PendingWrite, due: number | undefined): OutboxAttributes {
    const shard = (digest(key.pk)[0] ?? 0) % shardCount;
    return {
      pending,
      outboxShard: `OUTBOX#${shard}`,
      outboxDue: isoTime(due ?? this.#clock() + writersGraceMs),
      outboxId: digest(JSON.stringify([revision, pending])).toString('base64url'),
    };
  }

  /** For the writer. The write itself stands already, so a failure here is the tick's to mend. */
  async relayAtOnce(key: Key, outbox: OutboxAttributes): Promise<boolean> {
    try {
      await this.#relay(key, outbox);
      return true;
    } catch (error) {
      this.#log.warn('Messages wait in the outbox: they could not be sent at once', { key, error });
      return false;
    }
  }

  /** Sends all that is due and was not sent by its writer. @returns how many items were relayed. */
  async relayDue(): Promise<number> {
    let relayed = 0;
    for (let shard = 0; shard < shardCount; shard++) {
      for await (const key of this.#due(`OUTBOX#${shard}`)) {
        try {
          if (await this.#relayItem(key)) relayed++;
        } catch (error) {
          this.#log.error('Messages could not be relayed from the outbox', { key, error });
        }
      }
    }
    return relayed;
  }

  async *#due(shard: string): AsyncGenerator<Key> {
    const { name, partitionKey, sortKey } = historyTable.outboxIndex;
    let start: Record<string, unknown> | undefined;
    do {
      const { Items = [], LastEvaluatedKey } = await this.#client.send(
        new QueryCommand({
          TableName: this.#table,
          IndexName: name,
          KeyConditionExpression: '#shard = :shard AND #due <= :now',
          ExpressionAttributeNames: { '#shard': partitionKey, '#due': sortKey },
          ExpressionAttributeValues: { ':shard': shard, ':now': isoTime(this.#clock()) },
          ...(start === undefined ? {} : { ExclusiveStartKey: start }),
        }),
      );
      for (const item of Items) yield { pk: String(item.pk), sk: String(item.sk) };
      start = LastEvaluatedKey;
    } while (start !== undefined);
  }

  async #relayItem(key: Key): Promise<boolean> {
    const { Item } = await this.#client.send(
      new GetCommand({ TableName: this.#table, Key: { pk: key.pk, sk: key.sk }, ConsistentRead: true }),
    );
    const outbox = Item as OutboxAttributes | undefined;
    // The index lags behind its table: what is gone from the item was relayed in the meantime.
    if (outbox?.pending === undefined || outbox.outboxDue > isoTime(this.#clock())) return false;
    await this.#relay(key, outbox);
    return true;
  }

  async #relay(key: Key, outbox: OutboxAttributes): Promise<void> {
    await this.#send(outbox.pending);
    try {
      await this.#client.send(
        new UpdateCommand({
          TableName: this.#table,
          Key: { pk: key.pk, sk: key.sk },
          UpdateExpression: 'REMOVE pending, outboxShard, outboxDue, outboxId',
          ConditionExpression: 'outboxId = :id',
          ExpressionAttributeValues: { ':id': outbox.outboxId },
        }),
      );
    } catch (error) {
      // A later write took the messages along with its own: they go again with those.
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
    }
  }
}
