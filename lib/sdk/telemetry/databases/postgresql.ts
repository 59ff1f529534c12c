import { runInRequest } from '../current-request.ts';
import type { ModuleLoads } from '../module-loads.ts';
import { type Method, wrapMethod } from '../wrap-method.ts';
import { keepingRequest } from './keeping-request.ts';
import { onDriver } from './on-driver.ts';
import { QueryKinds } from './query-kinds.ts';
import { endingWith, type QueryLog, type RunningQuery } from './query-log.ts';

/** Of one statement, or of several sent as one text. */
function rowsOf(result: unknown): number {
  if (Array.isArray(result)) return result.reduce((sum: number, each) => sum + rowsOf(each), 0);
  const count: unknown = (result as { rowCount?: unknown } | undefined)?.rowCount;
  return typeof count === 'number' ? count : 0;
}

type Callback = (this: unknown, error: unknown, result: unknown) => unknown;

const calledBack = (running: RunningQuery, callback: Callback): Callback =>
  function (error, result) {
    running.end(rowsOf(result));
    return runInRequest(running.active, () => Reflect.apply(callback, this, [error, result]));
  };

/** What a query is given as: text, a description, or an object that speaks the protocol itself (a cursor, a stream). */
interface Given {
  readonly text?: unknown;
  readonly name?: unknown;
  readonly callback?: unknown;
  readonly submit?: unknown;
  /** Of `pg-query-stream`. */
  readonly cursor?: { readonly text?: unknown };
}

const textOf = (given: unknown): unknown => {
  if (typeof given !== 'object' || given === null) return given;
  const { text, cursor, name }: Given = given;
  return text ?? cursor?.text ?? name;
};

/** Replaces a method of this one object, unseen by whoever lists its properties. */
function intercept(object: object, name: string, before: () => void): void {
  const original: unknown = Reflect.get(object, name);
  if (typeof original !== 'function') return;
  const value = function (this: unknown, ...args: unknown[]) {
    before();
    return Reflect.apply(original, this, args);
  };
  Object.defineProperty(object, name, { value, writable: true, configurable: true, enumerable: false });
}

/** By the messages that the connection hands to it: a cursor's time goes on until it is read to its end, or closed. */
function watchSubmitted(submitted: object, running: RunningQuery): void {
  let rows = 0;
  intercept(submitted, 'handleDataRow', () => rows++);
  intercept(submitted, 'handleReadyForQuery', () => running.end(rows));
  intercept(submitted, 'handleError', () => running.end(rows));
}

function run(client: object, query: Method, args: unknown[], running: RunningQuery): unknown {
  const [first] = args;
  const given: Given = typeof first === 'object' && first !== null ? first : {};
  if (typeof given.submit === 'function') {
    watchSubmitted(given, running);
    return Reflect.apply(query, client, args);
  }
  const at = args.findIndex((each, index) => index > 0 && typeof each === 'function');
  if (at > 0) return Reflect.apply(query, client, args.with(at, calledBack(running, args[at] as Callback)));
  if (typeof given.callback === 'function') {
    const callback = calledBack(running, given.callback as Callback);
    const own = Object.create(given, { callback: { value: callback, writable: true, enumerable: true } });
    return Reflect.apply(query, client, args.with(0, own));
  }
  return endingWith(Reflect.apply(query, client, args), running, rowsOf);
}

/** Times every query of `pg`, by its clients and its pools, whatever way its result is waited for. */
export function watchPostgresql(loads: ModuleLoads, log: QueryLog): void {
  const kinds = new QueryKinds('postgresql');
  const timed = (query: Method): Method =>
    function (this: object, ...args: unknown[]) {
      const running = log.begin(() => {
        const text = textOf(args[0]);
        return typeof text === 'string' ? kinds.of(text) : undefined;
      });
      if (running === undefined) return Reflect.apply(query, this, args);
      try {
        return run(this, query, args, running);
      } catch (error) {
        running.end();
        throw error;
      }
    };
  onDriver(loads, ['/pg/lib/client.js', '/pg/lib/native/client.js'], (Client) => {
    wrapMethod((Client as { prototype: object }).prototype, 'query', timed);
  });
  onDriver(loads, ['pg-pool', '/pg-pool/index.js'], (Pool) => {
    keepingRequest((Pool as { prototype: object }).prototype, 'connect');
  });
}
