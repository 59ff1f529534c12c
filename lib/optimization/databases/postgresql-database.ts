import pg from 'pg';
import type { ProblemCode } from '../../contracts/problem.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import { whyNoAnswer } from '../../projects/no-answer.ts';
import { createText, dropText, qualified } from './index-statement.ts';
import type { IndexedDatabase } from './indexed-database.ts';
import { joined } from './sqlite-database.ts';
import type { SecuredAddress } from './tls.ts';

export interface PostgresqlLimits {
  connectMs: number;
  /** Until a lock is given up for that others hold. */
  lockMs: number;
  /** Of one statement. A run’s function has five minutes, and what it begins is to have an end that it sees. */
  statementMs: number;
}

export const usualLimits: PostgresqlLimits = { connectMs: 5_000, lockMs: 10_000, statementMs: 4 * 60_000 };

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const meanings: Record<string, readonly [ProblemCode, string]> = {
  '42501': ['forbidden', 'its user may not do it'],
  '25006': ['forbidden', 'it is read-only'],
  '42P01': ['not-found', 'the table is not there'],
  '42703': ['not-found', 'a column is not there'],
  '55P03': ['unavailable', 'somebody else holds a lock'],
  '57014': ['unavailable', 'it took too long'],
};

/**
 * Classes of errors that pass: of the connection, a transaction that gave way to another one, too few resources, and an operator who
 * is at work. All others are said again, however often the same is asked.
 */
const passing = /^(08|40|53|57)/;
/** A SQLSTATE; what fails on the way has a longer one. */
const sqlState = /^[0-9A-Z]{5}$/;

/** @throws DomainError unavailable when it cannot be reached. What is thrown names neither the address nor the password. */
export async function openPostgresql(
  { url, ssl }: SecuredAddress,
  limits: PostgresqlLimits = usualLimits,
): Promise<IndexedDatabase> {
  const { connectMs, lockMs, statementMs } = limits;
  const client = new pg.Client({
    connectionString: url,
    ssl,
    application_name: 'headroom',
    connectionTimeoutMillis: connectMs,
    query_timeout: statementMs + lockMs,
  });
  // Of a connection that breaks between two queries; the next query tells.
  client.on('error', () => {});
  await within(async () => {
    await client.connect();
    await client.query(`SET lock_timeout = ${lockMs}`);
    await client.query(`SET statement_timeout = ${statementMs}`);
  });
  const rows = <Row extends pg.QueryResultRow>(sql: string, values: unknown[] = []): Promise<Row[]> =>
    within(async () => (await client.query<Row>(sql, values)).rows);
  const database: IndexedDatabase = {
    async find(statement) {
      const [found] = await rows<{ definition: string; valid: boolean }>(findIndex, [
        qualified(statement, statement.name),
      ]);
      return found === undefined ? undefined : { definition: found.definition, isValid: found.valid };
    },
    async requireTable(statement) {
      const [found] = await rows<{ oid: unknown }>('SELECT to_regclass($1) AS oid', [
        qualified(statement, statement.table),
      ]);
      if (found?.oid == null) throw notFound(`The table ${statement.table}`);
    },
    async create(statement) {
      const found = await database.find(statement);
      if (found?.isValid === false) await database.drop(statement);
      await rows(createText(statement));
    },
    async drop(statement) {
      await rows(dropText(statement));
    },
    async schema(maxCharacters) {
      const tables = await rows<{ ddl: string }>(tablesText);
      const indexes = await rows<{ ddl: string }>(indexesText);
      return joined(
        [...tables, ...indexes].map(({ ddl }) => ddl),
        maxCharacters,
      );
    },
    close: () => client.end().catch(() => {}),
  };
  return database;
}

const findIndex = `SELECT pg_get_indexdef(i.indexrelid) AS definition, i.indisvalid AND i.indisready AS valid
  FROM pg_index i WHERE i.indexrelid = to_regclass($1)`;

const ofUsers = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname NOT LIKE 'pg\\_%'`;

const tablesText = `SELECT 'CREATE TABLE ' || quote_ident(c.relname) || ' (' || string_agg(quote_ident(a.attname) || ' ' ||
    format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY a.attnum) || ')' AS ddl
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped AND ${ofUsers}
  GROUP BY c.oid, c.relname ORDER BY c.relname LIMIT 200`;

const indexesText = `SELECT pg_get_indexdef(i.indexrelid) AS ddl
  FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE i.indisvalid AND ${ofUsers} ORDER BY c.relname LIMIT 2000`;

async function within<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DomainError) throw error;
    const code = typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';
    const isFinal = error instanceof pg.DatabaseError && sqlState.test(code) && !passing.test(code);
    const [problem, why] = meanings[code] ?? [isFinal ? 'invalid-request' : 'unavailable', whyNot(error, code)];
    throw new DomainError(problem, `The database could not do it: ${why}.`, { cause: error });
  }
}

/** The messages of what fails on the way may name the address; those of the server do not. */
function whyNot(error: unknown, code: string): string {
  if (error instanceof pg.DatabaseError) return error.message;
  return code === '' ? 'it does not answer' : `it cannot be reached: ${whyNoAnswer(error)}`;
}
