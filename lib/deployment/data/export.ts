import { existsSync } from 'node:fs';
import { open, rename, rm, truncate } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type AttributeValue, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';
import { version } from '../../contracts/version.ts';
import { type DataTable, exportFormat, lineOf } from './line.ts';
import { readNote, type TablesOf, tablesNoted, writeNote } from './note.ts';

const compress = promisify(gzip);

/** Each is a gzip of its own in the file; gzips one after the other are one. So what was written stays whole when the next is cut off. */
const linesAtOnce = 2_000;

export interface DataSource extends TablesOf {
  dynamodb: DynamoDBClient;
}

export interface ExportOptions {
  onProgress?: (items: number) => void;
  signal?: AbortSignal;
}

const resume = tablesNoted.extend({
  exportedAt: z.string(),
  bytes: z.number(),
  items: z.object({ history: z.number(), cache: z.number() }),
  table: z.enum(['history', 'cache']),
  /** Of the scan; absent at the beginning of a table. */
  startKey: z.record(z.string(), z.object({ S: z.string() })).optional(),
});
type Resume = z.output<typeof resume>;

export interface Exported {
  items: Record<DataTable, number>;
  /** It went on where an earlier attempt was cut off. */
  isResumed: boolean;
}

/**
 * Writes all items into a file of gzipped lines. It holds one page of a scan at a time. An attempt that is cut off goes on when it is made
 * again with the same file.
 *
 * What is written meanwhile by a platform at work may be in the file or not, item by item, and each item is whole: Headroom writes
 * single items only, and all that follows of an item (messages, derived items) is found and done again from it.
 */
export async function exportData(
  source: DataSource,
  file: string,
  { onProgress = () => {}, signal }: ExportOptions = {},
): Promise<Exported> {
  const { dynamodb, place, tables } = source;
  const partial = `${file}.part`;
  const note = `${file}.part.json`;
  const names = Object.entries(tables).map(([table]) => table as DataTable);
  // Only of the same tables: a file never holds parts of two deployments.
  const found = existsSync(partial) ? await readNote(note, resume, source) : undefined;
  const state: Resume = found ?? {
    place,
    tables: { ...tables },
    exportedAt: new Date().toISOString(),
    bytes: 0,
    items: { history: 0, cache: 0 },
    table: names[0] ?? 'history',
  };
  if (found === undefined) await rm(partial, { force: true });
  else await truncate(partial, state.bytes);
  const out = await open(partial, 'a', 0o600);
  try {
    const put = async (lines: readonly string[]): Promise<void> => {
      if (lines.length === 0) return;
      const bytes = await compress(`${lines.join('\n')}\n`);
      await out.write(bytes);
      await out.sync();
      state.bytes += bytes.length;
      await writeNote(note, state);
    };
    const { exportedAt } = state;
    if (found === undefined) {
      await put([JSON.stringify({ headroomExport: exportFormat, version, exportedAt, tables: names })]);
    }
    for (const table of names.slice(names.indexOf(state.table))) {
      if (table !== state.table) {
        state.table = table;
        delete state.startKey;
      }
      let ExclusiveStartKey: Record<string, AttributeValue> | undefined = state.startKey;
      let lines: string[] = [];
      do {
        signal?.throwIfAborted();
        const page = await dynamodb.send(
          new ScanCommand({
            TableName: tables[table],
            ConsistentRead: true,
            ...(ExclusiveStartKey === undefined ? {} : { ExclusiveStartKey }),
          }),
        );
        lines.push(...(page.Items ?? []).map((item) => lineOf(table, item)));
        ExclusiveStartKey = page.LastEvaluatedKey;
        if (lines.length >= linesAtOnce || ExclusiveStartKey === undefined) {
          state.items[table] += lines.length;
          if (ExclusiveStartKey === undefined) delete state.startKey;
          else state.startKey = ExclusiveStartKey as Resume['startKey'];
          await put(lines);
          lines = [];
          onProgress(state.items.history + state.items.cache);
        }
      } while (ExclusiveStartKey !== undefined);
    }
    await put([JSON.stringify({ end: true, items: state.items })]);
  } finally {
    await out.close();
  }
  await rename(partial, file);
  await rm(note, { force: true });
  return { items: state.items, isResumed: found !== undefined };
}
