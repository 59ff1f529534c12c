import { needRequestContext } from '../telemetry/current-request.ts';
import { QueryKinds } from '../telemetry/databases/query-kinds.ts';
import { endingWith, type RunningQuery } from '../telemetry/databases/query-log.ts';
import { queryLogs } from '../telemetry/databases/query-logs.ts';

export interface MonitorQueryOptions<Result> {
  /** `oracle`, `cassandra`, ...; `database` when left out. */
  readonly system?: string;
  /** How many rows came, or were changed. Left out, it is told by a list's length, `rowCount`, `affectedRows` or `changes`. */
  readonly rows?: (result: Awaited<Result>) => number;
}

const maxSystems = 20;
const maxSystemLength = 40;
const kindsBySystem = new Map<string, QueryKinds>();

/** One for a system, whoever asks: kinds are told apart by identity. */
function kindsOf(system: string): QueryKinds {
  const known = kindsBySystem.get(system);
  if (known !== undefined) return known;
  if (kindsBySystem.size >= maxSystems) kindsBySystem.clear();
  const kinds = new QueryKinds(system);
  kindsBySystem.set(system, kinds);
  return kinds;
}

function usualRows(result: unknown): number {
  if (Array.isArray(result)) return result.length;
  if (typeof result !== 'object' || result === null) return 0;
  const { rowCount, affectedRows, changes } = result as Record<string, unknown>;
  const count = Number(rowCount ?? affectedRows ?? changes);
  return Number.isFinite(count) && count > 0 ? count : 0;
}

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function';

/**
 * Times a database call that is not seen by itself, and reports it with the other queries of the request that it is made for.
 * The function stays what it is to its callers; where nothing is reported it is called and no more. What can be awaited and is
 * no promise (a query builder) is awaited.
 *
 * @param query its text, of which values are removed, or a name
 * @throws TypeError when the query is no text or empty
 */
export function monitorQuery<This, Args extends readonly unknown[], Result>(
  query: string,
  fn: (this: This, ...args: Args) => Result,
  options: MonitorQueryOptions<Result> = {},
): (this: This, ...args: Args) => Result {
  if (typeof query !== 'string' || query.trim() === '') throw new TypeError('monitorQuery() takes a text or a name');
  if (typeof fn !== 'function') throw new TypeError('monitorQuery() takes the function that asks the database');
  const { system = 'database', rows } = options;
  const kinds = kindsOf(system.slice(0, maxSystemLength) || 'database');
  const rowsOf = (rows ?? usualRows) as (result: unknown) => number;
  needRequestContext();
  const monitored = function (this: This, ...args: Args): Result {
    const running = [...queryLogs].flatMap((log) => log.begin(() => kinds.of(query)) ?? []);
    if (running.length === 0) return Reflect.apply(fn, this, args);
    try {
      const result: unknown = Reflect.apply(fn, this, args);
      return running.reduce((value: unknown, each) => ended(value, each, rowsOf), result) as Result;
    } catch (error) {
      for (const each of running) each.end();
      throw error;
    }
  };
  return Object.defineProperties(monitored, {
    name: { value: fn.name, configurable: true },
    length: { value: fn.length, configurable: true },
  });
}

function ended(result: unknown, running: RunningQuery, rowsOf: (result: unknown) => number): unknown {
  if (isThenable(result)) return endingWith(Promise.resolve(result), running, rowsOf);
  running.endWith(result, rowsOf);
  return result;
}
