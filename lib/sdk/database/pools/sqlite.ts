import { ConnectionAges } from '../connection-ages.ts';
import { overrideMethod } from '../override-method.ts';
import { hasMethods, type PoolAdapter } from '../pool-adapter.ts';

/** As far as it is needed of `node:sqlite` and `better-sqlite3`, which name their properties differently. */
interface Database {
  readonly open?: unknown;
  readonly isOpen?: boolean;
  readonly inTransaction?: boolean;
  readonly isTransaction?: boolean;
  prepare(sql: string): { get(): unknown };
}

/** Of SQLite's result codes: the database, or a table in it, is locked by another connection. */
const busyCodes: readonly unknown[] = [5, 6];

function isBusy(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { code, errcode } = error as { code?: unknown; errcode?: unknown };
  if (/^SQLITE_(BUSY|LOCKED)/.test(String(code))) return true;
  // The low byte is the code, the rest says more of it.
  return typeof errcode === 'number' && busyCodes.includes(errcode & 0xff);
}

/** A database of SQLite: a pool of one connection. Its timeouts are the calls that found it locked for longer than they may wait. */
export const sqliteDatabase: PoolAdapter = {
  isPool: (pool) => hasMethods(pool, 'prepare', 'exec', 'close') && ('isOpen' in pool || 'open' in pool),

  watch(object, figures) {
    const database = object as Database;
    const ages = new ConnectionAges();
    ages.see(database);
    const { prepare } = database;
    const watchCalls = (owner: object, name: string): (() => void) =>
      overrideMethod(
        owner,
        name,
        (call) =>
          function (...args) {
            const startedAtMs = performance.now();
            figures.note(1, 0);
            try {
              return Reflect.apply(call, this, args);
            } catch (error) {
              if (isBusy(error)) {
                figures.waited(performance.now() - startedAtMs);
                figures.count('timeouts');
              }
              throw error;
            }
          },
      );
    const undo = [
      watchCalls(database, 'exec'),
      overrideMethod(
        database,
        'prepare',
        (original) =>
          function (...args) {
            const statement = Reflect.apply(original, this, args);
            if (typeof statement === 'object' && statement !== null) {
              for (const name of ['all', 'get', 'run']) watchCalls(statement, name);
            }
            return statement;
          },
      ),
    ];
    // Before Node 22.15 its own does not say whether it is open.
    const isOpen = (): boolean => database.isOpen ?? database.open !== false;
    return {
      system: 'sqlite',
      state() {
        const open = isOpen();
        const inTransaction = open && (database.inTransaction ?? database.isTransaction ?? false);
        return {
          size: 1,
          open: open ? 1 : 0,
          inUse: inTransaction ? 1 : 0,
          waiting: 0,
          oldestConnectionSeconds: open ? ages.oldestSeconds() : undefined,
          ended: !open,
        };
      },
      check() {
        if (!isOpen()) return undefined;
        return new Promise((resolve) => resolve(Reflect.apply(prepare, database, ['SELECT 1']).get()));
      },
      stop() {
        for (const each of undo) each();
      },
    };
  },
};
