import { randomUUID } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';
import type { HistoryTable } from './history-table.ts';
import type { ItemType, Stored } from './item.ts';
import type { Key } from './keys.ts';

/** DynamoDB takes items of up to 400 KB, names and the rest included. */
const chunkCharacters = 300_000;
const readAttempts = 10;

const manifest = z.object({
  /** Deflated JSON in base64, where it fits into one item. */
  inline: z.string().optional(),
  /** Of the chunks it stands in otherwise: never written again under the same name. */
  chunks: z.object({ name: z.string(), count: z.number().int() }).optional(),
});
type Manifest = z.output<typeof manifest>;

const chunk = z.string();

/** A value as it was read, with what it takes to replace it. */
export interface LargeStored<Value> {
  value: Value;
  readonly manifest: Stored<Manifest>;
}

/**
 * Values of one kind that may be larger than an item. The chunks of a value are written before the item that names
 * them, so a reader finds the old value or the new one; chunks that nobody names any more are removed, or expire.
 */
export class LargeValues<Value> {
  readonly #table: HistoryTable;
  readonly #type: ItemType<Value>;
  readonly #manifestItem: ItemType<Manifest>;
  readonly #chunkItem: ItemType<string>;

  constructor(table: HistoryTable, type: ItemType<Value>) {
    this.#table = table;
    this.#type = type;
    this.#manifestItem = { name: type.name, version: 1, schema: manifest };
    this.#chunkItem = { name: `${type.name}Chunk`, version: 1, schema: chunk };
  }

  async get(key: Key): Promise<LargeStored<Value> | undefined> {
    for (let attempt = 0; attempt < readAttempts; attempt++) {
      const found = await this.#table.get(this.#manifestItem, key);
      if (found === undefined) return undefined;
      const text = await this.#text(key, found.value);
      // It was replaced, and its chunks removed, between the two reads: then there is a newer one.
      if (text !== undefined) return { value: this.#parse(text), manifest: found };
    }
    throw new Error(`The parts of ${key.pk} ${key.sk} are not there`);
  }

  /** @returns undefined when there is one already */
  async create(key: Key, value: Value, expiresAt: number): Promise<LargeStored<Value> | undefined> {
    const written = await this.#writeChunks(key, value, expiresAt);
    const created = await this.#table.create(this.#manifestItem, key, written, { expiresAt });
    if (created !== undefined) return { value, manifest: created };
    await this.#removeChunks(key, written);
    return undefined;
  }

  /** @returns undefined when it was replaced, or went, since it was read */
  async replace(
    key: Key,
    current: LargeStored<Value>,
    value: Value,
    expiresAt: number,
  ): Promise<LargeStored<Value> | undefined> {
    const written = await this.#writeChunks(key, value, expiresAt);
    const replaced = await this.#table.replace(current.manifest, written, { expiresAt });
    await this.#removeChunks(key, replaced === undefined ? written : current.manifest.value);
    return replaced === undefined ? undefined : { value, manifest: replaced };
  }

  /** Whatever is there. */
  async put(key: Key, value: Value, expiresAt: number): Promise<void> {
    for (;;) {
      if ((await this.create(key, value, expiresAt)) !== undefined) return;
      const found = await this.#table.get(this.#manifestItem, key);
      if (found === undefined) continue;
      if ((await this.replace(key, { value, manifest: found }, value, expiresAt)) !== undefined) return;
    }
  }

  async delete(key: Key): Promise<void> {
    const found = await this.#table.get(this.#manifestItem, key);
    if (found === undefined) return;
    await this.#table.delete(key);
    await this.#removeChunks(key, found.value);
  }

  #parse(text: string): Value {
    const { version, data } = JSON.parse(text) as { version: number; data: unknown };
    if (version !== this.#type.version) throw new Error(`No migration of ${this.#type.name} from version ${version}`);
    return this.#type.schema.parse(data);
  }

  async #text(key: Key, { inline, chunks }: Manifest): Promise<string | undefined> {
    if (chunks === undefined) return inflated(inline ?? '');
    const parts = await Promise.all(
      Array.from({ length: chunks.count }, (_, index) =>
        this.#table.get(this.#chunkItem, chunkKey(key, chunks.name, index)),
      ),
    );
    if (parts.includes(undefined)) return undefined;
    return inflated(parts.map((part) => part?.value).join(''));
  }

  async #writeChunks(key: Key, value: Value, expiresAt: number): Promise<Manifest> {
    const text = deflated(JSON.stringify({ version: this.#type.version, data: value }));
    if (text.length <= chunkCharacters) return { inline: text };
    const name = randomUUID();
    const count = Math.ceil(text.length / chunkCharacters);
    await Promise.all(
      Array.from({ length: count }, (_, index) =>
        this.#table.create(
          this.#chunkItem,
          chunkKey(key, name, index),
          text.slice(index * chunkCharacters, (index + 1) * chunkCharacters),
          { expiresAt },
        ),
      ),
    );
    return { chunks: { name, count } };
  }

  async #removeChunks(key: Key, { chunks }: Manifest): Promise<void> {
    if (chunks === undefined) return;
    await Promise.all(
      Array.from({ length: chunks.count }, (_, index) => this.#table.delete(chunkKey(key, chunks.name, index))),
    );
  }
}

const chunkKey = ({ pk, sk }: Key, name: string, index: number): Key => ({
  pk: `${pk}#CHUNKS`,
  sk: `${sk}#${name}#${index}`,
});

const deflated = (text: string): string => deflateRawSync(text).toString('base64');
const inflated = (text: string): string => inflateRawSync(Buffer.from(text, 'base64')).toString();
