import type { IndexStatement } from './index-statement.ts';

/** An index as the database's catalog has it. */
export interface CatalogIndex {
  /** What creates it, as the database spells it. */
  definition: string;
  /** What a build that was cut off leaves behind serves nobody. */
  isValid: boolean;
}

/**
 * An open database in which indexes are created and dropped. Each throws DomainError: `unavailable` when it does not answer, is locked,
 * or takes too long; `forbidden` when the user may not; `not-found` when the table is not there.
 */
export interface IndexedDatabase {
  /** Undefined: there is none of this name. */
  find(statement: IndexStatement): Promise<CatalogIndex | undefined>;
  /** @throws DomainError not-found */
  requireTable(statement: IndexStatement): Promise<void>;
  /** Does nothing where an index of this name is there already. */
  create(statement: IndexStatement): Promise<void>;
  /** Does nothing where there is none. */
  drop(statement: IndexStatement): Promise<void>;
  /** DDL of its tables and indexes, as far as it fits into so many characters. */
  schema(maxCharacters: number): Promise<string>;
  close(): Promise<void>;
}
