import { readMysqlOrSqlite } from './read-mysql-sqlite.ts';
import { readPostgresql } from './read-postgresql.ts';
import type { SqlDialect } from './tokens.ts';
import type { Statement } from './tree.ts';

/**
 * One statement, by the grammar of its dialect.
 * @throws {UnreadableQuery}
 */
export const readStatement = (text: string, dialect: SqlDialect): Promise<Statement> =>
  dialect === 'postgresql' ? readPostgresql(text) : readMysqlOrSqlite(text, dialect);
