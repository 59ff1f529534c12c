/** How the HistoryTable is keyed. The stack and the local runtime create the table from this, and nothing else says it. */
export const historyTable = {
  partitionKey: 'pk',
  sortKey: 'sk',
  timeToLive: 'expiresAt',
  /** Sparse: holds an item only while it has messages that were not relayed yet. */
  outboxIndex: { name: 'outbox', partitionKey: 'outboxShard', sortKey: 'outboxDue' },
} as const;
