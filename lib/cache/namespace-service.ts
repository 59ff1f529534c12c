import { projectOfNamespace } from '../contracts/cache.ts';
import { type CachePolicy, cachePolicy } from '../contracts/cache-policy.ts';
import type { CacheStats } from '../contracts/cache-stats.ts';
import { DomainError } from '../platform/errors.ts';
import type { Parts } from '../platform/parts.ts';
import { pause as realPause } from '../platform/pause.ts';
import type { Stored } from '../platform/table/item.ts';
import { keys } from '../platform/table/keys.ts';
import { namespaceItem, policyItem, reportItem, type StoredPolicy } from './model.ts';
import { movesTiers } from './moved-tiers.ts';
import { policyMaxAgeMs } from './policies.ts';

/** A policy, and how often it was changed: 0, never. */
export interface HeldPolicy {
  policy: CachePolicy;
  revision: number;
}

/** Namespaces as they are known outside of the functions that serve them: their policies, and what those functions counted. */
export class NamespaceService {
  readonly #table: Parts['table'];
  readonly #pause: (ms: number) => Promise<void>;

  constructor({ table }: Pick<Parts, 'table'>, { pause = realPause }: { pause?: (ms: number) => Promise<void> } = {}) {
    this.#table = table;
    this.#pause = pause;
  }

  /** Those of a project that something was stored in lately. */
  async ofProject(project: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { value } of this.#table.all(namespaceItem, keys.cacheNamespaces())) {
      if (projectOfNamespace(value.namespace) === project) names.push(value.namespace);
    }
    return names;
  }

  /**
   * Has what expired removed from a project's namespaces with the next tick, whenever they were swept last. One that is being swept is
   * left at it.
   * @param now epoch milliseconds @returns how many namespaces there are
   */
  async sweepSoon(project: string, now: number): Promise<number> {
    let count = 0;
    for await (const found of this.#table.all(namespaceItem, keys.cacheNamespaces())) {
      const { namespace, leaseUntilMs = 0 } = found.value;
      if (projectOfNamespace(namespace) !== project) continue;
      count += 1;
      if (leaseUntilMs <= now) await this.#table.replace(found, { namespace });
    }
    return count;
  }

  async policy(namespace: string): Promise<HeldPolicy> {
    const stored = await this.#read(namespace);
    return { policy: chosen(stored), revision: stored?.revision ?? 0 };
  }

  /**
   * In force everywhere when it resolves.
   * @param change says what becomes of the policy that is there
   * @throws DomainError forbidden where it moves the namespace between tiers, which must be cleared for it by who can reach them; conflict
   */
  async change(namespace: string, change: (held: HeldPolicy) => CachePolicy): Promise<HeldPolicy> {
    const stored = await this.#read(namespace);
    const before = chosen(stored);
    const policy = change({ policy: before, revision: stored?.revision ?? 0 });
    if (movesTiers(before, policy)) {
      throw new DomainError(
        'forbidden',
        `${namespace} would have other shared tiers than before: PUT /v1/cache/${namespace}/policy does that, and clears them.`,
      );
    }
    const key = keys.cachePolicy(namespace);
    const isMoving = stored?.value.isMoving;
    const value: StoredPolicy = { ...policy, ...(isMoving === undefined ? {} : { isMoving }) };
    const written =
      stored === undefined
        ? await this.#table.create(policyItem, key, value)
        : await this.#table.replace(stored, value);
    if (written === undefined) {
      throw new DomainError('conflict', `The policy of ${namespace} was changed by someone else at the same time.`);
    }
    await this.#pause(policyMaxAgeMs);
    return { policy, revision: written.revision };
  }

  /** Of each process that served the namespace within the last two hours, since its start. */
  async reports(namespace: string): Promise<CacheStats[]> {
    const told: CacheStats[] = [];
    for await (const { value } of this.#table.all(reportItem, keys.cacheReports(namespace))) told.push(value.stats);
    return told;
  }

  #read(namespace: string): Promise<Stored<StoredPolicy> | undefined> {
    return this.#table.get(policyItem, keys.cachePolicy(namespace));
  }
}

function chosen(stored: Stored<StoredPolicy> | undefined): CachePolicy {
  if (stored === undefined) return cachePolicy.parse({});
  const { isMoving: _, ...policy } = stored.value;
  return policy;
}
