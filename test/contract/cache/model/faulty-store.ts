import type { SharedTierName } from '../../../../lib/cache/library/shared-tier.ts';
import type { StepScheduler } from './step-scheduler.ts';
import type { Actor, Work } from './virtual-time.ts';

/** What can be wrong with a store that processes share, whatever it is. */
export class StoreHealth {
  isDown = false;
  /** So many of the next calls are refused, as DynamoDB does when it is throttled. */
  throttled = 0;
  /** Whenever it goes down, the answers that were on their way are lost. */
  outages = 0;
  readonly tier: SharedTierName;

  constructor(tier: SharedTierName) {
    this.tier = tier;
  }

  goDown(): void {
    this.isDown = true;
    this.outages++;
  }

  recover(): void {
    this.isDown = false;
    this.throttled = 0;
  }
}

/**
 * A store as one process sees it: request and answer are steps of their own. So a call may be late (its deadline passes before it is
 * let go), and one that failed may have had its effect, or have it later.
 */
export function asSeenBy<T extends object>(
  store: T,
  health: StoreHealth,
  steps: StepScheduler,
  process: Actor,
  work?: Work,
): T {
  const ask = async (call: () => unknown): Promise<unknown> => {
    const { outages } = health;
    await steps.reached(process, true);
    const failure = failureOf(health);
    let answer: unknown;
    let error: Error | undefined = failure;
    if (failure === undefined) {
      try {
        const asked = Promise.resolve(call());
        answer = await (work === undefined ? asked : work.during(asked));
      } catch (thrown) {
        error = thrown instanceof Error ? thrown : new Error(String(thrown));
      }
    }
    await steps.reached(process);
    if (error !== undefined) throw error;
    if (health.outages !== outages) throw new Error('The connection was closed.');
    return answer;
  };
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (immediate.has(name)) return member.bind(target);
      return (...args: unknown[]) => ask(() => member.apply(target, args));
    },
  });
}

/** Answered by the process itself. */
const immediate: ReadonlySet<string | symbol> = new Set(['cost', 'settled']);

function failureOf(health: StoreHealth): Error | undefined {
  if (health.isDown) return new Error('The connection is refused.');
  if (health.throttled === 0) return undefined;
  health.throttled--;
  return new Error('The rate of requests is too high.');
}
