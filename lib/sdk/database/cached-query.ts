import type { Cache, InvalidationResult } from '../../cache/library/cache.ts';
import { maxTags } from '../../contracts/cache-headers.ts';
import { cached } from '../cache/cached.ts';
import { type Statement, statementOf } from './statement.ts';

export interface CachedQueryOptions<Result> {
  /** Asks the database: what is given to the cached query, and nothing else. */
  readonly query: (text: string, parameters: readonly unknown[]) => Result | Promise<Result>;
  /** Begins the keys; to be told apart where two databases share a cache. */
  readonly name?: string;
  /** The policy's when left out. */
  readonly ttlSeconds?: number | ((result: Result, text: string) => number);
  /** Of a statement, where its text does not say it all: views, functions, triggers. Left out, they are read from the text. */
  readonly tables?: (text: string) => readonly string[];
}

export interface CachedQuery<Result> {
  /**
   * The rows of a read, kept until their time is over or a table that they are of has changed. A write is sent as it is, and
   * whatever came of it, what was kept of its tables is forgotten.
   */
  (text: string, parameters?: readonly unknown[]): Promise<Result>;
  /** Asks the database, whatever is kept, and keeps the answer. */
  refresh(text: string, parameters?: readonly unknown[]): Promise<Result>;
  /** Forgets what is kept of these tables, in every process that shares the cache: for writes that go another way. */
  invalidateTables(...tables: readonly string[]): Promise<InvalidationResult>;
  invalidateAll(): Promise<InvalidationResult>;
}

/** How the cache's entries are tagged: they can be invalidated by it from anywhere. */
export const tableTag = (table: string): string => `table:${table.toLowerCase()}`.slice(0, 80);

/** Spaces differ without a meaning, unless there may be a text or a comment among them. */
const normalized = (text: string): string =>
  /['"`#\\[]|--|\/\*|\$\w*\$/.test(text) ? text.trim() : text.trim().replaceAll(/\s+/g, ' ');

/** Texts that are looked at once. */
const maxStatements = 1_000;
/** One is the name's. */
const maxTables = maxTags - 1;

/**
 * Keeps the results of reads in a cache of `headroom/cache`, by their text and parameters and tagged with their tables: one call
 * for all who ask the same at the same time. What is in doubt is asked of the database. Not for statements within a transaction:
 * give those to its own connection.
 *
 * @throws TypeError when the cache has another query of that name
 */
export function cachedQuery<Result>(cache: Cache<unknown>, options: CachedQueryOptions<Result>): CachedQuery<Result> {
  const { query, name, ttlSeconds, tables } = options;
  const statements = new Map<string, Statement>();
  const statementFor = (text: string): Statement => {
    const known = statements.get(text);
    if (known !== undefined) return known;
    const own = statementOf(text);
    const named = tables?.(text);
    const statement: Statement =
      named === undefined
        ? own
        : { kind: own.kind === 'direct' && named.length > 0 ? 'cacheable' : own.kind, tables: named };
    if (statements.size >= maxStatements) statements.clear();
    statements.set(text, statement);
    return statement;
  };
  const send = async (text: string, parameters: readonly unknown[]): Promise<Result> => query(text, parameters);
  const kept = cached(
    // Its name is that of the keys where none is given.
    function query(text: string, parameters: readonly unknown[]): Promise<Result> {
      return send(text, parameters);
    },
    {
      cache,
      key: (text, parameters) => [normalized(text), parameters],
      tags: (text) => statementFor(text).tables.map(tableTag),
      ...(name !== undefined && { name }),
      ...(ttlSeconds !== undefined && {
        ttlSeconds:
          typeof ttlSeconds === 'number' ? ttlSeconds : (result: Result, text: string) => ttlSeconds(result, text),
      }),
    },
  );
  const invalidateTables = (...changed: readonly string[]): Promise<InvalidationResult> =>
    cache.invalidate({ tags: changed.map(tableTag) });
  const write = async (text: string, parameters: readonly unknown[], changed: readonly string[]): Promise<Result> => {
    try {
      return await send(text, parameters);
    } finally {
      // Also when it failed: it may have been carried out, and only the answer been lost.
      await (changed.length === 0 ? kept.invalidateAll() : invalidateTables(...changed));
    }
  };
  const ask = (text: string, parameters: readonly unknown[], isRefresh: boolean): Promise<Result> => {
    const { kind, tables: named } = statementFor(text);
    if (kind === 'write') return write(text, parameters, named);
    if (kind === 'direct' || named.length > maxTables) return send(text, parameters);
    return isRefresh ? kept.refresh(text, parameters) : kept(text, parameters);
  };
  return Object.assign((text: string, parameters: readonly unknown[] = []) => ask(text, parameters, false), {
    refresh: (text: string, parameters: readonly unknown[] = []) => ask(text, parameters, true),
    invalidateTables,
    invalidateAll: () => kept.invalidateAll(),
  });
}
