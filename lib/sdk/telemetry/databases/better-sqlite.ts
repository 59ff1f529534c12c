import type { ModuleLoads } from '../module-loads.ts';
import { onDriver } from './on-driver.ts';
import { type QueryKind, QueryKinds } from './query-kinds.ts';
import type { QueryLog } from './query-log.ts';
import { type KindOf, SqliteCalls } from './sqlite-calls.ts';

/** Times every call to a database of `better-sqlite3`, its transactions' `BEGIN` and `COMMIT` included. */
export function watchBetterSqlite(loads: ModuleLoads, log: QueryLog): void {
  const calls = new SqliteCalls(log);
  const kinds = new QueryKinds('sqlite');
  const statementKinds = new WeakMap<object, QueryKind>();
  const ofStatement: KindOf = (statement) => {
    const known = statementKinds.get(statement);
    if (known !== undefined || !('source' in statement)) return known;
    const kind = kinds.of(String(statement.source));
    statementKinds.set(statement, kind);
    return kind;
  };
  const watched = new WeakSet<object>();
  onDriver(loads, ['better-sqlite3', '/better-sqlite3/lib/index.js'], (Database) => {
    const { prototype: database } = Database as { prototype: object };
    calls.watchExec(database, (_, [text]) => (typeof text === 'string' ? kinds.of(text) : undefined));
    // The class of statements is not exported: its prototype is seen when the first of them is made.
    calls.seeing(database, 'prepare', (statement) => {
      const prototype: object = Object.getPrototypeOf(statement);
      if (!watched.has(prototype)) calls.watchMethods(prototype, ofStatement);
      watched.add(prototype);
    });
  });
}
