import type { UpkeepFigures, UpkeepOrder, UpkeepService } from '../../cache/upkeep-service.ts';
import type { ChangeOf } from '../../contracts/optimizations.ts';
import { DomainError } from '../../platform/errors.ts';
import { pause } from '../../platform/pause.ts';
import type { Applier, Held } from '../applier.ts';
import { valueOn } from '../sides.ts';
import { requireOwnNamespace } from './own-namespace.ts';

type UpkeepChange = ChangeOf<'cache-upkeep'>;

export interface UpkeepApplierOptions {
  /** Between two looks whether it is done (1000). */
  pollMs?: number;
  /** What takes longer is taken up by the next attempt (150,000): who does the work looks for it once a minute. */
  patienceMs?: number;
}

/**
 * Has work done on a cache by the function that stands beside its tiers, and waits for what that comes to. What is done cannot be undone,
 * and need not be: it takes away what nobody is served any more, and copies what stays where it is.
 */
export class CacheUpkeepApplier implements Applier<'cache-upkeep'> {
  readonly #upkeep: UpkeepService;
  readonly #options: Required<UpkeepApplierOptions>;

  constructor(upkeep: UpkeepService, options: UpkeepApplierOptions = {}) {
    this.#upkeep = upkeep;
    this.#options = { pollMs: 1_000, patienceMs: 150_000, ...options };
  }

  /** @throws DomainError forbidden */
  async read(project: string, change: UpkeepChange): Promise<Held> {
    const { namespace, work, dueMs } = orderOf(project, change);
    const figures = await this.#upkeep.done(namespace, work, dueMs);
    if (figures === undefined) return { value: valueOn('before', change) };
    return { value: valueOn('after', change), outcome: outcomes[work](figures) };
  }

  /** @throws DomainError forbidden; unavailable when it is not done in time */
  async write(project: string, change: UpkeepChange, value: Held['value']): Promise<Held> {
    const order = orderOf(project, change);
    if (value === valueOn('before', change)) {
      await this.#upkeep.withdraw(order);
      return this.read(project, change);
    }
    await this.#upkeep.ask(order);
    const endsAt = performance.now() + this.#options.patienceMs;
    for (;;) {
      const held = await this.read(project, change);
      if (held.value === value) return held;
      if (performance.now() > endsAt) {
        const detail = `The ${change.work} of the cache ${change.namespace} is not done yet.`;
        throw new DomainError('unavailable', detail, { retryAfterSeconds: 30 });
      }
      await pause(this.#options.pollMs);
    }
  }
}

/** @throws DomainError forbidden */
function orderOf(project: string, { namespace, work, topKeys, dueAt }: UpkeepChange): UpkeepOrder {
  requireOwnNamespace(project, namespace);
  return { namespace, work, topKeys, dueMs: Date.parse(dueAt) };
}

const bytesPerKb = 1_000;

const outcomes: Readonly<Record<UpkeepChange['work'], (figures: UpkeepFigures) => string>> = {
  maintenance: ({ expiredRemoved = 0, ghostsRemoved = 0, bytesFreed = 0 }) =>
    `Done: ${expiredRemoved} expired entries and ${ghostsRemoved} leftovers of the indices removed, some ${Math.round(bytesFreed / bytesPerKb)} kB freed`,
  warming: ({ keysStored = 0, keysThereBefore = 0, keysThere = 0 }) =>
    `Done: ${keysThere} of the ${keysStored} most read keys that are stored stand in Redis, ${Math.max(0, keysThere - keysThereBefore)} of them since now`,
};
