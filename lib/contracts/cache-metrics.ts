/**
 * What a function that serves caches counts in CloudWatch, all its namespaces together: the stack's alarms and dashboard
 * look at these names. A metric without a value since the last line costs nothing, so nothing is counted as 0.
 */
export const cacheMetrics = {
  /** Gets that were answered from a tier, stale ones included. */
  hits: 'CacheHits',
  misses: 'CacheMisses',
  /** Operations that a shared tier failed or was too slow for; the caller may have been served by another. */
  tierErrors: 'CacheTierErrors',
  /** 1 in each line that was written while the breaker of a shared tier was not closed. */
  breakerOpen: 'CacheBreakerOpen',
} as const;
