/**
 * A statement of SQL, whatever its dialect: what the grammars' trees have in common and advice needs. Names are as the
 * dialect folds them; keywords and operators are in lower case.
 */

/** In UTF-16 code units, from the beginning of the text. */
export interface Span {
  offset: number;
  length: number;
}

export type Literal = string | number | boolean | null;

export type Expression =
  | { type: 'column'; table?: string; column: string; at: Span }
  | { type: 'star'; table?: string; at: Span }
  | { type: 'literal'; value: Literal; at: Span }
  | { type: 'parameter'; at: Span }
  | { type: 'call'; name: string; args: Expression[]; at: Span }
  | { type: 'cast'; to: string; args: [Expression]; at: Span }
  /** `and`, `or`, `not`, `=`, `<>`, `like`, `not in`, `between`, `is null`, `exists`, `+`, ... */
  | { type: 'operation'; operator: string; args: Expression[]; at: Span }
  | { type: 'list'; args: Expression[]; at: Span }
  | { type: 'query'; query: Select; at: Span }
  /** Whatever else there is: what it is made of. */
  | { type: 'other'; args: Expression[]; at: Span };

export type Column = Extract<Expression, { type: 'column' }>;

export type JoinKind = 'first' | 'comma' | 'inner' | 'left' | 'right' | 'full' | 'cross';

export interface Source {
  /** Of a table: its name without the schema. */
  table?: string;
  schema?: string;
  /** Of a subquery. */
  query?: Select;
  /** What columns name it by. */
  alias: string;
  join: JoinKind;
  on?: Expression;
  /** `USING (a, b)`; of `NATURAL` nobody knows without the schema. */
  using?: readonly string[] | 'natural';
  at: Span;
}

export interface Order {
  by: Expression;
  descending: boolean;
  nulls?: 'first' | 'last';
}

export interface Select {
  distinct: boolean;
  columns: Expression[];
  sources: Source[];
  where?: Expression;
  groupBy: Expression[];
  having?: Expression;
  orderBy: Order[];
  limit?: Expression;
  offset?: Expression;
  /** Named by `WITH`. */
  named: { name: string; query: Select }[];
  /** Of `UNION`, `INTERSECT` and `EXCEPT`: then the rest but the order and the limit is theirs. */
  arms: Select[];
  /** `union` and its kin remove duplicates unless they say ALL. */
  removesDuplicates: boolean;
  at: Span;
}

export type StatementKind = 'select' | 'insert' | 'update' | 'delete';

export interface Statement {
  kind: StatementKind;
  /** Of an update or a delete: its tables and its condition. Of an insert: what it takes its rows from. */
  query: Select;
  at: Span;
}

export const emptySelect = (at: Span): Select => ({
  distinct: false,
  columns: [],
  sources: [],
  groupBy: [],
  orderBy: [],
  named: [],
  arms: [],
  removesDuplicates: false,
  at,
});

export const argumentsOf = (expression: Expression): readonly Expression[] =>
  'args' in expression ? expression.args : [];

/** The expression and all within it, but what stands within its subqueries. */
export function* withinExpression(expression: Expression | undefined): Generator<Expression> {
  if (expression === undefined) return;
  yield expression;
  for (const argument of argumentsOf(expression)) yield* withinExpression(argument);
}

export const expressionsOf = (query: Select): Expression[] => [
  ...query.columns,
  ...query.sources.flatMap(({ on }) => (on === undefined ? [] : [on])),
  ...[query.where, query.having, query.limit, query.offset].filter((each) => each !== undefined),
  ...query.groupBy,
  ...query.orderBy.map(({ by }) => by),
];

/** How a query stands within its statement. */
export type Role = 'top' | 'arm' | 'named' | 'derived' | 'subquery';

/** The query and all within it, the outer before the inner. */
export function* queriesOf(query: Select, role: Role = 'top'): Generator<{ query: Select; role: Role }> {
  yield { query, role };
  for (const arm of query.arms) yield* queriesOf(arm, role === 'top' ? 'arm' : role);
  for (const { query: named } of query.named) yield* queriesOf(named, 'named');
  for (const { query: derived } of query.sources) if (derived !== undefined) yield* queriesOf(derived, 'derived');
  for (const expression of expressionsOf(query)) {
    for (const inner of withinExpression(expression)) {
      if (inner.type === 'query') yield* queriesOf(inner.query, 'subquery');
    }
  }
}

/** What an item of ORDER BY or GROUP BY stands for: it may be the name or the number of an output. */
export function outputOf(item: Expression, outputs: readonly { name: string; expression: Expression }[]): Expression {
  if (item.type === 'literal' && typeof item.value === 'number') return outputs[item.value - 1]?.expression ?? item;
  if (item.type !== 'column' || item.table !== undefined) return item;
  return outputs.find(({ name }) => name.toLowerCase() === item.column.toLowerCase())?.expression ?? item;
}

export const endOf = ({ offset, length }: Span): number => offset + length;

/** From the first to the last of them. */
export function spanOf(spans: readonly Span[]): Span {
  const offset = Math.min(...spans.map((span) => span.offset));
  return { offset, length: Math.max(...spans.map(endOf)) - offset };
}
