/** Fewer say nothing: a single failure among few requests would pass any rate, and a cache with few lookups is still filling. */
export const enough = { failed: 5, throttled: 5, lookups: 100 } as const;
