import { expect } from 'vitest';
import {
  type InvalidationRequest,
  type SharedTier,
  type SharedTierName,
  TierUnavailableError,
} from '../../lib/cache/library/shared-tier.ts';
import { asItIs, type Meddle } from './faulty-tier.ts';
import { stackedReference } from './stacked-reference.ts';
import { bornAt, decreed, textOf } from './tier-entries.ts';

/** The key that most tests are about. */
export const key = 'a';
export const killing = (...values: string[]): InvalidationRequest => ({ kind: 'keys', values, soft: false });
const refuse =
  (tier: SharedTierName): Meddle =>
  async () => {
    throw new TierUnavailableError(tier, 'it is down');
  };

/** A stack in the hands of a test, with what a process does to the one key. */
export function newStack(options: Parameters<typeof stackedReference>[0] = {}) {
  const stack = stackedReference(options);
  const { tier, clock, hands, mirror, asked } = stack;
  const of = (process: SharedTier) => ({
    set: async (home?: SharedTierName, text = 'old', its: string[] = []) => {
      const [result] = await process.set([{ key, entry: decreed(text, its, clock.nowMs), home }]);
      await process.settled?.();
      return result ?? expect.unreachable();
    },
    text: async (maxAgeMs = 0) => {
      const hit = (await process.read([key], { maxAgeMs })).entries[0];
      return hit && textOf(hit.entry);
    },
    load: async (home?: SharedTierName, text = 'loaded') => {
      const { sequence } = await process.read([key]);
      const lease = await process.lease(key, 1_000, home);
      if (lease === undefined) return expect.unreachable();
      return async () => {
        const entry = bornAt(sequence, [], text, clock.nowMs);
        const [outcome] = await process.write([{ key, entry, lease, home }]);
        await process.settled?.();
        return outcome;
      };
    },
  });
  return {
    ...stack,
    ...of(tier),
    of,
    /** What is asked of the stores meanwhile. */
    during: async (work: () => Promise<unknown>) => {
      asked.length = 0;
      await work();
      return [...asked];
    },
    mirrorDown: () => {
      hands.mirror = refuse('redis');
    },
    ownerDown: () => {
      hands.owner = refuse('dynamodb');
    },
    allUp: () => {
      hands.owner = asItIs;
      hands.mirror = asItIs;
      mirror.isLagging = false;
    },
  };
}
