import { closeSync, openSync, readSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { DomainError, notFound } from '../../platform/errors.ts';
import { createText, dropText, type IndexStatement } from './index-statement.ts';
import type { CatalogIndex, IndexedDatabase } from './indexed-database.ts';

/** So long is waited for others that write: building an index needs the file for itself. */
const busyMs = 5_000;
const magic = 'SQLite format 3\0';

/**
 * A file of this machine. It must be there and be SQLite's: none is ever made.
 * @throws DomainError unavailable
 */
export function openSqlite(path: string): IndexedDatabase {
  requireSqlite(path);
  const database = new DatabaseSync(path, { timeout: busyMs });
  const row = <Row>(sql: string, ...values: string[]): Row | undefined => database.prepare(sql).get(...values) as Row;
  return {
    find: async ({ name }) =>
      within(path, (): CatalogIndex | undefined => {
        const found = row<{ sql: string | null }>(
          "SELECT sql FROM sqlite_master WHERE type = 'index' AND name = ? COLLATE NOCASE",
          name,
        );
        return found === undefined ? undefined : { definition: found.sql ?? '', isValid: true };
      }),
    requireTable: async ({ table }) =>
      within(path, () => {
        const sql = "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ? COLLATE NOCASE";
        if (row(sql, table) === undefined) throw notFound(`The table ${table}`);
      }),
    create: async (statement) => within(path, () => database.exec(createText(statement))),
    drop: async (statement: IndexStatement) => within(path, () => database.exec(dropText(statement))),
    schema: async (maxCharacters) =>
      within(path, () => {
        const rows = database
          .prepare(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND type IN ('table', 'index') ORDER BY type DESC, name",
          )
          .all() as { sql: string }[];
        return joined(
          rows.map(({ sql }) => sql),
          maxCharacters,
        );
      }),
    close: async () => database.close(),
  };
}

/** Whole statements, as many as fit. */
export function joined(statements: readonly string[], maxCharacters: number): string {
  let text = '';
  for (const statement of statements) {
    if (text.length + statement.length + 2 > maxCharacters) break;
    text += `${statement};\n`;
  }
  return text;
}

function requireSqlite(path: string): void {
  if (beginningOf(path) !== magic) throw new DomainError('unavailable', `The file ${path} is not SQLite's.`);
}

function beginningOf(path: string): string {
  const head = Buffer.alloc(magic.length);
  try {
    const file = openSync(path, 'r');
    try {
      // Of a directory too, only the reading fails.
      readSync(file, head, 0, head.length, 0);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    throw new DomainError('unavailable', `The file ${path} cannot be read.`, { cause });
  }
  return head.toString('latin1');
}

function within<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    if (/no such table/i.test(message)) throw new DomainError('not-found', `${message}.`, { cause: error });
    if (/readonly|read-only/i.test(message)) {
      throw new DomainError('forbidden', `The database ${path} cannot be written to.`, { cause: error });
    }
    throw new DomainError('unavailable', `The database ${path} could not do it: ${message}.`, { cause: error });
  }
}
