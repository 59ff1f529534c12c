import type { AttributeValue } from '@aws-sdk/client-dynamodb';

/** An item as DynamoDB has it. */
export type Item = Record<string, AttributeValue>;

export type Plain = string | number | Uint8Array | readonly string[] | ReadonlySet<string>;

export function attributeOf(value: Plain): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (value instanceof Uint8Array) return { B: value };
  if (value instanceof Set) return { SS: [...value] };
  return { L: Array.from(value as readonly string[], (S) => ({ S })) };
}

export const itemOf = (values: Readonly<Record<string, Plain>>): Item =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, attributeOf(value)]));

/** Undefined where there is none. */
export const numberIn = (item: Item | undefined, name: string): number | undefined => {
  const text = item?.[name]?.N;
  return text === undefined ? undefined : Number(text);
};

/** 0 where there is none: sequences and times begin above it. */
export const numberOr0 = (item: Item | undefined, name: string): number => numberIn(item, name) ?? 0;

export const textIn = (item: Item | undefined, name: string): string | undefined => item?.[name]?.S;

export const bytesIn = (item: Item | undefined, name: string): Uint8Array | undefined => item?.[name]?.B;

export const textsIn = (item: Item | undefined, name: string): readonly string[] =>
  item?.[name]?.SS ?? item?.[name]?.L?.map(({ S }) => S ?? '') ?? [];

/** About what DynamoDB counts: names and values in UTF-8, numbers by their digits. */
export function bytesOf(item: Item | undefined): number {
  let bytes = 0;
  for (const [name, value] of Object.entries(item ?? {})) {
    bytes += name.length;
    if (value.S !== undefined) bytes += Buffer.byteLength(value.S);
    else if (value.N !== undefined) bytes += 1 + Math.ceil(value.N.length / 2);
    else if (value.B !== undefined) bytes += value.B.length;
    else for (const text of value.SS ?? value.L?.map(({ S }) => S ?? '') ?? []) bytes += 1 + Buffer.byteLength(text);
  }
  return bytes;
}
