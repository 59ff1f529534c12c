import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type CompressionPolicy, compress, decompress } from './compression.ts';
import { type Entry, type EntryHead, strongEtag } from './entry.ts';
import type { Held } from './held.ts';
import { CacheInputError } from './input-error.ts';
import { checkValueBytes } from './limits.ts';
import type { Serializer } from './serializer.ts';

/** A value as it is stored, without its times. */
export interface EncodedValue<V> {
  /** As the schema gave it back. */
  value: V | undefined;
  stored: Pick<Entry, 'payload' | 'codec' | 'rawBytes' | 'contentType' | 'etag' | 'negative'>;
}

export interface ValueCodecOptions<V> {
  serializer: Serializer<V>;
  schema?: StandardSchemaV1<unknown, V> | undefined;
  compression: CompressionPolicy;
  maxValueBytes: number;
}

const nothing = new Uint8Array();

function pathOf(issue: StandardSchemaV1.Issue): string {
  const path = (issue.path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
  return path === '' ? issue.message : `${path}: ${issue.message}`;
}

/** Values to what is stored and back: schema, serializer, ETag, compression and the limit on sizes. */
export class ValueCodec<V> {
  readonly #options: ValueCodecOptions<V>;
  /** Bytes that compression has saved. */
  savedBytes = 0;

  constructor(options: ValueCodecOptions<V>) {
    this.#options = options;
  }

  /** @throws CacheInputError `invalid-value` or `value-too-large` */
  async encode(value: V): Promise<EncodedValue<V>> {
    const { serializer, compression, maxValueBytes } = this.#options;
    const checked = await this.#checked(value);
    const { bytes, contentType } = serializer.encode(checked);
    checkValueBytes(bytes.length, maxValueBytes);
    const { codec, payload, rawBytes } = await compress(bytes, compression);
    this.savedBytes += rawBytes - payload.length;
    const type = contentType === undefined ? {} : { contentType };
    const etag = strongEtag(bytes, contentType);
    return { value: checked, stored: { payload, codec, rawBytes, ...type, etag, negative: false } };
  }

  /** That there is no value. */
  negative(): EncodedValue<V> {
    return {
      value: undefined,
      stored: { payload: nothing, codec: 'none', rawBytes: 0, etag: strongEtag(nothing, 'negative'), negative: true },
    };
  }

  /**
   * At once where nothing has to be waited for, which is most of the time.
   * @throws when what is stored is no value of this namespace: somebody wrote it with another schema, codec or limit
   */
  decode(entry: Entry): V | undefined | Promise<V | undefined> {
    if (entry.negative) return undefined;
    const { serializer, schema, maxValueBytes } = this.#options;
    const { contentType, codec, payload, rawBytes } = entry;
    if (codec !== 'none' || schema !== undefined) return this.#decodeLater(entry);
    checkValueBytes(rawBytes, maxValueBytes);
    return serializer.decode(contentType === undefined ? { bytes: payload } : { bytes: payload, contentType });
  }

  /** What is known of a value in memory, with its ETag. */
  headOf(held: Held<V>): EntryHead {
    const head = held.head();
    if (head.etag !== undefined || held.negative || held.value === undefined) return head;
    const { bytes, contentType } = this.#options.serializer.encode(held.value);
    return { ...head, etag: strongEtag(bytes, contentType) };
  }

  async #decodeLater(entry: Entry): Promise<V | undefined> {
    const { serializer, maxValueBytes } = this.#options;
    const bytes = await decompress(entry, maxValueBytes);
    const type = entry.contentType === undefined ? {} : { contentType: entry.contentType };
    return this.#checked(serializer.decode({ bytes, ...type }));
  }

  async #checked(value: V): Promise<V> {
    const { schema } = this.#options;
    if (schema === undefined) return value;
    const result = await schema['~standard'].validate(value);
    if (result.issues === undefined) return result.value;
    const [first] = result.issues;
    throw new CacheInputError(
      'invalid-value',
      `The value does not fit the namespace's schema: ${first === undefined ? 'no reason given' : pathOf(first)}.`,
    );
  }
}

/** The ETag that an entry has, also where it was stored without one. */
export const etagOf = (head: EntryHead): string => head.etag ?? `${head.born}-${head.createdAt}`;
