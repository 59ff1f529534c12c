import type { CacheInvalidation, CacheInvalidationTask } from '../contracts/cache.ts';
import type { CachePolicy } from '../contracts/cache-policy.ts';
import { functionDefinition } from '../contracts/functions.ts';
import type { Parts } from '../platform/parts.ts';
import { pause as realPause } from '../platform/pause.ts';
import { deploymentTiers } from './deployment-tiers.ts';
import type { InvalidationResult } from './library/cache.ts';
import { Namespaces } from './namespaces.ts';
import { type Open, type OpenNamespace, opener } from './open-namespace.ts';
import { CachePolicies, policyMaxAgeMs } from './policies.ts';
import { NamespaceRegistry } from './registry.ts';
import { NamespaceReports } from './reports.ts';
import { Rests } from './rests.ts';

export type CacheServiceParts = Pick<Parts, 'table' | 'clock' | 'ids' | 'log' | 'meter' | 'configuration'>;

/** Of a function's memory; the rest is for requests on their way, twice in base64. */
const cachedShare = 0.4;

export interface CacheServiceOptions {
  open?: Open;
  pause?: (ms: number) => Promise<void>;
}

/** The namespaces of a deployment, as this process serves them. */
export class CacheService {
  readonly #parts: CacheServiceParts;
  readonly #policies: CachePolicies;
  readonly #namespaces: Namespaces;
  readonly #registry: NamespaceRegistry;
  readonly #reports: NamespaceReports;
  readonly rests: Rests;
  readonly #pause: (ms: number) => Promise<void>;
  readonly #closeTiers: () => Promise<void>;

  /** @param options.open how namespaces are opened; over the deployment's tiers when left out */
  constructor(parts: CacheServiceParts, { open, pause = realPause }: CacheServiceOptions = {}) {
    const { configuration, log } = parts;
    const memoryMb = functionDefinition(configuration.functionName).memoryMb * cachedShare;
    const deployed = open === undefined ? deploymentTiers(configuration) : undefined;
    this.#parts = parts;
    this.#pause = pause;
    this.#policies = new CachePolicies(parts);
    this.#registry = new NamespaceRegistry(parts);
    this.#reports = new NamespaceReports(parts);
    this.rests = new Rests(parts);
    this.#namespaces = new Namespaces({
      memoryMb,
      open: open ?? opener({ tiers: deployed?.tiers ?? [], memoryMb, log }),
    });
    this.#closeTiers = async () => deployed?.close();
  }

  /**
   * Works on a namespace, and tells the metrics what that came to.
   * @param how.stores something may be stored, which maintenance is to look after
   */
  async within<Result>(
    namespace: string,
    work: (opened: OpenNamespace) => Promise<Result>,
    how: { stores?: boolean } = {},
  ): Promise<Result> {
    const policy = await this.#policies.get(namespace);
    if (how.stores === true) await this.#registry.enter(namespace);
    return this.#namespaces.use(namespace, policy, async (opened) => {
      try {
        return await work(opened);
      } finally {
        const breakers = Object.values(opened.shared?.health?.() ?? {});
        opened.tally.tell(
          this.#parts.meter,
          breakers.some(({ breaker }) => breaker !== 'closed'),
        );
        await this.#reports.tell(namespace, opened.cache);
      }
    });
  }

  async policy(namespace: string): Promise<CachePolicy> {
    return (await this.#policies.get(namespace)).policy;
  }

  /**
   * In force here at once, and everywhere within 5 s. Where it names other shared tiers than before, another one gives out the sequence, which has
   * not heard of what was invalidated meanwhile: all is cleared there, and again when nobody goes by the policy before any longer. When that
   * fails, the next change of the policy does it.
   * @throws DomainError conflict, TierUnavailableError
   */
  async putPolicy(namespace: string, policy: CachePolicy): Promise<CachePolicy> {
    const moving = await this.#policies.put(namespace, policy);
    if (moving === undefined) return policy;
    const clear = () => this.within(namespace, ({ cache }) => cache.clear());
    await clear();
    await this.#pause(policyMaxAgeMs);
    await clear();
    await this.#policies.settle(namespace, moving);
    return policy;
  }

  /** What is left to remove is kept for maintenance. */
  async settle(namespace: string, { rest, epoch: _, ...told }: InvalidationResult): Promise<CacheInvalidation> {
    const taskId = rest && (await this.rests.keep(namespace, rest, told.invalidated));
    const { pending, ...counted } = told;
    return {
      ...counted,
      ...(pending === undefined ? {} : { pending: [...pending] }),
      ...(taskId === undefined ? {} : { taskId }),
    };
  }

  invalidation(namespace: string, taskId: string): Promise<CacheInvalidationTask> {
    return this.rests.show(namespace, taskId);
  }

  async close(): Promise<void> {
    await this.#namespaces.close();
    await this.#closeTiers();
  }
}
