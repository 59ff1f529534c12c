import type { Open, OpenNamespace } from './open-namespace.ts';
import type { KnownPolicy } from './policies.ts';

export interface NamespacesOptions {
  open: Open;
  /** What all namespaces together may take of the memory. */
  memoryMb: number;
  /** So many are open at once; the least recently used is closed for another. */
  maxOpen?: number;
}

interface Held extends OpenNamespace {
  revision: number;
  users: number;
  /** No longer for others: it closes with its last user. */
  isRetired: boolean;
}

/**
 * The namespaces that this process has open. Invariants: each is open once, by its newest policy known; all together hold no more
 * in memory than they may once a call has ended, because each is trimmed to an equal share.
 */
export class Namespaces {
  /** In the order of use, the least recent first. */
  readonly #held = new Map<string, Held>();
  readonly #open: Open;
  readonly #memoryBytes: number;
  readonly #maxOpen: number;

  constructor({ open, memoryMb, maxOpen = 64 }: NamespacesOptions) {
    this.#open = open;
    this.#memoryBytes = memoryMb * 1_048_576;
    this.#maxOpen = maxOpen;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Resolves when the work has ended, and what it left in the background too: a function is frozen once it has answered. */
  async use<Result>(
    namespace: string,
    policy: KnownPolicy,
    work: (opened: OpenNamespace) => Promise<Result>,
  ): Promise<Result> {
    const closing: Promise<void>[] = [];
    const held = this.#take(namespace, policy, closing);
    held.users++;
    try {
      return await work(held);
    } finally {
      await held.cache.settled();
      held.users--;
      held.cache.trim(this.#shareBytes());
      if (held.isRetired && held.users === 0) closing.push(held.cache.close());
      await Promise.all(closing);
    }
  }

  async close(): Promise<void> {
    const all = [...this.#held.values()];
    this.#held.clear();
    await Promise.all(all.map(({ cache }) => cache.close()));
  }

  /** @param closing takes what has to be awaited before the call ends */
  #take(namespace: string, { policy, revision }: KnownPolicy, closing: Promise<void>[]): Held {
    const known = this.#held.get(namespace);
    this.#held.delete(namespace);
    if (known !== undefined && known.revision === revision) {
      this.#held.set(namespace, known);
      return known;
    }
    if (known !== undefined) retire(known, closing);
    for (const [name, oldest] of this.#held) {
      if (this.#held.size < this.#maxOpen) break;
      this.#held.delete(name);
      retire(oldest, closing);
    }
    const held: Held = { ...this.#open(namespace, policy), revision, users: 0, isRetired: false };
    this.#held.set(namespace, held);
    for (const { cache } of this.#held.values()) cache.trim(this.#shareBytes());
    return held;
  }

  #shareBytes(): number {
    return this.#memoryBytes / Math.max(1, this.#held.size);
  }
}

function retire(held: Held, closing: Promise<void>[]): void {
  held.isRetired = true;
  if (held.users === 0) closing.push(held.cache.close());
}
