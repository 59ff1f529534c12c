import { namespaceModule } from './namespaces.ts';

const fullPercent = 90;
const minEvictionSharePercent = 2;
/** What remains to be gained by room alone is too little from here on. */
const goodHitRatePercent = 98;
/** Of one process, which may have other namespaces too. */
const maxLimitMb = 4_096;

/** More room in memory, where entries are given up for want of it and are missed. */
export const cacheMemory = namespaceModule('cache-memory', ({ namespace, policy, figures }) => {
  const { memory, evictions, requests, hitRatePercent } = figures;
  // What a process really has may be less than the policy allows it: then more of that changes nothing.
  const isHeldByPolicy = memory !== undefined && memory.limitMb >= policy.memoryLimitMb;
  if (memory === undefined || !isHeldByPolicy || hitRatePercent >= goodHitRatePercent) return undefined;
  const usedPercent = (100 * memory.usedMb) / memory.limitMb;
  const evictedPercent = (100 * evictions) / requests;
  if (usedPercent < fullPercent || evictedPercent < minEvictionSharePercent) return undefined;
  const memoryLimitMb = Math.min(maxLimitMb, policy.memoryLimitMb * 2);
  if (memoryLimitMb <= policy.memoryLimitMb) return undefined;
  return {
    name: `More memory for the cache ${namespace}`,
    description: `Tier 1 is full (${Math.round(usedPercent)} %), and ${evictions} entries were given up for want of room, at a hit rate of ${hitRatePercent} %: ${policy.memoryLimitMb} MB become ${memoryLimitMb} MB.`,
    policy: { memoryLimitMb },
    risk: 'low',
  };
});
