import type { CachePolicy, CacheTierChoice } from '../../contracts/cache-policy.ts';

/** Where an entry's home is to be, by what was asked for or by the policy. A tier that is not there falls to the next lower one. */
export function homeOf(
  asked: CacheTierChoice | undefined,
  { strategy }: Pick<CachePolicy, 'strategy'>,
): CacheTierChoice {
  if (asked !== undefined && asked !== 'auto') return asked;
  if (strategy === 'memory') return 'memory';
  return strategy === 'durable' ? 'dynamodb' : 'auto';
}

/** Of the shared tiers; undefined where they decide. */
export const sharedHomeOf = (home: CacheTierChoice): { home?: 'redis' | 'dynamodb' } =>
  home === 'redis' || home === 'dynamodb' ? { home } : {};
