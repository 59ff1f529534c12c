import type { Parts } from '../platform/parts.ts';
import { keys } from '../platform/table/keys.ts';
import { namespaceItem, namespaceRetentionMs } from './model.ts';

/** After so long a namespace is entered again: maintenance may have found it empty and struck it out. */
const enterEveryMs = 10 * 60 * 1000;
const maxEntered = 10_000;

/** Which namespaces something was stored in, so that maintenance finds them. */
export class NamespaceRegistry {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'log'>;
  readonly #entered = new Map<string, number>();

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'log'>) {
    this.#parts = parts;
  }

  /** Maintenance is no condition of storing: where the table does not answer, a later call enters it. */
  async enter(namespace: string): Promise<void> {
    const { table, clock, log } = this.#parts;
    const now = clock();
    if (now - (this.#entered.get(namespace) ?? Number.NEGATIVE_INFINITY) < enterEveryMs) return;
    try {
      const expiresAt = now + namespaceRetentionMs;
      await table.create(namespaceItem, keys.cacheNamespace(namespace), { namespace }, { expiresAt });
      if (this.#entered.size >= maxEntered) this.#entered.clear();
      this.#entered.set(namespace, now);
    } catch (error) {
      log.warn('A namespace could not be entered for maintenance', { namespace, error });
    }
  }
}
