import { type ActiveRequest, currentRequest, needRequestContext } from './current-request.ts';
import type { OwnErrors } from './own-errors.ts';
import { type QueryKind, QueryKinds } from './query-kinds.ts';
import { watchRows } from './sqlite-rows.ts';
import { type Method, wrapMethod } from './wrap-method.ts';

export interface EndedQuery {
  readonly kind: QueryKind;
  /** The request that sent it, if one did. */
  readonly active: ActiveRequest | undefined;
  readonly durationMs: number;
  readonly rows: number;
}

type KindOf = (self: object, args: readonly unknown[]) => QueryKind | undefined;

/** Absent before Node 22.5. The warning that it is experimental is for those who use it, not for those who are watched. */
function loadSqlite(): typeof import('node:sqlite') | undefined {
  const { emitWarning } = process;
  try {
    process.emitWarning = () => {};
    return process.getBuiltinModule?.('node:sqlite');
  } catch {
    return undefined;
  } finally {
    process.emitWarning = emitWarning;
  }
}

const rowsOf: Record<'all' | 'get' | 'run', (result: unknown) => number> = {
  all: (result) => (Array.isArray(result) ? result.length : 0),
  get: (result) => (result === undefined ? 0 : 1),
  run: (result) => (typeof result === 'object' && result !== null && 'changes' in result ? Number(result.changes) : 0),
};

/**
 * Times every call to a database of `node:sqlite`, where there is such a module. `this`, arguments, results and errors pass
 * through as they are.
 */
export function watchSqlite(report: (query: EndedQuery) => void, errors: OwnErrors): void {
  const sqlite = loadSqlite();
  if (sqlite?.DatabaseSync === undefined) return;
  const end = (kind: QueryKind | undefined, durationMs: number, rows: number): void =>
    errors.guard('Recording a query', () => {
      if (kind !== undefined) report({ kind, active: currentRequest(), durationMs, rows });
    });

  const timed = (kindOf: KindOf, countRows: (result: unknown) => number) => (original: Method) =>
    function (this: object, ...args: unknown[]) {
      let rows = 0;
      const startedAtMs = performance.now();
      try {
        const result = Reflect.apply(original, this, args);
        rows = countRows(result);
        return result;
      } finally {
        end(kindOf(this, args), performance.now() - startedAtMs, rows);
      }
    };
  const iterating = (kindOf: KindOf) => (original: Method) =>
    function (this: object, ...args: unknown[]) {
      const startedAtMs = performance.now();
      const iterator = Reflect.apply(original, this, args);
      const preparedMs = performance.now() - startedAtMs;
      const kind = kindOf(this, args);
      errors.guard('Watching a query', () => {
        watchRows(iterator, (durationMs, rows) => end(kind, preparedMs + durationMs, rows));
      });
      return iterator;
    };
  /** Statements and tag stores have the same methods, and tell in different ways which query is meant. */
  const watchMethods = (owner: object, kindOf: KindOf): void => {
    for (const name of ['all', 'get', 'run'] as const) wrapMethod(owner, name, timed(kindOf, rowsOf[name]));
    wrapMethod(owner, 'iterate', iterating(kindOf));
  };
  /** Does something with what a method made, before the caller gets it. */
  const seeing = (see: (result: object, args: readonly unknown[]) => void) => (original: Method) =>
    function (this: object, ...args: unknown[]) {
      const result = Reflect.apply(original, this, args);
      errors.guard('Watching a database', () => {
        needRequestContext();
        if (typeof result === 'object' && result !== null) see(result, args);
      });
      return result;
    };

  const kinds = new QueryKinds('sqlite');
  const ofText: KindOf = (_, [text]) => (typeof text === 'string' ? kinds.of(text) : undefined);
  const ofTemplate: KindOf = (_, [texts]) => (Array.isArray(texts) ? kinds.of(texts.join('?')) : undefined);
  const statementKinds = new WeakMap<object, QueryKind>();
  const tagStores = new WeakSet<object>();

  const database = sqlite.DatabaseSync.prototype;
  wrapMethod(
    database,
    'exec',
    timed(ofText, () => 0),
  );
  wrapMethod(
    database,
    'prepare',
    seeing((statement, args) => {
      const kind = ofText(statement, args);
      if (kind !== undefined) statementKinds.set(statement, kind);
    }),
  );
  watchMethods(sqlite.StatementSync.prototype, (statement) => statementKinds.get(statement));
  wrapMethod(
    database,
    'createTagStore',
    // Their class is not exported: its prototype is seen when the first of them is made.
    seeing((store) => {
      const prototype: object = Object.getPrototypeOf(store);
      if (!tagStores.has(prototype)) watchMethods(prototype, ofTemplate);
      tagStores.add(prototype);
    }),
  );
}
