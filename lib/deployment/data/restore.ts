import { rm } from 'node:fs/promises';
import {
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
  type WriteRequest,
} from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { isNewer } from '../../contracts/item-versions.ts';
import { pause } from '../../platform/pause.ts';
import type { DataSource } from './export.ts';
import { type DataTable, type Item, itemOf } from './line.ts';
import { readNote, tablesNoted, writeNote } from './note.ts';
import { readExport } from './read-lines.ts';

/** DynamoDB takes no more in one batch. */
const batchSize = 25;
/** Batches that are under way at the same time. */
const atOnce = 4;
const maxBackoffMs = 5_000;

export interface RestoreOptions {
  /** Into tables that hold something: what is there stays, and what is not there is put. */
  merge?: boolean;
  onProgress?: (items: number) => void;
  signal?: AbortSignal;
}

export interface Restored {
  items: Record<DataTable, number>;
  /** With `merge`: what was there already. */
  skipped: number;
  isResumed: boolean;
}

/** How far an attempt had come that was cut off. */
const progress = tablesNoted.extend({ lines: z.number() });

/**
 * Puts the items of a file into tables. It holds some batches at a time. An attempt that was cut off goes on when it is made again with the
 * same file and tables.
 *
 * @throws Error of one sentence: when the file is damaged, or of a newer Headroom; when a table holds something, without `merge`
 */
export async function restoreData(
  source: DataSource,
  file: string,
  { merge = false, onProgress = () => {}, signal }: RestoreOptions = {},
): Promise<Restored> {
  const { dynamodb, place, tables } = source;
  await checkExport(file);
  const note = `${file}.restoring.json`;
  const holding = await firstThatHolds(dynamodb, Object.values(tables));
  // Where nothing is, nothing is done: what was put there before was taken away since.
  const done = holding === undefined ? undefined : (await readNote(note, progress, source))?.lines;
  if (!merge && done === undefined && holding !== undefined) {
    throw new Error(`The table ${holding} holds something: restore into an empty one, or say --merge.`);
  }
  const { items: lines } = await readExport(file);
  const counts: Record<DataTable, number> = { history: 0, cache: 0 };
  let skipped = 0;
  let read = 0;
  let batches: { table: DataTable; items: Item[] }[] = [];

  /** @param through the last line whose item is in it: the one after it is put anew when this is cut off */
  const flush = async (through: number): Promise<void> => {
    const results = await Promise.all(
      batches.map(({ table, items }) => {
        const name = tables[table] ?? '';
        return merge ? putMissing(dynamodb, name, items) : putAll(dynamodb, name, items);
      }),
    );
    skipped += results.reduce((sum, one) => sum + one, 0);
    batches = [];
    await writeNote(note, { place, tables, lines: through });
    onProgress(counts.history + counts.cache);
  };

  for await (const line of lines()) {
    signal?.throwIfAborted();
    read++;
    const { table, item } = itemOf(line);
    if (tables[table] === undefined) continue;
    counts[table]++;
    if (done !== undefined && read <= done) continue;
    const last = batches.at(-1);
    if (last !== undefined && last.table === table && last.items.length < batchSize) last.items.push(item);
    else {
      if (batches.length === atOnce) await flush(read - 1);
      batches.push({ table, items: [item] });
    }
  }
  await flush(read);
  await rm(note, { force: true });
  return { items: counts, skipped, isResumed: done !== undefined };
}

/** Once through the whole file before anything is written: whether it is whole, and whether all of it can be read here. */
async function checkExport(file: string): Promise<void> {
  const { items, header } = await readExport(file);
  for await (const line of items()) {
    const { table, item } = itemOf(line);
    const type = item.type?.S;
    const version = Number(item.version?.N);
    if (table === 'history' && type !== undefined && isNewer({ type, version })) {
      throw new Error(
        `The file was written by Headroom ${header.version}: it has ${type} of version ${version}, which this one does not know. Install that one.`,
      );
    }
  }
}

async function firstThatHolds(dynamodb: DynamoDBClient, names: readonly string[]): Promise<string | undefined> {
  for (const TableName of names) {
    const { Items = [] } = await dynamodb.send(new ScanCommand({ TableName, Limit: 1, ConsistentRead: true }));
    if (Items.length > 0) return TableName;
  }
  return undefined;
}

async function putAll(dynamodb: DynamoDBClient, table: string, items: readonly Item[]): Promise<number> {
  let left: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  for (let backoffMs = 50; ; backoffMs = Math.min(maxBackoffMs, 2 * backoffMs)) {
    const { UnprocessedItems } = await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [table]: left } }));
    left = UnprocessedItems?.[table] ?? [];
    if (left.length === 0) return 0;
    await pause(backoffMs);
  }
}

/** @returns how many were there already */
async function putMissing(dynamodb: DynamoDBClient, TableName: string, items: readonly Item[]): Promise<number> {
  let skipped = 0;
  for (const Item of items) {
    try {
      await dynamodb.send(new PutItemCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw error;
      skipped++;
    }
  }
  return skipped;
}
