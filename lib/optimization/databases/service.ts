import { type DatabaseSettings, projectOfSecret, type RegisteredDatabase } from '../../contracts/databases.ts';
import { isoTime } from '../../platform/clock.ts';
import { DomainError, notFound } from '../../platform/errors.ts';
import type { Parts } from '../../platform/parts.ts';
import type { Stored } from '../../platform/table/item.ts';
import { keys } from '../../platform/table/keys.ts';
import type { ProjectService } from '../../projects/service.ts';
import type { IndexedDatabase } from './indexed-database.ts';
import { databasesItem, maxDatabases, type StoredDatabases } from './model.ts';
import { type OpenOptions, openDatabase } from './open.ts';

type DatabaseParts = Pick<Parts, 'table' | 'clock'>;

export interface DatabaseOptions extends OpenOptions {
  /** Files of this machine, and URLs with passwords, may be registered. */
  takesLocal?: boolean;
}

type OneDatabase = StoredDatabases['databases'][string];

/** The databases that a project's owner lets Headroom create indexes in. Addresses with passwords leave here to nobody. */
export class DatabaseService {
  readonly #parts: DatabaseParts;
  readonly #projects: ProjectService;
  readonly #options: DatabaseOptions;

  constructor(parts: DatabaseParts, projects: ProjectService, options: DatabaseOptions) {
    this.#parts = parts;
    this.#projects = projects;
    this.#options = options;
  }

  /** @throws DomainError not-found */
  async list(project: string): Promise<RegisteredDatabase[]> {
    await this.#projects.require(project);
    return Object.entries(await this.#all(project)).map(([name, one]) => shown(name, one));
  }

  /** @throws DomainError not-found */
  async get(project: string, name: string): Promise<RegisteredDatabase> {
    const one = (await this.#all(project))[name];
    if (one === undefined) throw notFound(`The database ${name} of ${project}`);
    return { ...shown(name, one), ...(await this.#tried(one)) };
  }

  /**
   * Registers it whether or not it can be reached now: the answer says so.
   * @throws DomainError invalid-request when this deployment takes no files and no passwords; not-found, conflict
   */
  async put(project: string, name: string, settings: DatabaseSettings): Promise<RegisteredDatabase> {
    this.#requireAllowed(settings);
    requireOwnSecret(project, settings);
    await this.#projects.require(project);
    const current = await this.#read(project);
    const one: OneDatabase = { settings, registeredAt: isoTime(this.#parts.clock()) };
    const databases = { ...current?.value.databases, [name]: one };
    if (Object.keys(databases).length > maxDatabases) {
      throw new DomainError('conflict', `A project has at most ${maxDatabases} databases.`);
    }
    await this.#write(project, current, databases);
    return { ...shown(name, one), ...(await this.#tried(one)) };
  }

  /** Its indexes stay. @throws DomainError not-found, conflict */
  async delete(project: string, name: string): Promise<void> {
    const current = await this.#read(project);
    if (current?.value.databases[name] === undefined) throw notFound(`The database ${name} of ${project}`);
    const { [name]: _, ...others } = current.value.databases;
    await this.#write(project, current, others);
  }

  /** Those that are registered, by name. */
  async systems(project: string): Promise<ReadonlyMap<string, RegisteredDatabase['system']>> {
    const all = Object.entries(await this.#all(project));
    return new Map(all.map(([name, { settings }]) => [name, settings.system]));
  }

  /**
   * Works on a database, and closes it, whatever happens.
   * @throws DomainError not-found when none of this name is registered; unavailable when it cannot be reached; what `work` throws
   */
  async within<Result>(
    project: string,
    name: string,
    work: (database: IndexedDatabase, system: RegisteredDatabase['system']) => Promise<Result>,
  ): Promise<Result> {
    const one = (await this.#all(project))[name];
    if (one === undefined) throw notFound(`The database ${name} of ${project}`);
    const database = await openDatabase(one.settings, this.#options);
    try {
      return await work(database, one.settings.system);
    } finally {
      await database.close();
    }
  }

  async #tried({ settings }: OneDatabase): Promise<Pick<RegisteredDatabase, 'isReachable' | 'detail'>> {
    try {
      const database = await openDatabase(settings, this.#options);
      await database.close();
      return { isReachable: true };
    } catch (error) {
      if (error instanceof DomainError) return { isReachable: false, detail: error.message };
      throw error;
    }
  }

  #requireAllowed(settings: DatabaseSettings): void {
    if (this.#options.takesLocal === true) return;
    const isFile = settings.system === 'sqlite';
    if (!isFile && !('url' in settings.connection)) return;
    const message = isFile
      ? 'files are taken by a platform on your own machine only'
      : 'a URL with its password is taken on your own machine only: refer to it by `secret` or `environment`';
    const path = isFile ? 'body.path' : 'body.connection.url';
    throw new DomainError('invalid-request', `The database is not taken: ${message}.`, {
      fieldErrors: [{ path, message }],
    });
  }

  #read(project: string): Promise<Stored<StoredDatabases> | undefined> {
    return this.#parts.table.get(databasesItem, keys.databases(project));
  }

  async #all(project: string): Promise<StoredDatabases['databases']> {
    return (await this.#read(project))?.value.databases ?? {};
  }

  async #write(
    project: string,
    current: Stored<StoredDatabases> | undefined,
    databases: StoredDatabases['databases'],
  ): Promise<void> {
    const { table } = this.#parts;
    const written =
      current === undefined
        ? await table.create(databasesItem, keys.databases(project), { databases })
        : await table.replace(current, { databases });
    if (written !== undefined) return;
    throw new DomainError('conflict', `The databases of ${project} were changed by someone else. Try again.`);
  }
}

/** A key may be bound to one project, and the functions may read the secrets of all. */
function requireOwnSecret(project: string, settings: DatabaseSettings): void {
  if (settings.system !== 'postgresql' || !('secret' in settings.connection)) return;
  if (projectOfSecret(settings.connection.secret) === project) return;
  const message = `must have a name that begins with headroom/${project}/`;
  throw new DomainError('invalid-request', `The secret ${message}.`, {
    fieldErrors: [{ path: 'body.connection.secret', message }],
  });
}

const shown = (name: string, { settings, registeredAt }: OneDatabase): RegisteredDatabase => ({
  name,
  system: settings.system,
  location: locationOf(settings),
  registeredAt,
});

function locationOf(settings: DatabaseSettings): string {
  if (settings.system === 'sqlite') return settings.path;
  const { connection } = settings;
  if ('environment' in connection) return connection.environment;
  if ('secret' in connection) return connection.secret;
  const { hostname, port, pathname } = new URL(connection.url);
  return `${hostname}:${port === '' ? '5432' : port}${pathname}`;
}
