import { type QueryKind, QueryKinds } from './query-kinds.ts';
import type { QueryLog } from './query-log.ts';
import { type KindOf, SqliteCalls } from './sqlite-calls.ts';

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

/** Times every call to a database of `node:sqlite`, where there is such a module. */
export function watchNodeSqlite(log: QueryLog): void {
  const sqlite = loadSqlite();
  if (sqlite?.DatabaseSync === undefined) return;
  const calls = new SqliteCalls(log);
  const kinds = new QueryKinds('sqlite');
  const ofText: KindOf = (_, [text]) => (typeof text === 'string' ? kinds.of(text) : undefined);
  const ofTemplate: KindOf = (_, [texts]) => (Array.isArray(texts) ? kinds.of(texts.join('?')) : undefined);
  const statementKinds = new WeakMap<object, QueryKind>();
  const tagStores = new WeakSet<object>();

  const database = sqlite.DatabaseSync.prototype;
  calls.watchExec(database, ofText);
  calls.seeing(database, 'prepare', (statement, args) => {
    const kind = ofText(statement, args);
    if (kind !== undefined) statementKinds.set(statement, kind);
  });
  calls.watchMethods(sqlite.StatementSync.prototype, (statement) => statementKinds.get(statement));
  // The class of tag stores is not exported: its prototype is seen when the first of them is made.
  calls.seeing(database, 'createTagStore', (store) => {
    const prototype: object = Object.getPrototypeOf(store);
    if (!tagStores.has(prototype)) calls.watchMethods(prototype, ofTemplate);
    tagStores.add(prototype);
  });
}
