import { BaseDriver } from 'bentocache/drivers/base_driver';
import type { DriverCommonOptions, L2CacheDriver } from 'bentocache/types';
import type { Cache } from '../../../lib/cache/library/cache.ts';
import { maxTtlSeconds } from '../../../lib/contracts/cache-policy.ts';
import type { OpenedCache } from '../../support/cache-over-tiers.ts';

export interface HeadroomDriverOptions extends DriverCommonOptions {
  /** Drivers are made at once, caches when they are connected. */
  opening: Promise<OpenedCache<string>>;
}

/** A second layer for bentocache that is one of our caches. A namespace of it is what begins with the same words. */
export class HeadroomDriver extends BaseDriver implements L2CacheDriver {
  readonly type = 'l2';
  readonly #opening: Promise<OpenedCache<string>>;

  constructor(options: HeadroomDriverOptions) {
    super(options);
    this.#opening = options.opening;
  }

  namespace(namespace: string): HeadroomDriver {
    return new HeadroomDriver({ opening: this.#opening, prefix: this.createNamespacePrefix(namespace) });
  }

  async get(key: string): Promise<string | undefined> {
    return (await this.#cache()).get(this.getItemKey(key));
  }

  async pull(key: string): Promise<string | undefined> {
    const value = await this.get(key);
    await this.delete(key);
    return value;
  }

  /** @param ttl in milliseconds; for ever, which is ten years, when left out */
  async set(key: string, value: string, ttl?: number): Promise<boolean> {
    const ttlSeconds = ttl === undefined ? maxTtlSeconds : ttl / 1_000;
    await (await this.#cache()).set(this.getItemKey(key), value, { ttlSeconds });
    return true;
  }

  async clear(): Promise<void> {
    if (this.prefix === '') await (await this.#cache()).clear();
    else await (await this.#cache()).invalidate({ pattern: `${this.prefix.replace(/[*?\\]/g, '\\$&')}:*` });
  }

  async delete(key: string): Promise<boolean> {
    return (await this.#cache()).delete(this.getItemKey(key));
  }

  async deleteMany(keys: string[]): Promise<boolean> {
    if (keys.length > 0) await (await this.#cache()).invalidate({ keys: keys.map((key) => this.getItemKey(key)) });
    return true;
  }

  async disconnect(): Promise<void> {
    await (await this.#opening).close();
  }

  async #cache(): Promise<Cache<string>> {
    return (await this.#opening).cache;
  }
}
