import type { PoolWindow } from '../../contracts/telemetry.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import { needRequestContext } from '../telemetry/current-request.ts';
import { ownErrors } from '../telemetry/own-errors.ts';
import { windowSources } from '../telemetry/sources.ts';
import { checkEvery } from './health-check.ts';
import type { AdapterOptions, PoolAdapter, WatchedPool } from './pool-adapter.ts';
import { PoolFigures, type PoolStats } from './pool-figures.ts';
import { poolSizes } from './pool-sizes.ts';
import { genericPool } from './pools/generic-pool.ts';
import { mongoClient } from './pools/mongodb.ts';
import { mysqlPool } from './pools/mysql.ts';
import { pgPool } from './pools/pg.ts';
import { redisClient } from './pools/redis.ts';
import { sqliteDatabase } from './pools/sqlite.ts';

export interface MonitorPoolOptions extends AdapterOptions {
  /** By which it is reported; the system's when left out. A name that is taken gets a number. */
  readonly name?: string;
  /** How often it is checked that a connection works; left out: never. 100 to 3,600,000. */
  readonly healthCheckMs?: number;
}

export interface PoolMonitor {
  /** Of now, and the totals since it is watched. */
  stats(): PoolStats;
  /** Leaves the pool as it was, and reports it no more. */
  stop(): void;
}

interface Monitored {
  readonly name: string;
  readonly watched: WatchedPool;
  readonly figures: PoolFigures;
  readonly monitor: PoolMonitor;
}

const adapters: readonly PoolAdapter[] = [pgPool, mysqlPool, mongoClient, redisClient, genericPool, sqliteDatabase];
const healthCheckBoundsMs = { min: 100, max: 3_600_000 } as const;
const maxNameLength = 100;

const monitored = new Map<object, Monitored>();

/** What a driver of another release does not tell costs that pool's figures, and no others. */
function closeWindow({ name, watched, figures, monitor }: Monitored): PoolWindow[] {
  try {
    const state = watched.state();
    if (state.ended) monitor.stop();
    return [figures.closeWindow(name, watched.system, state)];
  } catch {
    return [];
  }
}

/** Pools may come and go where no window is ever closed. */
function letGoIfEnded({ watched, monitor }: Monitored): void {
  try {
    if (watched.state().ended) monitor.stop();
  } catch {
    // Of one that does not tell, nothing is known.
  }
}

let hasToldOfLimit = false;

function makeRoom(): void {
  if (monitored.size < telemetryLimits.pools) return;
  for (const each of monitored.values()) letGoIfEnded(each);
  if (monitored.size < telemetryLimits.pools || hasToldOfLimit) return;
  hasToldOfLimit = true;
  ownErrors.report(`More than ${telemetryLimits.pools} pools are monitored: only so many are reported.`);
}

windowSources.add({
  close() {
    const all = [...monitored.values()];
    // Those beyond what a window holds wait for others to end.
    const pools = all.slice(0, telemetryLimits.pools).flatMap(closeWindow);
    for (const beyond of all.slice(telemetryLimits.pools)) letGoIfEnded(beyond);
    return { pools };
  },
  hasNews: () => monitored.size > 0,
});

function freeName(wanted: string): string {
  const taken = new Set([...monitored.values()].map(({ name }) => name));
  for (let number = 1; ; number++) {
    const suffix = number === 1 ? '' : `-${number}`;
    const name = wanted.slice(0, maxNameLength - suffix.length) + suffix;
    if (!taken.has(name)) return name;
  }
}

/**
 * Watches a pool of connections: how many it may open, are open, in use and awaited, how long callers wait, what is opened,
 * closed, given up and broken, and whether a connection works. It is reported with each window where telemetry is on, and
 * `stats()` tells the same here. Takes a `pg.Pool`, a pool of `mysql2` or `mysql2/promise`, a `MongoClient`, a `Redis` or
 * `Cluster` of `ioredis`, a pool of `generic-pool`, and a database of `node:sqlite` or `better-sqlite3`.
 *
 * @throws TypeError when it is none of these, or an option is wrong
 */
export function monitorPool(pool: object, options: MonitorPoolOptions = {}): PoolMonitor {
  const { name, healthCheckMs } = options;
  const known = monitored.get(pool);
  if (known !== undefined) return known.monitor;
  const isObject = typeof pool === 'object' && pool !== null;
  const adapter = isObject ? adapters.find((each) => each.isPool(pool)) : undefined;
  if (adapter === undefined) {
    throw new TypeError(
      'monitorPool() takes a pool of pg, mysql2 or generic-pool, a client of mongodb or ioredis, or a database of SQLite',
    );
  }
  if (name === '') throw new TypeError('`name` of a pool is empty');
  const { min, max } = healthCheckBoundsMs;
  const isCheckable = typeof healthCheckMs === 'number' && healthCheckMs >= min && healthCheckMs <= max;
  if (healthCheckMs !== undefined && !isCheckable) {
    throw new TypeError(`\`healthCheckMs\` is a number from ${min} to ${max}, not ${healthCheckMs}`);
  }
  makeRoom();
  needRequestContext();
  const figures = new PoolFigures();
  const watched = adapter.watch(pool, figures, options);
  const endChecks = healthCheckMs === undefined ? () => {} : checkEvery(healthCheckMs, watched, figures);
  const ownName = freeName(name ?? watched.system);
  const monitor: PoolMonitor = {
    stats: () => figures.stats(ownName, watched.system, watched.state()),
    stop() {
      endChecks();
      if (monitored.get(pool)?.monitor === monitor) poolSizes.forget(ownName);
      watched.stop();
      if (monitored.get(pool)?.monitor === monitor) monitored.delete(pool);
    },
  };
  monitored.set(pool, { name: ownName, watched, figures, monitor });
  poolSizes.watch(ownName, watched);
  return monitor;
}
