import { CacheInputError } from './input-error.ts';

export interface Serialized {
  bytes: Uint8Array;
  contentType?: string;
}

/** How values become bytes and back: what comes back must be equal to what was stored, and equal values become equal bytes. */
export interface Serializer<V> {
  /** @throws whatever is wrong with the value */
  encode(value: V): Serialized;
  /** @throws when these bytes are no value */
  decode(serialized: Serialized): V;
}

const textOf = (bytes: Uint8Array): string =>
  Buffer.isBuffer(bytes) ? bytes.toString() : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();

/** Values are JSON: what JSON cannot say (functions, symbols, undefined) is refused, what it says otherwise (Date) comes back as JSON says it. */
export const jsonSerializer: Serializer<unknown> = {
  encode(value) {
    const text = JSON.stringify(value) as string | undefined;
    if (text === undefined) {
      throw new CacheInputError('invalid-value', `A value is something that JSON can say, not ${typeof value}.`);
    }
    return { bytes: Buffer.from(text), contentType: 'application/json' };
  },
  decode: ({ bytes }) => JSON.parse(textOf(bytes)),
};

/** Values are bytes, with or without a content type. */
export const bytesSerializer: Serializer<Serialized> = {
  encode: (value) => value,
  // What is read may be a piece of a much larger answer, which it would keep in memory.
  decode: ({ bytes, ...type }) => ({
    ...type,
    bytes: bytes.length * 2 < bytes.buffer.byteLength ? Uint8Array.from(bytes) : bytes,
  }),
};
