import type { ChangeOf } from '../../contracts/optimizations.ts';
import { DomainError } from '../../platform/errors.ts';
import type { Applier, Held } from '../applier.ts';
import { type IndexStatement, isSameIndex, readIndexStatement } from './index-statement.ts';
import type { IndexedDatabase } from './indexed-database.ts';
import type { DatabaseService } from './service.ts';

/**
 * Creates indexes, and drops those that it created. By the catalog: what stands there under the name is either what the change creates,
 * whoever created it, or somebody else's, which is left alone.
 */
export class IndexApplier implements Applier<'index'> {
  readonly #databases: Pick<DatabaseService, 'within'>;

  constructor(databases: Pick<DatabaseService, 'within'>) {
    this.#databases = databases;
  }

  read(project: string, change: ChangeOf<'index'>): Promise<Held> {
    return this.#databases.within(project, change.database, async (database, system) => {
      const statement = readIndexStatement(change.create, system);
      await database.requireTable(statement);
      return heldIn(database, statement, change);
    });
  }

  write(project: string, change: ChangeOf<'index'>, value: Held['value'], held: Held): Promise<Held> {
    return this.#databases.within(project, change.database, async (database, system) => {
      const statement = readIndexStatement(change.create, system);
      if (value !== null && value !== change.create)
        throw conflict(change, 'the change says nothing of what is wanted');
      const current = await heldIn(database, statement, change);
      if (current.value === value) return { value };
      if (!current.isPartial) {
        if (current.value !== held.value) throw conflict(change, 'somebody else has changed it meanwhile');
        // What is neither nothing nor ours is not ours to drop.
        if (current.value !== null && current.value !== change.create)
          throw conflict(change, 'it is not as Headroom creates it');
      }
      if (value === null) await database.drop(statement);
      else await database.create(statement);
      const after = await heldIn(database, statement, change);
      if (after.isPartial) throw new DomainError('unavailable', `The index ${change.name} was not built to its end.`);
      if (after.value !== value) throw conflict(change, 'something else than the index has its name');
      return { value };
    });
  }
}

/**
 * The change's own text where the index is there as it creates it, what the catalog has where it is another, null where there is none.
 * What a build that was cut off leaves behind costs every write and serves nobody, so it is told, and both sides may take its place.
 */
async function heldIn(
  database: IndexedDatabase,
  statement: IndexStatement,
  { create }: ChangeOf<'index'>,
): Promise<Held> {
  const found = await database.find(statement);
  if (found === undefined) return { value: null };
  const isOurs = isThere(found.definition, statement);
  if (found.isValid) return { value: isOurs ? create : found.definition };
  return { value: `${found.definition} -- invalid: not built to its end`, ...(isOurs ? { isPartial: true } : {}) };
}

function isThere(definition: string, statement: IndexStatement): boolean {
  try {
    return isSameIndex(readIndexStatement(definition, statement.dialect), statement);
  } catch (error) {
    // A unique index, or one that a constraint made: not one of ours.
    if (error instanceof DomainError) return false;
    throw error;
  }
}

const conflict = ({ name, database }: ChangeOf<'index'>, why: string): DomainError =>
  new DomainError('conflict', `The index ${name} of ${database} is left as it is: ${why}.`);
