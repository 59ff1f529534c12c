import type { EventEmitter } from 'node:events';
import { ConnectionAges } from '../connection-ages.ts';
import { overrideMethod } from '../override-method.ts';
import { hasMethods, type PoolAdapter } from '../pool-adapter.ts';
import { timeAcquire } from '../timed-acquire.ts';

type Callback<Result> = (error: unknown, result: Result) => void;

/** As far as it is needed of the pool of `mysql2`. It tells of what it holds in no other way. */
interface MysqlPool extends EventEmitter {
  readonly config: { connectionLimit: number; readonly maxIdle?: number };
  readonly _allConnections: { readonly length: number };
  readonly _freeConnections: { readonly length: number };
  readonly _connectionQueue: { readonly length: number };
  readonly _closed: boolean;
  getConnection(callback: Callback<MysqlConnection>): void;
}
interface MysqlConnection {
  ping(callback: Callback<unknown>): void;
  release(): void;
  destroy(): void;
}

/** A pool of promises stands on one of callbacks, which does the work. */
const corePool = (pool: object): object => {
  const inner: unknown = Reflect.get(pool, 'pool');
  return typeof inner === 'object' && inner !== null ? inner : pool;
};

/** The pools of `mysql2`; what they keep are `maxIdle` connections. */
export const mysqlPool: PoolAdapter = {
  isPool: (pool) =>
    hasMethods(corePool(pool), 'getConnection', 'releaseConnection') && '_allConnections' in corePool(pool),

  watch(object, figures) {
    const pool = corePool(object) as MysqlPool;
    const ages = new ConnectionAges();
    const { getConnection } = pool;
    const inUse = (): number => pool._allConnections.length - pool._freeConnections.length;
    const note = (): void => figures.note(inUse(), pool._connectionQueue.length);
    const opened = (connection: unknown): void => {
      ages.see(connection);
      figures.count('created');
      if (pool._allConnections.length > (pool.config.maxIdle ?? Number.POSITIVE_INFINITY)) figures.count('overflow');
    };
    const acquired = (connection: unknown): void => ages.see(connection);
    pool.on('connection', opened);
    pool.on('acquire', acquired);
    const undo = [
      timeAcquire(pool, 'getConnection', figures, note),
      overrideMethod(
        pool,
        '_removeConnection',
        (remove) =>
          function (...args) {
            ages.forget(args[0]);
            figures.count('closed');
            return Reflect.apply(remove, this, args);
          },
      ),
    ];
    return {
      system: 'mysql',
      state: () => ({
        size: pool.config.connectionLimit || undefined,
        open: pool._closed ? 0 : pool._allConnections.length,
        inUse: pool._closed ? 0 : inUse(),
        waiting: pool._connectionQueue.length,
        oldestConnectionSeconds: ages.oldestSeconds(),
        ended: pool._closed,
      }),
      check() {
        const isBusy = pool._freeConnections.length === 0 && pool._allConnections.length > 0;
        return isBusy || pool._closed ? undefined : ask((taken) => Reflect.apply(getConnection, pool, [taken]));
      },
      resize(size) {
        pool.config.connectionLimit = size;
      },
      stop() {
        pool.off('connection', opened);
        pool.off('acquire', acquired);
        for (const each of undo) each();
      },
    };
  },
};

const ask = (take: (taken: Callback<MysqlConnection>) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    take((error, connection) => {
      if (error) return reject(error);
      connection.ping((unanswered) => {
        if (unanswered) connection.destroy();
        else connection.release();
        return unanswered ? reject(unanswered) : resolve();
      });
    });
  });
