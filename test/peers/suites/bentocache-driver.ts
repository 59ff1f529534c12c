import { BaseDriver } from 'bentocache/drivers/base_driver';
import type { DriverCommonOptions, L2CacheDriver } from 'bentocache/types';
import { MAX_TTL_SECONDS } from '../../../lib/cache/library/limits.ts';
import type { OpenedCache } from '../../support/cache-over-tiers.ts';

export interface HeadroomDriverOptions extends DriverCommonOptions {
  opened: OpenedCache<string>;
}

/** A second layer for bentocache that is one of our caches. A namespace of it is what begins with the same words. */
export class HeadroomDriver extends BaseDriver implements L2CacheDriver {
  readonly type = 'l2';
  readonly #opened: OpenedCache<string>;

  constructor(options: HeadroomDriverOptions) {
    super(options);
    this.#opened = options.opened;
  }

  namespace(namespace: string): HeadroomDriver {
    return new HeadroomDriver({ opened: this.#opened, prefix: this.createNamespacePrefix(namespace) });
  }

  get(key: string): Promise<string | undefined> {
    return this.#opened.cache.get(this.getItemKey(key));
  }

  async pull(key: string): Promise<string | undefined> {
    const value = await this.get(key);
    await this.delete(key);
    return value;
  }

  /** @param ttl in milliseconds; for ever, which is ten years, when left out */
  async set(key: string, value: string, ttl?: number): Promise<boolean> {
    const ttlSeconds = ttl === undefined ? MAX_TTL_SECONDS : ttl / 1_000;
    await this.#opened.cache.set(this.getItemKey(key), value, { ttlSeconds });
    return true;
  }

  async clear(): Promise<void> {
    if (this.prefix === '') await this.#opened.cache.clear();
    else await this.#opened.cache.invalidate({ pattern: `${this.prefix.replace(/[*?\\]/g, '\\$&')}:*` });
  }

  delete(key: string): Promise<boolean> {
    return this.#opened.cache.delete(this.getItemKey(key));
  }

  async deleteMany(keys: string[]): Promise<boolean> {
    if (keys.length > 0) await this.#opened.cache.invalidate({ keys: keys.map((key) => this.getItemKey(key)) });
    return true;
  }

  disconnect(): Promise<void> {
    return this.#opened.close();
  }
}
