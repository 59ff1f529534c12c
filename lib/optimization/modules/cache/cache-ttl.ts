import { namespaceModule } from './namespaces.ts';

const goodHitRatePercent = 90;
/** A miss for each key there is, and for each that was given up, would be had with any TTL. */
const minReloads = 3;
const maxTtlSeconds = 86_400;

/**
 * Longer TTLs, where the same keys are loaded again and again: each key is missed once when it is new and once after it was evicted; what
 * is missed beyond that had expired.
 */
export const cacheTtl = namespaceModule('cache-ttl', ({ namespace, policy, figures }) => {
  const { misses, entries, evictions, hitRatePercent } = figures;
  const unavoidable = Math.max(1, entries + evictions);
  const isLong = policy.defaultTtlSeconds * 2 > maxTtlSeconds;
  if (hitRatePercent >= goodHitRatePercent || misses < minReloads * unavoidable || entries === 0 || isLong)
    return undefined;
  const ttlRules = policy.ttlRules.map((rule) => ({
    ...rule,
    ttlSeconds: Math.min(maxTtlSeconds, rule.ttlSeconds * 2),
  }));
  const defaultTtlSeconds = policy.defaultTtlSeconds * 2;
  return {
    name: `Longer TTLs for the cache ${namespace}`,
    description: `${misses} gets missed, for ${entries} keys and ${evictions} that were given up for want of room: most had expired. TTLs become twice as long (${policy.defaultTtlSeconds} s become ${defaultTtlSeconds} s), so that values may be that much older.`,
    policy: { defaultTtlSeconds, ...(ttlRules.length === 0 ? {} : { ttlRules }) },
    risk: 'medium',
  };
});
