import type { EventEmitter } from 'node:events';
import { overrideMethod } from '../override-method.ts';
import { hasMethods, type PoolAdapter } from '../pool-adapter.ts';
import { timeAcquire } from '../timed-acquire.ts';

/** As far as it is needed of a pool of `generic-pool`. */
interface GenericPool extends EventEmitter {
  readonly size: number;
  readonly available: number;
  readonly borrowed: number;
  readonly pending: number;
  readonly max: number;
  readonly min: number;
  readonly _draining: boolean;
  readonly _config: { max: number };
  /** Gives resources to those who wait. */
  _dispense(): void;
  /** Without those that are being made. */
  readonly _allObjects: ReadonlySet<{ readonly creationTime: number }>;
  acquire(): Promise<unknown>;
  release(resource: unknown): Promise<void>;
  destroy(resource: unknown): Promise<void>;
}

/** A pool of `generic-pool`, of whatever resources; what it keeps are `min` of them. */
export const genericPool: PoolAdapter = {
  isPool: (pool) => hasMethods(pool, 'acquire', 'release', 'drain') && 'borrowed' in pool && 'pending' in pool,

  watch(object, figures, { ping = () => undefined }) {
    const pool = object as GenericPool;
    const { acquire } = pool;
    let known = pool._allObjects.size;
    /** It does not tell of new resources: they are what there is more than before. */
    const see = (): void => {
      for (; known < pool._allObjects.size; known++) {
        figures.count('created');
        if (pool.min > 0 && known >= pool.min) figures.count('overflow');
      }
      figures.note(pool.borrowed, pool.pending);
    };
    const failed = (): void => figures.count('errors');
    pool.on('factoryCreateError', failed);
    const undo = [
      timeAcquire(pool, 'acquire', figures, see),
      overrideMethod(
        pool,
        '_destroy',
        (destroy) =>
          function (...args) {
            see();
            known--;
            figures.count('closed');
            return Reflect.apply(destroy, this, args);
          },
      ),
    ];
    const ask = async (): Promise<void> => {
      const resource = await Reflect.apply(acquire, pool, []);
      try {
        await ping(resource);
      } catch (error) {
        await pool.destroy(resource);
        throw error;
      }
      await pool.release(resource);
    };
    return {
      system: 'generic',
      state() {
        see();
        // They are kept in the order in which they were made.
        const [oldest] = pool._allObjects;
        return {
          size: pool.max,
          open: pool.size,
          inUse: pool.borrowed,
          waiting: pool.pending,
          oldestConnectionSeconds: oldest && Math.max(0, Date.now() - oldest.creationTime) / 1_000,
          ended: pool._draining && pool.size === 0,
        };
      },
      check() {
        const isBusy = pool.available === 0 && pool.size > 0;
        return isBusy || pool.pending > 0 || pool._draining ? undefined : ask();
      },
      resize(size) {
        pool._config.max = size;
        pool._dispense();
      },
      stop() {
        pool.off('factoryCreateError', failed);
        for (const each of undo) each();
      },
    };
  },
};
