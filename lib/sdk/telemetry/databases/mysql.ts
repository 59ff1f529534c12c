import { type EventEmitter, errorMonitor } from 'node:events';
import { mysqlFingerprintOf } from '../../../contracts/fingerprint.ts';
import { runInRequest } from '../current-request.ts';
import type { ModuleLoads } from '../module-loads.ts';
import { type Method, wrapMethod } from '../wrap-method.ts';
import { keepingRequest } from './keeping-request.ts';
import { onDriver } from './on-driver.ts';
import { QueryKinds } from './query-kinds.ts';
import type { QueryLog, RunningQuery } from './query-log.ts';

/** What `query` and `execute` give back: it calls back with the result, or tells row by row. */
type Command = EventEmitter & { onResult?: unknown };

/** Rows that came, or that a statement changed; of several statements in one text: of all. */
function rowsOf(result: unknown): number {
  if (Array.isArray(result)) {
    const areSeveral = result.some((each) => Array.isArray(each) || changedRows(each) !== undefined);
    return areSeveral ? result.reduce((sum: number, each) => sum + rowsOf(each), 0) : result.length;
  }
  return changedRows(result) ?? 0;
}

function changedRows(result: unknown): number | undefined {
  if (typeof result !== 'object' || result === null || result.constructor?.name !== 'ResultSetHeader') return undefined;
  return Number((result as { affectedRows?: unknown }).affectedRows) || 0;
}

function watchCommand(command: Command, running: RunningQuery): void {
  const { onResult } = command;
  let rows = 0;
  if (typeof onResult === 'function') {
    command.onResult = function (this: unknown, ...results: unknown[]) {
      running.end(rowsOf(results[1]));
      return runInRequest(running.active, () => Reflect.apply(onResult, this, results));
    };
  } else {
    command.on('result', () => rows++);
    // Not as a listener of errors: one that nobody listens to has to stay one.
    command.once(errorMonitor, () => running.end(rows));
  }
  // The result is called back with in the next tick, though this comes first.
  command.once('end', () => process.nextTick(() => running.end(rows)));
}

/**
 * Times every query of `mysql2`, by callbacks, promises, streams and prepared statements. Its own diagnostics channels are left
 * alone: they hand over texts with the values in them, and whoever subscribes hides errors of streams that nobody listens to.
 */
export function watchMysql(loads: ModuleLoads, log: QueryLog): void {
  const kinds = new QueryKinds('mysql', mysqlFingerprintOf);
  const timed =
    (textOf: (self: object, args: readonly unknown[]) => unknown) =>
    (original: Method): Method =>
      function (this: object, ...args: unknown[]) {
        const running = log.begin(() => {
          const text = textOf(this, args);
          return typeof text === 'string' ? kinds.of(text) : undefined;
        });
        if (running === undefined) return Reflect.apply(original, this, args);
        try {
          const command = Reflect.apply(original, this, args);
          log.errors.guard('Watching a query', () => watchCommand(command as Command, running));
          return command;
        } catch (error) {
          running.end();
          throw error;
        }
      };
  const ofArgument = (_: object, [sql]: readonly unknown[]): unknown =>
    typeof sql === 'object' && sql !== null ? (sql as { sql?: unknown }).sql : sql;

  const statements = new WeakSet<object>();
  const seeStatement = (statement: unknown): void => {
    if (typeof statement !== 'object' || statement === null) return;
    const prototype: object = Object.getPrototypeOf(statement);
    if (statements.has(prototype)) return;
    statements.add(prototype);
    wrapMethod(
      prototype,
      'execute',
      timed((self) => (self as { query?: unknown }).query),
    );
  };
  const preparing = (original: Method): Method =>
    function (this: object, options: unknown, callback: unknown, ...rest: unknown[]) {
      if (typeof callback !== 'function') return Reflect.apply(original, this, [options, callback, ...rest]);
      const seeing = function (this: unknown, error: unknown, statement: unknown, ...more: unknown[]) {
        log.errors.guard('Watching a statement', () => seeStatement(statement));
        return Reflect.apply(callback, this, [error, statement, ...more]);
      };
      return Reflect.apply(original, this, [options, seeing, ...rest]);
    };

  // In older releases one class does the work of both.
  onDriver(loads, ['/mysql2/lib/base/connection.js', '/mysql2/lib/connection.js'], (Connection) => {
    const { prototype } = Connection as { prototype: object };
    for (const name of ['query', 'execute']) wrapMethod(prototype, name, timed(ofArgument));
    wrapMethod(prototype, 'prepare', preparing);
  });
  onDriver(loads, ['/mysql2/lib/base/pool.js', '/mysql2/lib/pool.js'], (Pool) => {
    keepingRequest((Pool as { prototype: object }).prototype, 'getConnection');
  });
}
