import { columnIn, type Schema, sameName, type Table, tableIn } from '../schema/model.ts';
import {
  type Column,
  type Expression,
  queriesOf,
  type Role,
  type Select,
  type Source,
  type Statement,
  withinExpression,
} from './tree.ts';

/** A table where a query names it. */
export type TableSource = Source & { table: string };

const isTable = (source: Source): source is TableSource => source.table !== undefined;

/** One SELECT of a statement, with what its names mean in it. */
export class Scope {
  readonly query: Select;
  readonly role: Role;
  readonly schema: Schema | undefined;
  /** Its tables, without what `WITH` gave the name of a table. */
  readonly tables: readonly TableSource[];

  constructor(
    query: Select,
    role: Role,
    { schema, named }: { schema: Schema | undefined; named: ReadonlySet<string> },
  ) {
    this.query = query;
    this.role = role;
    this.schema = schema;
    this.tables = query.sources.filter(isTable).filter(({ table }) => !named.has(table.toLowerCase()));
  }

  tableOf(source: Source): Table | undefined {
    return source.table === undefined ? undefined : tableIn(this.schema, source.table);
  }

  /** Which source of this query the column is of; undefined: of an outer query, or nobody can say. */
  sourceOf({ table, column }: Column): Source | undefined {
    const { sources } = this.query;
    if (table !== undefined) return sources.find(({ alias }) => sameName(alias, table));
    const [only] = sources;
    if (sources.length === 1) return only?.table === undefined || this.#mayHave(only, column) ? only : undefined;
    const having = sources.filter((source) => columnIn(this.tableOf(source), column) !== undefined);
    return having.length === 1 ? having[0] : undefined;
  }

  #mayHave(source: Source, column: string): boolean {
    const table = this.tableOf(source);
    return table === undefined || columnIn(table, column) !== undefined || /^(rowid|oid|_rowid_)$/i.test(column);
  }

  /** The columns of this query's own sources within the expression, each with its source. */
  columnsIn(expression: Expression | undefined): { column: Column; source: Source }[] {
    return [...withinExpression(expression)].flatMap((each) => {
      if (each.type !== 'column') return [];
      const source = this.sourceOf(each);
      return source === undefined ? [] : [{ column: each, source }];
    });
  }

  /** It is the same for every row of the sources: a literal, a parameter, what is made of them, or an outer query's. */
  isValue(expression: Expression): boolean {
    return [...withinExpression(expression)].every((each) => {
      if (each.type === 'column') return each.table !== undefined && this.sourceOf(each) === undefined;
      return each.type !== 'star';
    });
  }
}

/** Every SELECT of the statement, the outer before the inner. */
export function scopesOf({ query }: Statement, schema: Schema | undefined): Scope[] {
  const found = [...queriesOf(query)];
  const named = new Set(found.flatMap(({ query: { named: each } }) => each.map(({ name }) => name.toLowerCase())));
  return found.map(({ query: each, role }) => new Scope(each, role, { schema, named }));
}
