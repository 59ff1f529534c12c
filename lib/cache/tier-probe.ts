import type { PartStatus } from '../contracts/status.ts';
import type { Configuration } from '../platform/configuration.ts';
import type { Log } from '../platform/log.ts';
import { deploymentTiers } from './deployment-tiers.ts';
import { systemClock } from './library/clock.ts';
import { openShared } from './library/open-shared.ts';
import type { SharedTier, SharedTierName } from './library/shared-tier.ts';

/** No project's: names of projects have no dot before their end. */
const namespace = 'headroom.probe';
const ttlMs = 5_000;

const names: Record<SharedTierName, string> = { redis: 'redis', dynamodb: 'cache-table' };

/** Asks each shared tier of the caches by itself, with a write that leaves nothing. For a function that stands where they do. */
export class TierProbe {
  readonly #tiers: { kind: SharedTierName; shared: SharedTier }[];
  readonly #log: Log;

  constructor({ configuration, log }: { configuration: Configuration; log: Log }) {
    this.#log = log;
    this.#tiers = deploymentTiers(configuration).tiers.flatMap((tier) => {
      const shared = openShared([tier], { namespace, clock: systemClock, notify: () => {} });
      if (shared === undefined || (tier.kind !== 'redis' && tier.kind !== 'dynamodb')) return [];
      return [{ kind: tier.kind, shared }];
    });
  }

  ask(): Promise<PartStatus[]> {
    return Promise.all(this.#tiers.map((tier) => this.#ask(tier)));
  }

  async #ask({ kind, shared }: { kind: SharedTierName; shared: SharedTier }): Promise<PartStatus> {
    const started = performance.now();
    const about = () => {
      const breaker = shared.health?.()[kind]?.breaker;
      const latencyMs = Math.round((performance.now() - started) * 100) / 100;
      return { name: names[kind], latencyMs, ...(breaker === undefined ? {} : { breaker }) };
    };
    try {
      const lease = await shared.lease('probe', ttlMs);
      // Undefined: another process asks at the same moment, and was answered.
      if (lease !== undefined) await shared.release('probe', lease);
      return { ...about(), state: 'up' };
    } catch (error) {
      this.#log.error('A tier of the caches does not answer', { tier: kind, error });
      return { ...about(), state: 'down', detail: 'It does not answer; the log says why.' };
    }
  }
}
