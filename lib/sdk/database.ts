// `headroom/database`: what a service's databases and pools of connections are like.
import { type MonitorPoolOptions, monitorPool, type PoolMonitor } from './database/monitor-pool.ts';
import type { PoolStats } from './database/pool-figures.ts';

export { type MonitorPoolOptions, monitorPool, type PoolMonitor, type PoolStats };
