/**
 * How the HistoryTable is keyed. The stack and the local runtime create the table from this, and nothing else says it.
 * Every key is a string.
 */
export const historyTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  /** Sparse: holds an item only while it has messages that were not relayed yet. */
  outboxIndex: { name: 'outbox', partitionKey: 'outboxShard', sortKey: 'outboxDue' },
} as const;

/** How the CacheTable is keyed; every key is a string. */
export const cacheTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
} as const;
