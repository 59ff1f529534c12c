import { type CachePolicy, cachePolicy } from '../contracts/cache-policy.ts';
import { DomainError } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { policyItem, type StoredPolicy } from './model.ts';
import { movesTiers } from './moved-tiers.ts';

/** The stated bound on a change of policy: so long may a process go on by the one before it. */
export const policyMaxAgeMs = 5_000;
const maxKnown = 1_000;

const defaults = (): CachePolicy => cachePolicy.parse({});

const chosen = ({ isMoving: _, ...policy }: StoredPolicy): CachePolicy => policy;

export interface KnownPolicy {
  policy: CachePolicy;
  /** 0: none was chosen, and the defaults hold. */
  revision: number;
}

/** How each namespace caches, as it was chosen or by default. What is known is good for 5 s, and for longer while the table is down. */
export class CachePolicies {
  readonly #parts: Pick<Parts, 'table' | 'clock' | 'log'>;
  readonly #known = new Map<string, KnownPolicy & { until: number }>();

  constructor(parts: Pick<Parts, 'table' | 'clock' | 'log'>) {
    this.#parts = parts;
  }

  async get(namespace: string): Promise<KnownPolicy> {
    const { table, clock, log } = this.#parts;
    const known = this.#known.get(namespace);
    if (known !== undefined && clock() < known.until) return known;
    try {
      const stored = await table.get(policyItem, keys.cachePolicy(namespace));
      return this.#learn(namespace, stored === undefined ? defaults() : chosen(stored.value), stored?.revision ?? 0);
    } catch (error) {
      if (known === undefined) throw error;
      log.warn('The policy of a cache could not be read; the last one known holds', { namespace, error });
      return this.#learn(namespace, known.policy, known.revision);
    }
  }

  /**
   * @returns what `settle` is to be given once the tiers are cleared, when they are others than before, or a change before this one has not
   *   come so far. @throws DomainError conflict
   */
  async put(namespace: string, policy: CachePolicy): Promise<Stored<StoredPolicy> | undefined> {
    const { table } = this.#parts;
    const key = keys.cachePolicy(namespace);
    const current = await table.get(policyItem, key);
    const isMoving = current?.value.isMoving === true || movesTiers(current?.value ?? defaults(), policy);
    const value: StoredPolicy = { ...policy, ...(isMoving ? { isMoving } : {}) };
    const written =
      current === undefined ? await table.create(policyItem, key, value) : await table.replace(current, value);
    if (written === undefined) {
      throw new DomainError(
        'conflict',
        `The policy of ${namespace} was changed by someone else at the same time. Look at it, and try again.`,
      );
    }
    this.#learn(namespace, policy, written.revision);
    return isMoving ? written : undefined;
  }

  /** Where somebody has chosen another meanwhile, it is theirs to settle. */
  async settle(namespace: string, moving: Stored<StoredPolicy>): Promise<void> {
    const policy = chosen(moving.value);
    const settled = await this.#parts.table.replace(moving, policy);
    if (settled !== undefined) this.#learn(namespace, policy, settled.revision);
  }

  #learn(namespace: string, policy: CachePolicy, revision: number): KnownPolicy {
    this.#known.delete(namespace);
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < maxKnown) break;
      this.#known.delete(oldest);
    }
    const known = { policy, revision, until: this.#parts.clock() + policyMaxAgeMs };
    this.#known.set(namespace, known);
    return known;
  }
}
