import { type EventEmitter, errorMonitor } from 'node:events';
import { ConnectionAges } from '../connection-ages.ts';
import { hasMethods, type PoolAdapter } from '../pool-adapter.ts';
import { timeAcquire } from '../timed-acquire.ts';

/** As far as it is needed of `pg.Pool`. */
interface PgPool extends EventEmitter {
  readonly options: { max?: number; readonly min?: number };
  readonly totalCount: number;
  readonly idleCount: number;
  readonly waitingCount: number;
  readonly ending: boolean;
  connect(): Promise<PgClient>;
  /** Gives connections to those who wait. */
  _pulseQueue?(): void;
}
interface PgClient extends EventEmitter {
  query(text: string): Promise<unknown>;
  release(error?: unknown): void;
}

/** The pool of `pg`, by its events; what it keeps, where that is told, are `min` connections. */
export const pgPool: PoolAdapter = {
  isPool: (pool) => hasMethods(pool, 'connect', 'query') && 'totalCount' in pool && 'waitingCount' in pool,

  watch(object, figures) {
    const pool = object as PgPool;
    const ages = new ConnectionAges();
    const { connect } = pool;
    /** Who asks is in the queue for a moment, also where a connection is free. */
    const waiting = (): number => Math.max(0, pool.waitingCount - pool.idleCount);
    const note = (): void => figures.note(pool.totalCount - pool.idleCount, waiting());
    const listeners: [string | symbol, (...args: unknown[]) => void][] = [
      [
        'connect',
        (client) => {
          ages.see(client);
          figures.count('created');
          const kept = pool.options.min ?? 0;
          if (kept > 0 && pool.totalCount > kept) figures.count('overflow');
        },
      ],
      ['acquire', (client) => ages.see(client)],
      [
        'remove',
        (client) => {
          ages.forget(client);
          figures.count('closed');
        },
      ],
      // Of connections that nobody uses. Not as a listener of errors: it would be the only one of some services.
      [errorMonitor, () => figures.count('errors')],
    ];
    for (const [event, listener] of listeners) pool.on(event, listener);
    const untime = timeAcquire(pool, 'connect', figures, note);
    return {
      system: 'postgresql',
      state: () => ({
        size: pool.options.max,
        open: pool.totalCount,
        inUse: pool.totalCount - pool.idleCount,
        waiting: waiting(),
        oldestConnectionSeconds: ages.oldestSeconds(),
        ended: pool.ending && pool.totalCount === 0,
      }),
      check() {
        const isBusy = pool.idleCount === 0 && pool.totalCount > 0;
        return isBusy || pool.waitingCount > 0 || pool.ending ? undefined : ask(Reflect.apply(connect, pool, []));
      },
      resize(size) {
        pool.options.max = size;
        pool._pulseQueue?.();
      },
      stop() {
        untime();
        for (const [event, listener] of listeners) pool.off(event, listener);
      },
    };
  },
};

/** A connection that does not answer is given back as broken: the pool closes it. */
async function ask(connecting: Promise<PgClient>): Promise<void> {
  const client = await connecting;
  // One that breaks while it is taken tells so twice; nobody else would hear the second time, and the process would end.
  const ignore = (): void => {};
  client.on('error', ignore);
  try {
    await client.query('SELECT 1');
    client.off('error', ignore);
  } catch (error) {
    client.release(error);
    throw error;
  }
  client.release();
}
