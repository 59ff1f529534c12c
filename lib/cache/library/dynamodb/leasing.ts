import { randomUUID } from 'node:crypto';
import type { CacheClock } from '../clock.ts';
import type { Lease } from '../shared-tier.ts';
import type { Layout } from './layout.ts';
import { IN_FLIGHT_MS, secondsOf } from './mark-item.ts';
import type { Table } from './table.ts';

/** Leases as attributes of the entry's own item, so that the write which carries one is one conditional write. */
export class Leasing {
  readonly #table: Table;
  readonly #layout: Layout;
  readonly #clock: CacheClock;

  constructor(table: Table, layout: Layout, clock: CacheClock) {
    this.#table = table;
    this.#layout = layout;
    this.#clock = clock;
  }

  async lease(key: string, ttlMs: number): Promise<Lease | undefined> {
    const token = randomUUID();
    const now = this.#clock.now();
    const until = now + ttlMs;
    const place = this.#layout.entry(key);
    const leased = await this.#table.update(place, {
      change: 'SET lt = :token, lu = :until, expiresAt = if_not_exists(expiresAt, :end)',
      condition: 'attribute_not_exists(lt) OR lu <= :now',
      values: { token, until, now, end: secondsOf(until + IN_FLIGHT_MS) },
    });
    return leased === undefined ? undefined : { token };
  }

  async renew(key: string, { token }: Lease, ttlMs: number): Promise<boolean> {
    const now = this.#clock.now();
    const renewed = await this.#table.update(this.#layout.entry(key), {
      change: 'SET lu = :until',
      condition: 'lt = :token AND lu > :now',
      values: { token, until: now + ttlMs, now },
    });
    return renewed !== undefined;
  }

  async release(key: string, { token }: Lease): Promise<void> {
    await this.#table.update(this.#layout.entry(key), {
      change: 'REMOVE lt, lu',
      condition: 'lt = :token',
      values: { token },
    });
  }
}
