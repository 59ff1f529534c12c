import type { CachePolicy } from '../contracts/cache-policy.ts';

/** The shared tiers that the policy lets a namespace have, by name. */
const sharedTiersOf = ({ strategy, tiers }: Pick<CachePolicy, 'strategy' | 'tiers'>): string =>
  strategy === 'memory'
    ? ''
    : tiers
        .filter((tier) => tier !== 'memory')
        .toSorted()
        .join();

/** Whether a namespace has other shared tiers by the one than by the other: what those hold from former times must be cleared then. */
export const movesTiers = (
  before: Pick<CachePolicy, 'strategy' | 'tiers'>,
  after: Pick<CachePolicy, 'strategy' | 'tiers'>,
): boolean => sharedTiersOf(before) !== sharedTiersOf(after);
