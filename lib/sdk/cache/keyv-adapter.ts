import { EventEmitter } from 'node:events';
import type { Cache, SetItem } from '../../cache/library/cache.ts';

export interface KeyvItem {
  key: string;
  value: unknown;
  /** Milliseconds. */
  ttl?: number | undefined;
}

const escaped = (text: string): string => text.replace(/[*?\\]/g, '\\$&');

/**
 * A store for Keyv (5 and later) over a cache: `new Keyv({ store: new HeadroomKeyv(cache) })`. Keys lie in the cache under Keyv's
 * namespace, `namespace:key`. What is set without a TTL has the one of the cache's policy, and like everything in a cache it
 * may be gone before. There is no iterator: a cache does not list its keys. Calls reject with the cache's errors, which Keyv
 * reports by its event `error`.
 */
export class HeadroomKeyv extends EventEmitter {
  /** Keyv, and those who use it, keep their settings here. */
  readonly opts: Record<string, unknown> & { dialect: string; url: string } = { dialect: 'headroom', url: '' };
  /** Set by Keyv. */
  namespace: string | undefined;
  readonly #cache: Cache<unknown>;

  constructor(cache: Cache<unknown>) {
    super();
    this.#cache = cache;
  }

  async get<Value>(key: string): Promise<Value | undefined> {
    // What lies there is what Keyv has stored.
    return (await this.#cache.get(this.#keyOf(key))) as Value | undefined;
  }

  async getMany<Value>(keys: readonly string[]): Promise<(Value | undefined)[]> {
    const values = await this.#cache.getMany(keys.map((key) => this.#keyOf(key)));
    return keys.map((key) => values.get(this.#keyOf(key)) as Value | undefined);
  }

  /** @param ttl milliseconds; what lies in the past removes the key */
  async set(key: string, value: unknown, ttl?: number): Promise<boolean> {
    await this.setMany([{ key, value, ttl }]);
    return true;
  }

  async setMany(items: readonly KeyvItem[]): Promise<boolean[]> {
    const expired = items.filter(({ ttl }) => ttl !== undefined && ttl <= 0);
    const living = items.filter((item) => !expired.includes(item));
    if (expired.length > 0) await this.deleteMany(expired.map(({ key }) => key));
    const entries = living.map(
      ({ key, value, ttl }): SetItem<unknown> => ({
        key: this.#keyOf(key),
        value,
        ...(ttl !== undefined && { ttlSeconds: Math.max(1, ttl) / 1_000 }),
      }),
    );
    if (entries.length > 0) await this.#cache.setMany(entries);
    return items.map(() => true);
  }

  /** @returns whether there was one */
  async delete(key: string): Promise<boolean> {
    return this.#cache.delete(this.#keyOf(key));
  }

  /** @returns whether there was any */
  async deleteMany(keys: readonly string[]): Promise<boolean> {
    if (keys.length === 0) return false;
    const { invalidated } = await this.#cache.invalidate({ keys: keys.map((key) => this.#keyOf(key)) });
    return invalidated > 0;
  }

  async has(key: string): Promise<boolean> {
    return (await this.#cache.lookup(this.#keyOf(key))) !== undefined;
  }

  async hasMany(keys: readonly string[]): Promise<boolean[]> {
    const found = await this.#cache.getMany(keys.map((key) => this.#keyOf(key)));
    return keys.map((key) => found.has(this.#keyOf(key)));
  }

  /** Of Keyv's namespace; without one, all that the cache holds. */
  async clear(): Promise<void> {
    if (this.namespace === undefined) await this.#cache.clear();
    else await this.#cache.invalidate({ pattern: `${escaped(this.namespace)}:*` });
  }

  /** The cache stays open: it was given. */
  async disconnect(): Promise<void> {
    await this.#cache.settled();
  }

  /** Keyv 5 writes its namespace before the key itself, unless it is told not to. */
  #keyOf(key: string): string {
    const { namespace } = this;
    return namespace === undefined || key.startsWith(`${namespace}:`) ? key : `${namespace}:${key}`;
  }
}
