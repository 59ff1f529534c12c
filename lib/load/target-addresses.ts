import type { ProjectService } from '../projects/service.ts';
import type { RunTarget } from './model.ts';
import { reachableAddresses } from './reachable.ts';

/** A name may move: it is asked again this often, and every address that it then has is checked. */
const resolveEveryMs = 60_000;

/**
 * Where the connections of a test go: each to one of the target's addresses as they were last looked up and checked, in
 * turn. So a name that comes to mean something else leads nowhere that it was not allowed to.
 */
export class TargetAddresses {
  readonly #target: RunTarget;
  readonly #projects: Pick<ProjectService, 'requireAddresses'>;
  /** At first, as the test was planned: no longer ago than it takes to gather the workers. */
  #addresses: readonly string[];
  #next: number;
  #resolvedAtMs = 0;

  /** @param first which of the addresses comes first: workers that begin with different ones share them evenly */
  constructor(target: RunTarget, projects: Pick<ProjectService, 'requireAddresses'>, first: number) {
    this.#target = target;
    this.#projects = projects;
    this.#addresses = target.addresses;
    this.#next = first;
  }

  /** @throws DomainError target-not-allowed where the name now has an address that must not be a target */
  async refresh(now: number): Promise<void> {
    if (now - this.#resolvedAtMs < resolveEveryMs) return;
    const addresses = await this.#projects.requireAddresses(this.#target);
    this.#addresses = await reachableAddresses({ addresses, port: this.#target.port });
    this.#resolvedAtMs = now;
  }

  get all(): readonly string[] {
    return this.#addresses;
  }

  next(): string | undefined {
    return this.#addresses[this.#next++ % this.#addresses.length];
  }
}
