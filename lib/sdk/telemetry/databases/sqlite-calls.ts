import { currentRequest, needRequestContext } from '../current-request.ts';
import { type Method, wrapMethod } from '../wrap-method.ts';
import type { QueryKind } from './query-kinds.ts';
import type { QueryLog } from './query-log.ts';
import { watchRows } from './sqlite-rows.ts';

export type KindOf = (self: object, args: readonly unknown[]) => QueryKind | undefined;

const rowsOf: Record<'all' | 'get' | 'run', (result: unknown) => number> = {
  all: (result) => (Array.isArray(result) ? result.length : 0),
  get: (result) => (result === undefined ? 0 : 1),
  run: (result) => (typeof result === 'object' && result !== null && 'changes' in result ? Number(result.changes) : 0),
};

/**
 * Times the calls of a driver that answers at once: `this`, arguments, results and errors pass through as they are. What is
 * asked of the database is known by the object that is called, or by what it is called with.
 */
export class SqliteCalls {
  readonly #log: QueryLog;

  constructor(log: QueryLog) {
    this.#log = log;
  }

  /** `exec`, of which nothing says how many rows it changed. */
  watchExec(owner: object, kindOf: KindOf): void {
    wrapMethod(
      owner,
      'exec',
      this.#timed(kindOf, () => 0),
    );
  }

  /** What runs a query: statements and tag stores have the same methods. */
  watchMethods(owner: object, kindOf: KindOf): void {
    for (const name of ['all', 'get', 'run'] as const) wrapMethod(owner, name, this.#timed(kindOf, rowsOf[name]));
    wrapMethod(owner, 'iterate', this.#iterating(kindOf));
  }

  /** Does something with what a method made, before the caller gets it. */
  seeing(owner: object, name: string, see: (made: object, args: readonly unknown[]) => void): void {
    const { errors } = this.#log;
    wrapMethod(
      owner,
      name,
      (original) =>
        function (this: object, ...args: unknown[]) {
          const made = Reflect.apply(original, this, args);
          errors.guard('Watching a database', () => {
            needRequestContext();
            if (typeof made === 'object' && made !== null) see(made, args);
          });
          return made;
        },
    );
  }

  #end(kindOf: KindOf, self: object, args: readonly unknown[], durationMs: number, rows: number): void {
    this.#log.errors.guard('Recording a query', () => {
      const kind = kindOf(self, args);
      if (kind !== undefined) this.#log.record(kind, currentRequest(), durationMs, rows);
    });
  }

  #timed(kindOf: KindOf, countRows: (result: unknown) => number): (original: Method) => Method {
    const end = this.#end.bind(this);
    return (original) =>
      function (this: object, ...args: unknown[]) {
        let rows = 0;
        const startedAtMs = performance.now();
        try {
          const result = Reflect.apply(original, this, args);
          rows = countRows(result);
          return result;
        } finally {
          end(kindOf, this, args, performance.now() - startedAtMs, rows);
        }
      };
  }

  #iterating(kindOf: KindOf): (original: Method) => Method {
    const end = this.#end.bind(this);
    const { errors } = this.#log;
    return (original) =>
      function (this: object, ...args: unknown[]) {
        const startedAtMs = performance.now();
        const iterator = Reflect.apply(original, this, args);
        const preparedMs = performance.now() - startedAtMs;
        errors.guard('Watching a query', () => {
          watchRows(iterator, (durationMs, rows) => end(kindOf, this, args, preparedMs + durationMs, rows));
        });
        return iterator;
      };
  }
}
