import type { Scenario } from '../../contracts/load-scenario.ts';
import { valuePlaceholder } from '../../contracts/route-pattern.ts';
import { scenarioNameOf } from '../../contracts/scenario-name.ts';
import type { ScenarioDraft } from './collected-scenarios.ts';
import { hasTemplate, literalPart, literalPath } from './literal.ts';
import type { SentMethod } from './sent-method.ts';

/** Of a route that was asked for more often, at most so many requests are kept, evenly from the whole log. */
const maxRows = 500;

/** What a route's requests have in common. */
export interface RouteShape {
  method: SentMethod;
  /** Segments of the path; a placeholder for each value. */
  pattern: readonly string[];
  /** Names of the query's parameters, decoded. */
  parameters: readonly string[];
}

type Row = readonly string[];

/**
 * A route of a log, and what was asked of it: the values that its path and query had, in their order and as often as they
 * came. A load test that goes through them asks for the popular ones as often as the visitors did, and so hits caches as
 * often as they do.
 */
export class LoggedRoute {
  readonly #shape: RouteShape;
  readonly #rows: Row[] = [];
  #count = 0;
  /** Every so many-th request is kept. */
  #stride = 1;

  constructor(shape: RouteShape) {
    this.#shape = shape;
  }

  /** @param values decoded: those of the path, then those of the query */
  add(values: Row): void {
    if (this.#count++ % this.#stride !== 0) return;
    this.#rows.push(values);
    if (this.#rows.length <= maxRows) return;
    this.#stride *= 2;
    const kept = this.#rows.filter((_, index) => index % 2 === 0);
    this.#rows.splice(0, this.#rows.length, ...kept);
  }

  get count(): number {
    return this.#count;
  }

  get method(): SentMethod {
    return this.#shape.method;
  }

  /** `GET /orders/:id` */
  get name(): string {
    const { method, pattern, parameters } = this.#shape;
    const path = `/${pattern.join('/')}`;
    return scenarioNameOf({ method, path: parameters.length === 0 ? path : `${path} {${parameters.join(' ')}}` });
  }

  toScenario(): ScenarioDraft {
    const { method, pattern, parameters } = this.#shape;
    const rows = this.#rows;
    const columns = columnsOf(pattern, parameters);
    // What is the same in all of them needs no column.
    const constants = columns.map((_, column) => {
      const first = rows[0]?.[column] ?? '';
      return isPlain(first) && rows.every((row) => row[column] === first) ? first : undefined;
    });
    const isVariable = (column: number): boolean => constants[column] === undefined;
    const filled = (column: number, write: (text: string) => string): string => {
      const constant = constants[column];
      return constant === undefined ? `{{${columns[column]}}}` : write(constant);
    };
    let column = 0;
    const path = pattern.map((part) => (part === valuePlaceholder ? filled(column++, literalPart) : literalPath(part)));
    const query = parameters.map((name) => [name, filled(column++, (text) => text)] as const);
    const variables = columns.flatMap((name, index) => (isVariable(index) ? { name, index } : []));
    const data: Scenario['data'] = {
      rows: rows.map((row) => Object.fromEntries(variables.map(({ name, index }) => [name, row[index] ?? '']))),
      order: 'sequential',
    };
    return {
      name: this.name,
      weight: this.#count,
      method,
      path: `/${path.join('/')}`,
      ...(query.length === 0 ? {} : { query: Object.fromEntries(query) }),
      ...(variables.length === 0 ? {} : { data }),
    };
  }
}

/** Whether it can stand in a scenario itself, and not only in its data. */
const isPlain = (text: string): boolean => !hasTemplate(text) && !/\p{Cc}/u.test(text);

/** Different names for the values: `id`, or `id1`, `id2`, and those of the parameters where they can be names of columns. */
function columnsOf(pattern: readonly string[], parameters: readonly string[]): string[] {
  const ids = pattern.filter((part) => part === valuePlaceholder);
  const columns = ids.map((_, index) => (ids.length === 1 ? 'id' : `id${index + 1}`));
  for (const [index, name] of parameters.entries()) {
    const isFree = /^(?!__proto__$)[A-Za-z_][\w.]{0,63}$/.test(name) && !columns.includes(name);
    columns.push(isFree ? name : `parameter.${index + 1}`);
  }
  return columns;
}
