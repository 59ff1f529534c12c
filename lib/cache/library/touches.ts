import type { Held } from './held.ts';
import type { CacheParts } from './parts.ts';
import { TierUnavailableError } from './shared-tier.ts';
import type { Lifetime } from './ttl.ts';

/** Of its TTL so much of an entry's time must be over before it begins anew: a key that is read all the time is not written all the time. */
const WORTH_A_WRITE = 0.01;

/** Lets an entry's time begin anew when it is read. */
export class Touches<V> {
  readonly #parts: CacheParts<V>;

  constructor(parts: CacheParts<V>) {
    this.#parts = parts;
  }

  /** @returns the value with its new times, or as it was when they did not change, or could not be */
  async touch(key: string, held: Held<V>): Promise<Held<V>> {
    const { shared, memory } = this.#parts;
    const lifetime = this.#anew(held);
    if (lifetime === undefined || held.isStale) return held;
    if (shared !== undefined && !held.isHome && !(await this.#below(key, held, lifetime))) return held;
    const touched = held.renewed(lifetime);
    memory?.put(key, touched);
    return touched;
  }

  #anew(held: Held<V>): Lifetime | undefined {
    const head = held.head();
    const ttlMs = head.ttlMs ?? head.freshUntil - head.createdAt;
    const freshUntil = this.#parts.clock.now() + ttlMs;
    const gainedMs = freshUntil - head.freshUntil;
    if (gainedMs < ttlMs * WORTH_A_WRITE) return undefined;
    return {
      createdAt: head.createdAt,
      freshUntil,
      revalidateUntil: head.revalidateUntil + gainedMs,
      expiresAt: head.expiresAt + gainedMs,
      ttlMs,
    };
  }

  async #below(key: string, held: Held<V>, lifetime: Lifetime): Promise<boolean> {
    try {
      return (await this.#parts.shared?.touch(key, held.head(), lifetime)) ?? false;
    } catch (error) {
      if (error instanceof TierUnavailableError) return false;
      throw error;
    }
  }
}
