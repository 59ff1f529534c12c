import { tickerOf } from './deadlines.ts';
import { GuardedMirror } from './guarded-mirror.ts';
import { GuardedOwner, GuardedTier } from './guarded-tier.ts';
import { CacheInputError } from './input-error.ts';
import type { SharedTier, SharedTierName } from './shared-tier.ts';
import { StackedTier } from './stacked-tier.ts';
import type { TierContext, TierSpec } from './tiers.ts';

function only<K extends TierSpec['kind']>(
  tiers: readonly TierSpec[],
  kind: K,
): Extract<TierSpec, { kind: K }> | undefined {
  const found = tiers.filter((tier): tier is Extract<TierSpec, { kind: K }> => tier.kind === kind);
  if (found.length > 1)
    throw new CacheInputError('invalid-policy', `A cache has at most one tier of the kind ${kind}.`);
  return found[0];
}

/**
 * All tiers below the memory as one, each guarded against being down.
 * @returns undefined when there is none
 */
export function openShared(tiers: readonly TierSpec[], context: TierContext): SharedTier | undefined {
  only(tiers, 'memory');
  const [redis, dynamodb, remote] = [only(tiers, 'redis'), only(tiers, 'dynamodb'), only(tiers, 'remote')];
  if (remote !== undefined) {
    if (redis === undefined && dynamodb === undefined) return remote.owner(context);
    throw new CacheInputError(
      'invalid-policy',
      'A remote tier has its own Redis and DynamoDB: give it none beside it.',
    );
  }
  const guard = (tier: SharedTierName, timeoutMs: number | undefined) => ({
    tier,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    now: context.clock.monotonic,
    ticker: tickerOf(context.clock),
    notify: context.notify,
  });
  if (dynamodb === undefined) {
    return redis && new GuardedTier(redis.owner(context), guard('redis', redis.timeoutMs));
  }
  const owner = new GuardedOwner(dynamodb.owner(context), guard('dynamodb', dynamodb.timeoutMs));
  if (redis === undefined) return owner;
  // A call may ask it twice, and the owner has all that it has: so it is waited for in vain once, not several times.
  const mirror = new GuardedMirror(redis.mirror(context), { ...guard('redis', redis.timeoutMs), failures: 1 });
  return new StackedTier({ owner, mirror, clock: context.clock });
}
