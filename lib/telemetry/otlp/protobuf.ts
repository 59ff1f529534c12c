import protobuf from 'protobufjs/minimal.js';
import { maxObjects } from './body-limits.ts';

const { Reader, Writer } = protobuf;
type Reader = protobuf.Reader;

/** How values of a type are written: its wire type, and how one is read. */
interface Scalar {
  wireType: number;
  read: (reader: Reader) => unknown;
}

const wireTypes = { varint: 0, fixed64: 1, delimited: 2 } as const;

interface Long {
  low: number;
  high: number;
  unsigned: boolean;
}

/** Integers of 64 bits become numbers, as exactly as those can hold them. */
const numberOf = (value: number | Long): number =>
  typeof value === 'number' ? value : (value.unsigned ? value.high >>> 0 : value.high) * 2 ** 32 + (value.low >>> 0);

export const scalars = {
  text: { wireType: wireTypes.delimited, read: (reader) => reader.string() },
  /** Bytes as hexadecimal digits. */
  hex: { wireType: wireTypes.delimited, read: (reader) => Buffer.from(reader.bytes()).toString('hex') },
  bool: { wireType: wireTypes.varint, read: (reader) => reader.bool() },
  int32: { wireType: wireTypes.varint, read: (reader) => reader.int32() },
  sint32: { wireType: wireTypes.varint, read: (reader) => reader.sint32() },
  int64: { wireType: wireTypes.varint, read: (reader) => numberOf(reader.int64()) },
  uint64: { wireType: wireTypes.varint, read: (reader) => numberOf(reader.uint64()) },
  fixed64: { wireType: wireTypes.fixed64, read: (reader) => numberOf(reader.fixed64()) },
  sfixed64: { wireType: wireTypes.fixed64, read: (reader) => numberOf(reader.sfixed64()) },
  double: { wireType: wireTypes.fixed64, read: (reader) => reader.double() },
} as const satisfies Record<string, Scalar>;

export interface Field {
  /** As the JSON mapping writes it. */
  name: string;
  type: keyof typeof scalars | Message;
  repeated?: true;
  /** It holds what is told of, or that again: see `limitItems`. */
  isItem?: true;
}
/** The fields of a message by their numbers. Those that are not named are skipped. */
export type Message = { readonly [number: number]: Field };

/** Of one body, messages, texts and numbers alike. */
const maxValues = 1_000_000;

/**
 * Reads a message into the shape of its JSON mapping. Fields that are absent stay absent.
 * @throws Error for what is no such message, or holds too much
 */
export function decodeMessage(bytes: Uint8Array, message: Message): unknown {
  const reader = Reader.create(bytes);
  let values = 0;
  let messages = 0;

  const read = (field: Field): unknown => {
    if (++values > maxValues) throw new RangeError(`it holds more than ${maxValues} values`);
    if (typeof field.type === 'string') return scalars[field.type].read(reader);
    if (++messages > maxObjects) throw new RangeError(`it holds more than ${maxObjects} messages`);
    return readMessage(field.type, endOfDelimited());
  };

  const endOfDelimited = (): number => {
    const length = reader.uint32();
    const end = reader.pos + length;
    if (end > reader.len) throw new RangeError('it ends too early');
    return end;
  };

  const readMessage = (type: Message, end: number): unknown => {
    const result: Record<string, unknown> = {};
    while (reader.pos < end) {
      const tag = reader.uint32();
      const field = type[tag >>> 3];
      if (field === undefined) reader.skipType(tag & 7);
      else readField(result, field, tag & 7);
    }
    if (reader.pos !== end) throw new RangeError('a field reaches beyond its message');
    return result;
  };

  const readField = (into: Record<string, unknown>, field: Field, wireType: number): void => {
    const expected = typeof field.type === 'string' ? scalars[field.type].wireType : wireTypes.delimited;
    const isPacked = field.repeated === true && wireType === wireTypes.delimited && expected !== wireType;
    if (wireType !== expected && !isPacked) {
      reader.skipType(wireType);
      return;
    }
    if (field.repeated !== true) {
      into[field.name] = read(field);
      return;
    }
    const list = (into[field.name] ?? []) as unknown[];
    into[field.name] = list;
    if (!isPacked) {
      list.push(read(field));
      return;
    }
    const end = endOfDelimited();
    while (reader.pos < end) list.push(read(field));
  };

  return readMessage(message, reader.len);
}

/** A message of one integer and one text, both of which are left out where they say nothing. */
export function encodePair(integer: number, text: string): Uint8Array {
  const writer = Writer.create();
  if (integer !== 0) writer.uint32(8).int64(integer);
  if (text !== '') writer.uint32(18).string(text);
  return writer.finish();
}

/** A message whose first field is another one. */
export const encodeNested = (message: Uint8Array): Uint8Array => Writer.create().uint32(10).bytes(message).finish();
