import { sameName } from '../schema/model.ts';
import { type Conditions, type Key, keyOf, type Predicate, type PredicateKind } from '../sql/predicates.ts';
import type { Scope, TableSource } from '../sql/scope.ts';
import { type Expression, type Literal, withinExpression } from '../sql/tree.ts';
import type { CandidateKey, RuleContext } from './candidate.ts';

/** What a query asks of one of its tables. */
export interface Needs {
  source: TableSource;
  equality: CandidateKey[];
  ranges: CandidateKey[];
  /** Conditions on few of the rows, the same in each call of the query. */
  constant: Predicate[];
  /** All of the order, when it is of this table alone. */
  order: CandidateKey[];
  group: CandidateKey[];
  joins: Predicate[];
  infix: Predicate[];
  contains: Predicate[];
  hasLimit: boolean;
}

/** A value that so few rows have is worth an index of its own. */
const rarePercent = 20;

const keyText = ({ column, expression }: Key, text: string): string =>
  column?.toLowerCase() ?? text.slice(expression.at.offset, expression.at.offset + expression.at.length).toLowerCase();

export function needsOf(source: TableSource, scope: Scope, conditions: Conditions, context: RuleContext): Needs {
  const own = conditions.predicates.filter(({ key }) => key.source === source);
  const ofKind = (...kinds: PredicateKind[]): Predicate[] => own.filter(({ kind }) => kinds.includes(kind));
  const canBePartial = context.dialect !== 'mysql';
  const isConstant = (predicate: Predicate): boolean =>
    canBePartial && predicate.key.column !== undefined && (isFlag(predicate) || isRare(predicate, source, context));
  const constant = ofKind('null', 'true', 'false', 'equality').filter(isConstant);
  // `IN` may have many values, between which the order of what follows is lost: it stands after the others.
  const equal = [...ofKind('equality', 'true', 'false', 'null'), ...ofKind('in')].filter(
    (each) => !constant.includes(each),
  );
  return {
    source,
    constant,
    equality: distinctKeys(equal, context).map((key) => ({ key, descending: false, isEquality: true })),
    ranges: distinctKeys(ofKind('range', 'prefix'), context).map((key) => ({
      key,
      descending: false,
      isEquality: false,
      ...(context.dialect === 'postgresql' && ofKind('prefix').some((each) => each.key === key)
        ? { comparedBy: 'text_pattern_ops' }
        : {}),
    })),
    order: orderOf(source, scope),
    group: groupOf(source, scope),
    joins: ofKind('join'),
    infix: ofKind('infix'),
    contains: ofKind('contains'),
    hasLimit: scope.query.limit !== undefined,
  };
}

const isFlag = ({ kind }: Predicate): boolean => kind === 'null' || kind === 'true' || kind === 'false';

/** A literal in the text that, as the statistics say, few rows have. */
function isRare({ key, value }: Predicate, source: TableSource, { statistics }: RuleContext): boolean {
  if (value === undefined || key.column === undefined) return false;
  const column = columnStatisticsOf(source.table, key.column, statistics);
  const { mostCommon, distinctValues } = column ?? {};
  if (mostCommon === undefined || (distinctValues ?? mostCommon.length) > 50) return false;
  const known = mostCommon.find((each) => isSame(each.value, value));
  return known !== undefined && known.sharePercent <= rarePercent;
}

const isSame = (one: Literal, other: Literal): boolean => String(one) === String(other);

export function columnStatisticsOf(table: string, column: string, statistics: RuleContext['statistics']) {
  const ofTable = Object.entries(statistics?.tables ?? {}).find(([name]) =>
    sameName(name.split('.').at(-1) ?? '', table),
  );
  return Object.entries(ofTable?.[1].columns ?? {}).find(([name]) => sameName(name, column))?.[1];
}

function distinctKeys(predicates: readonly Predicate[], { text }: RuleContext): Key[] {
  const known = new Map<string, Key>();
  for (const { key } of predicates) if (!known.has(keyText(key, text))) known.set(keyText(key, text), key);
  return [...known.values()];
}

function orderOf(source: TableSource, scope: Scope): CandidateKey[] {
  const { orderBy, groupBy } = scope.query;
  if (groupBy.length > 0) return [];
  const keys = orderBy.map(({ by, descending, nulls }) => ({ key: keyOf(by, scope), descending, nulls }));
  // An order of the nulls that is not the index's own is no order that it has.
  const isUsual = keys.every(({ descending, nulls }) => nulls === undefined || (nulls === 'first') === descending);
  const own = keys.flatMap(({ key, descending }) =>
    key === undefined || key.source !== source ? [] : [{ key, descending, isEquality: false }],
  );
  if (keys.length > 0) return isUsual && own.length === keys.length ? own : [];
  return extremeOf(source, scope);
}

/** `SELECT max(x)` reads one end of an order. */
function extremeOf(source: TableSource, scope: Scope): CandidateKey[] {
  const [only, ...others] = scope.query.columns;
  if (only?.type !== 'call' || others.length > 0 || !/^(min|max)$/.test(only.name)) return [];
  const [argument] = only.args;
  const key = argument === undefined ? undefined : keyOf(argument, scope);
  return key?.source === source ? [{ key, descending: false, isEquality: false }] : [];
}

export const isExtreme = ({ query }: Scope): boolean => {
  const [only, ...others] = query.columns;
  return only?.type === 'call' && others.length === 0 && /^(min|max)$/.test(only.name) && query.groupBy.length === 0;
};

function groupOf(source: TableSource, scope: Scope): CandidateKey[] {
  const { groupBy, distinct, columns } = scope.query;
  const grouped = groupBy.length > 0 ? groupBy : distinct ? columns : [];
  const keys = grouped.map((each) => keyOf(each, scope)).filter((key) => key?.source === source);
  if (keys.length !== grouped.length) return [];
  return keys.flatMap((key) => (key === undefined ? [] : [{ key, descending: false, isEquality: false }]));
}

/** The columns of a table that the query reads; undefined: all, or nobody knows. */
export function columnsRead(source: TableSource, scope: Scope): string[] | undefined {
  const { columns, where, having, groupBy, orderBy, sources } = scope.query;
  const all: (Expression | undefined)[] = [
    ...columns,
    where,
    having,
    ...groupBy,
    ...orderBy.map(({ by }) => by),
    ...sources.map(({ on }) => on),
  ];
  const parts = all.flatMap((each) => [...withinExpression(each)]);
  const isStar = columns.some((each) => each.type === 'star');
  // What is within a subquery may be of this table too.
  if (isStar || parts.some(({ type }) => type === 'query')) return undefined;
  const own = all.flatMap((each) => scope.columnsIn(each)).filter((each) => each.source === source);
  return [...new Set(own.map(({ column }) => column.column))];
}
