import type { DatabaseConnection, DatabaseSettings } from '../../contracts/databases.ts';
import { DomainError } from '../../platform/errors.ts';
import type { IndexedDatabase } from './indexed-database.ts';
import { openPostgresql, type PostgresqlLimits } from './postgresql-database.ts';
import type { ReadSecret } from './secrets.ts';
import { openSqlite } from './sqlite-database.ts';
import { type SecuredAddress, securedAddress } from './tls.ts';

export interface OpenOptions {
  /** Of the platform: references name variables of it. */
  environment: NodeJS.ProcessEnv;
  readSecret: ReadSecret;
  /** Of PostgreSQL. */
  limits?: PostgresqlLimits;
}

/** @throws DomainError unavailable when it cannot be reached, or what is referred to is not there */
export async function openDatabase(settings: DatabaseSettings, options: OpenOptions): Promise<IndexedDatabase> {
  if (settings.system === 'sqlite') return openSqlite(settings.path);
  const { connection, tls } = settings;
  const address: SecuredAddress = securedAddress(
    await urlOf(connection, options),
    tls,
    'secret' in connection ? 'verify-full' : 'disable',
  );
  return openPostgresql(address, options.limits);
}

async function urlOf(connection: DatabaseConnection, { environment, readSecret }: OpenOptions): Promise<string> {
  if ('url' in connection) return connection.url;
  const [held, where] =
    'secret' in connection
      ? [await readSecret(connection.secret), 'the secret']
      : [environment[connection.environment] ?? '', connection.environment];
  const url = urlIn(held);
  if (url === undefined) throw missing(`${where} holds no URL, and no host and user`);
  return url;
}

const missing = (why: string): DomainError => new DomainError('unavailable', `The database has no address: ${why}.`);

/** The URL itself, or the JSON that RDS keeps. */
export function urlIn(text: string): string | undefined {
  if (URL.canParse(text.trim())) return text.trim();
  let fields: Record<string, unknown>;
  try {
    fields = JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
  const field = (...names: string[]): string | undefined => {
    const value = names.map((name) => fields?.[name]).find((one) => one !== undefined && one !== null);
    return value === undefined ? undefined : String(value);
  };
  const whole = field('url', 'connectionString');
  if (whole !== undefined) return URL.canParse(whole) ? whole : undefined;
  const host = field('host');
  const user = field('username', 'user');
  if (host === undefined || user === undefined) return undefined;
  const part = encodeURIComponent;
  const password = field('password');
  const name = field('dbname', 'database') ?? 'postgres';
  return `postgresql://${part(user)}${password === undefined ? '' : `:${part(password)}`}@${host}:${field('port') ?? '5432'}/${part(name)}`;
}
