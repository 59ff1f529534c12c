import { type ActiveRequest, currentRequest } from '../current-request.ts';
import type { OwnErrors } from '../own-errors.ts';
import type { EndedQuery } from './ended-query.ts';
import type { QueryKind } from './query-kinds.ts';

export type ReportQuery = (query: EndedQuery) => void;

/** Drivers, and the host's own counting, may say anything; one wrong count would cost the whole window. */
const countOf = (rows: number): number => (Number.isSafeInteger(rows) && rows > 0 ? rows : 0);

/** A query on its way. */
export class RunningQuery {
  readonly active: ActiveRequest | undefined;
  readonly #kind: QueryKind;
  readonly #log: QueryLog;
  readonly #startedAtMs = performance.now();
  #ended = false;

  constructor(kind: QueryKind, active: ActiveRequest | undefined, log: QueryLog) {
    this.#kind = kind;
    this.active = active;
    this.#log = log;
  }

  /** Drivers tell the end in several ways: the first counts. */
  end(rows = 0): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#log.record(this.#kind, this.active, performance.now() - this.#startedAtMs, countOf(rows));
  }

  /** No mistake in counting rows may become the result of the host's query. */
  endWith(result: unknown, rowsOf: (result: unknown) => number): void {
    let rows = 0;
    this.#log.errors.guard('Counting rows', () => {
      rows = rowsOf(result);
    });
    this.end(rows);
  }
}

/** Where the drivers' watchers report; none of their mistakes reaches the host. */
export class QueryLog {
  readonly errors: OwnErrors;
  readonly #report: ReportQuery;

  constructor(report: ReportQuery, errors: OwnErrors) {
    this.#report = report;
    this.errors = errors;
  }

  /** @param kindOf undefined: not a query that is reported */
  begin(kindOf: () => QueryKind | undefined): RunningQuery | undefined {
    let running: RunningQuery | undefined;
    this.errors.guard('Watching a query', () => {
      const kind = kindOf();
      if (kind !== undefined) running = new RunningQuery(kind, currentRequest(), this);
    });
    return running;
  }

  record(kind: QueryKind, active: ActiveRequest | undefined, durationMs: number, rows: number): void {
    this.errors.guard('Recording a query', () => this.#report({ kind, active, durationMs, rows }));
  }
}

/** Hosts may have drivers make promises of another library. */
const isThenable = (value: unknown): value is Promise<unknown> =>
  value instanceof Promise ||
  (typeof value === 'object' && value !== null && typeof Reflect.get(value, 'then') === 'function');

/** The same promise to whoever waits for it: value, error and class stay, and a rejection that nobody handles is still one. */
export function endingWith(
  promise: unknown,
  running: RunningQuery,
  rowsOf: (result: unknown) => number = () => 0,
): unknown {
  if (!isThenable(promise)) {
    running.end();
    return promise;
  }
  return promise.then(
    (result: unknown) => {
      running.endWith(result, rowsOf);
      return result;
    },
    (error: unknown) => {
      running.end();
      throw error;
    },
  );
}
