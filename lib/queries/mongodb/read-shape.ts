import { type MongoQuery, mongoQuery } from '../../contracts/query-analyses.ts';

/** What stands for a value. */
const value = '?';
const maxDepth = 30;

/**
 * A query of MongoDB from its shape, as telemetry tells it: `find products { price: { $lt: ? } } sort { price: ? }`. Directions of
 * a sort are values too, and are taken to be upwards. Undefined: it is no such query, or was cut off.
 */
export function readShape(shape: string): MongoQuery | undefined {
  const head = /^(find|aggregate) ([^\s{[]+) ?/.exec(shape);
  const [all = '', command, collection] = head ?? [];
  if (command === undefined || collection === undefined) return undefined;
  try {
    const reader = new ShapeReader(shape.slice(all.length));
    if (command === 'aggregate') return parsed({ aggregate: collection, pipeline: reader.read(0) });
    const query: { [part: string]: unknown } = { find: collection };
    if (reader.isAt('{')) query.filter = reader.read(0);
    for (let part = reader.word(); part !== ''; part = reader.word()) {
      if (part === 'sort' || part === 'projection') query[part] = reader.read(0);
      else reader.read(0);
    }
    if (query.sort !== undefined) query.sort = directionsOf(query.sort);
    return parsed(query);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const parsed = (query: unknown): MongoQuery | undefined => mongoQuery.safeParse(query).data;

const directionsOf = (sort: unknown): unknown =>
  typeof sort === 'object' && sort !== null
    ? Object.fromEntries(Object.keys(sort).map((field) => [field, 1]))
    : undefined;

/** Documents whose names stand without quotes. */
class ShapeReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isAt(symbol: string): boolean {
    this.#skipSpace();
    return this.#text[this.#at] === symbol;
  }

  /** The word here, or nothing at the end. */
  word(): string {
    this.#skipSpace();
    const [word = ''] = /^\w+/.exec(this.#text.slice(this.#at)) ?? [];
    this.#at += word.length;
    return word;
  }

  read(depth: number): unknown {
    if (depth > maxDepth) throw new SyntaxError('It is nested too deeply.');
    if (this.isAt('{')) return this.#readDocument(depth);
    if (this.isAt('[')) return this.#readList(depth);
    this.#expect(value);
    return value;
  }

  #readDocument(depth: number): unknown {
    const document: { [name: string]: unknown } = {};
    this.#expect('{');
    while (!this.isAt('}')) {
      const end = this.#text.indexOf(': ', this.#at);
      if (end < 0) throw new SyntaxError('A name has no value.');
      const name = this.#text.slice(this.#at, end).trim();
      this.#at = end + 1;
      document[name] = this.read(depth + 1);
      if (!this.isAt('}')) this.#expect(',');
    }
    this.#expect('}');
    return document;
  }

  #readList(depth: number): unknown {
    const list: unknown[] = [];
    this.#expect('[');
    while (!this.isAt(']')) {
      list.push(this.read(depth + 1));
      if (!this.isAt(']')) this.#expect(',');
    }
    this.#expect(']');
    return list;
  }

  #expect(symbol: string): void {
    if (!this.isAt(symbol)) throw new SyntaxError(`${symbol} was expected.`);
    this.#at++;
  }

  #skipSpace(): void {
    while (this.#text[this.#at] === ' ') this.#at++;
  }
}
