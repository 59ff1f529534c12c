// `headroom/database`: what a service's databases and pools of connections are like, and a cache of their answers.
import { type CachedQuery, type CachedQueryOptions, cachedQuery, tableTag } from './database/cached-query.ts';
import { type MonitorPoolOptions, monitorPool, type PoolMonitor } from './database/monitor-pool.ts';
import { type MonitorQueryOptions, monitorQuery } from './database/monitor-query.ts';
import type { PoolStats } from './database/pool-figures.ts';

export {
  type CachedQuery,
  type CachedQueryOptions,
  cachedQuery,
  type MonitorPoolOptions,
  type MonitorQueryOptions,
  monitorPool,
  monitorQuery,
  type PoolMonitor,
  type PoolStats,
  tableTag,
};
