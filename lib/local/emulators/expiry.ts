import { setTimeout as delay } from 'node:timers/promises';
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';

export interface ExpiringTable {
  client: DynamoDBClient;
  name: string;
  partitionKey: string;
  sortKey: string;
  /** The attribute that says when an item expires, in epoch seconds. */
  timeToLive: string;
}

/** Read, and at most deleted, at a time. */
const pageItems = 500;
const parallelDeletes = 8;
const everyMs = 60 * 60_000;

/**
 * DynamoDB removes what has expired; its emulators do not. Removes it page by page, and rests after each page for as long
 * as the page took, so that the table's users have at least half of it.
 * @returns how many items were removed
 */
export async function removeExpired(table: ExpiringTable, nowMs: number, signal?: AbortSignal): Promise<number> {
  const { client, name, partitionKey, sortKey, timeToLive } = table;
  const expired = {
    ExpressionAttributeNames: { '#expires': timeToLive },
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(nowMs / 1000)) } },
  };
  let removed = 0;
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const startedAt = performance.now();
    const page = await client.send(
      new ScanCommand({
        TableName: name,
        Limit: pageItems,
        FilterExpression: '#expires <= :now',
        ProjectionExpression: '#partition, #sort',
        ...expired,
        ExpressionAttributeNames: { ...expired.ExpressionAttributeNames, '#partition': partitionKey, '#sort': sortKey },
        ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
      }),
    );
    const keys = page.Items ?? [];
    const remove = async (): Promise<void> => {
      for (let Key = keys.pop(); Key !== undefined; Key = keys.pop()) {
        try {
          // Meanwhile it may have been written anew.
          await client.send(
            new DeleteItemCommand({ TableName: name, Key, ConditionExpression: '#expires <= :now', ...expired }),
          );
          removed += 1;
        } catch (error) {
          if (!(error instanceof ConditionalCheckFailedException)) throw error;
        }
      }
    };
    await Promise.all(Array.from({ length: parallelDeletes }, remove));
    ExclusiveStartKey = page.LastEvaluatedKey;
    if (ExclusiveStartKey !== undefined) await delay(performance.now() - startedAt, undefined, { signal });
  } while (ExclusiveStartKey !== undefined && !signal?.aborted);
  return removed;
}

export interface ExpirySweep {
  /** Resolves when the page under way is done. */
  stop(): Promise<void>;
}

/** Removes what has expired, now and then every hour. */
export function sweepExpired(
  table: ExpiringTable,
  { log, now = Date.now }: { log: (line: string) => void; now?: () => number },
): ExpirySweep {
  const stopping = new AbortController();
  const { signal } = stopping;
  const run = async (): Promise<void> => {
    while (!signal.aborted) {
      await removeExpired(table, now(), signal).catch((error: unknown) => {
        if (!signal.aborted) log(`${table.name}: what has expired could not be removed: ${error}`);
      });
      await delay(everyMs, undefined, { signal }).catch(() => {});
    }
  };
  const running = run();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}
