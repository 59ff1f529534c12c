import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { z } from 'zod';

/** Of the file; another number is another shape. */
export const exportFormat = 1;

/** Both tables, in the order in which they stand in a file. */
export const dataTables = ['history', 'cache'] as const;
export type DataTable = (typeof dataTables)[number];

export const header = z.object({
  headroomExport: z.number(),
  /** Of the Headroom that wrote it. */
  version: z.string(),
  exportedAt: z.string(),
  tables: z.array(z.enum(dataTables)),
});
export type Header = z.output<typeof header>;

/** The last line: without it, a file was cut off. */
export const footer = z.object({ end: z.literal(true), items: z.record(z.enum(dataTables), z.number()) });
export type Footer = z.output<typeof footer>;

export type Item = Record<string, AttributeValue>;

/** Under a name that no attribute has: kinds of values are named by one or two letters. */
const bytesKey = '$base64';

/** An item as text, as DynamoDB has it: numbers in their own digits, bytes as bytes. It is one line for every reader of lines. */
export const lineOf = (table: DataTable, item: Item): string =>
  JSON.stringify({ t: table, i: item }, (_, value: unknown) =>
    value instanceof Uint8Array ? { [bytesKey]: Buffer.from(value).toString('base64') } : value,
  )
    // JSON may hold them as they are, and `node:readline` ends lines there.
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');

const itemLine = z.object({ t: z.enum(dataTables), i: z.record(z.string(), z.unknown()) });

/** @throws Error when it is no line of an item */
export function itemOf(line: string): { table: DataTable; item: Item } {
  const parsed = itemLine.safeParse(
    JSON.parse(line, (_, value: unknown) => {
      const text =
        typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[bytesKey] : undefined;
      return typeof text === 'string' ? new Uint8Array(Buffer.from(text, 'base64')) : value;
    }),
  );
  if (!parsed.success) throw new Error('This is no line of an export of Headroom.');
  return { table: parsed.data.t, item: parsed.data.i as Item };
}
