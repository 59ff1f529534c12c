import { fingerprintOf, mysqlFingerprintOf } from '../../contracts/fingerprint.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import { textOf } from '../records/seen-request.ts';
import type { Attributes } from './attributes.ts';

/** What the SDK calls otherwise. */
const systems: Record<string, string> = { mariadb: 'mysql' };
/** Their texts are a command with its keys and values: only the command is kept. */
const ofCommands = new Set(['redis', 'memcached', 'valkey']);
/** Their texts are documents, or nothing of theirs can be told from values. */
const ofDocuments = new Set([
  'mongodb',
  'elasticsearch',
  'opensearch',
  'couchdb',
  'dynamodb',
  'aws.dynamodb',
  'cosmosdb',
]);

/** These write SQL as the standard does: names, and no texts, in double quotes, and backslashes that escape nothing. */
const ofStandardSql = new Set([
  'postgresql',
  'sqlite',
  'mssql',
  'microsoft.sql_server',
  'oracle',
  'oracle.db',
  'db2',
  'ibm.db2',
  'cockroachdb',
  'redshift',
  'aws.redshift',
  'h2',
  'hsqldb',
  'derby',
  'firebird',
  'trino',
]);
/** In these, dialects do not agree on where a text ends. */
const ambiguousText = /\\|\$\w*\$/;

/** Undefined where it is no call of a database. */
export const databaseOf = (attributes: Attributes): string | undefined => {
  const system = attributes.text('db.system.name', 'db.system');
  return system === undefined ? undefined : textOf(systems[system] ?? system, 40, '*');
};

/** The query with its parameters removed, as the SDK writes it where it can be. @param name of the span, which names nobody's data */
export function queryFingerprintOf(attributes: Attributes, system: string, name: string): string {
  return textOf(shapeOf(attributes, system) ?? summaryOf(attributes) ?? name, telemetryLimits.fingerprint, '(unknown)');
}

function shapeOf(attributes: Attributes, system: string): string | undefined {
  const text = attributes.text('db.query.text', 'db.statement');
  if (text === undefined || ofDocuments.has(system)) return undefined;
  if (ofCommands.has(system)) return /^\s*([A-Za-z.]+)/.exec(text)?.[1]?.toUpperCase();
  if (ofStandardSql.has(system)) return fingerprintOf(text);
  // Of an unknown dialect, what may be a value is taken for one.
  return system === 'mysql' || !ambiguousText.test(text) ? mysqlFingerprintOf(text) : undefined;
}

function summaryOf(attributes: Attributes): string | undefined {
  const summary = attributes.text('db.query.summary');
  if (summary !== undefined) return summary;
  const operation = attributes.text('db.operation.name', 'db.operation');
  const target = attributes.text(
    'db.collection.name',
    'db.mongodb.collection',
    'db.sql.table',
    'db.namespace',
    'db.name',
  );
  return operation === undefined ? undefined : [operation, target].filter(Boolean).join(' ');
}
