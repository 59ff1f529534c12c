import { columnIn, type Table } from '../schema/model.ts';
import { conjunctsOf, literalOf } from '../sql/predicates.ts';
import type { Scope } from '../sql/scope.ts';
import { type Expression, withinExpression } from '../sql/tree.ts';
import { excerpt, type FoundInText, type ScopeRule } from './finding.ts';

const comparing = /^(=|<>|<|>|<=|>=|like|not like|ilike|not ilike|glob|in|not in|any =|between|not between)$/;

/** The comparisons of WHERE and of the joins, within any AND, OR and NOT. */
const comparisonsOf = ({ query }: Scope): Extract<Expression, { type: 'operation' }>[] =>
  [query.where, ...query.sources.map(({ on }) => on)]
    .flatMap((each) => [...withinExpression(each)])
    .filter((each) => each.type === 'operation')
    .filter(({ operator }) => comparing.test(operator));

export const leadingWildcard: ScopeRule = (scope, context) =>
  comparisonsOf(scope).flatMap((comparison) => {
    const { operator, args, at } = comparison;
    const pattern = literalOf(args[1]);
    if (!/like|glob/.test(operator) || typeof pattern !== 'string' || scope.columnsIn(args[0]).length === 0) return [];
    if (!(operator === 'glob' ? /^[*?]/ : /^[%_]/).test(pattern)) return [];
    const how = {
      postgresql:
        'A trigram index (pg_trgm, GIN) finds text anywhere; for whole words use full-text search (tsvector).',
      mysql: 'Use a FULLTEXT index with MATCH ... AGAINST for words, or the ngram parser for parts of them.',
      sqlite: 'Use an FTS5 table, with the trigram tokenizer for parts of words.',
    }[context.dialect];
    return [
      {
        code: 'leading-wildcard',
        severity: 'high',
        message: `${excerpt(at, context)} looks for text that may begin anywhere, which no ordinary index can find: every row is read.`,
        recommendation: how,
        at,
      },
    ] satisfies FoundInText[];
  });

/** Of a date, the beginning and the end say the same, and the column stays bare. */
const ofDates =
  /^(date|date_trunc|datetime|to_char|date_part|extract|year|month|day|dayofmonth|hour|unix_timestamp|from_unixtime|strftime|julianday|to_days|date_format)$/;

export const functionOnColumn: ScopeRule = (scope, context) =>
  comparisonsOf(scope).flatMap(({ args }) => {
    const [left, ...others] = args;
    // `a = lower(b)` with the column alone on the other side is found by that.
    return [left, ...(args.length === 2 ? others : [])].flatMap((side) => {
      if (side === undefined || !isComputed(side)) return [];
      const columns = scope.columnsIn(side);
      const [first] = columns;
      const rest = args.filter((other) => other !== side);
      if (first === undefined || rest.some((other) => scope.columnsIn(other).length > 0)) return [];
      if (isIndexed(scope.tableOf(first.source), excerpt(side.at, context))) return [];
      const isDate = side.type === 'call' ? ofDates.test(side.name) : side.type === 'cast' && side.to === 'date';
      const name = first.column.column;
      return [
        {
          code: 'function-on-column',
          severity: 'medium',
          message: `${excerpt(side.at, context)} is computed for every row before it is compared; an index on ${name} cannot be used.`,
          recommendation: isDate
            ? `Compare the column itself with a range: ${name} >= the beginning AND ${name} < the end.`
            : `Compare the column itself, or create an index on ${excerpt(side.at, context)}.`,
          at: side.at,
        },
      ] satisfies FoundInText[];
    });
  });

const isIndexed = (table: Table | undefined, written: string): boolean => {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[\s"`()]|\w+\./g, '');
  return (
    table?.indexes.some(({ keys }) => keys[0]?.column === undefined && plain(keys[0]?.text ?? '') === plain(written)) ??
    false
  );
};

const isComputed = (side: Expression): boolean =>
  side.type === 'call' || side.type === 'cast' || (side.type === 'operation' && /^[-+*/%]$|^\|\|$/.test(side.operator));

const numeric = /^(small|big|tiny|medium)?int|^integer|^int\d|serial|numeric|decimal|real|double|float/;
const textual = /char|text|string|clob/;

/** A text compared with a number: every text is turned into one first, or PostgreSQL refuses. */
export const implicitCast: ScopeRule = (scope, context) =>
  comparisonsOf(scope).flatMap(({ operator, args, at }) => {
    const [left, right] = args;
    if (operator !== '=' && operator !== 'in') return [];
    const [column, value] = left?.type === 'column' ? [left, right] : [right, left];
    if (column?.type !== 'column' || value === undefined) return [];
    const source = scope.sourceOf(column);
    const type = source === undefined ? undefined : columnIn(scope.tableOf(source), column.column)?.type;
    const values = value.type === 'list' ? value.args.map(literalOf) : [literalOf(value)];
    const isNumberForText = type !== undefined && textual.test(type) && values.some((each) => typeof each === 'number');
    const isTextForNumber =
      type !== undefined &&
      numeric.test(type) &&
      values.some((each) => typeof each === 'string' && !/^-?[\d.]+(e\d+)?$/i.test(each));
    if (!isNumberForText && !isTextForNumber) return [];
    return [
      {
        code: 'implicit-cast',
        severity: 'high',
        message: isNumberForText
          ? `${excerpt(at, context)} compares ${column.column}, a ${type}, with a number: every row's text is turned into a number first, and no index is used.`
          : `${excerpt(at, context)} compares ${column.column}, a ${type}, with a text that is no number.`,
        recommendation: isNumberForText ? 'Write the value as a text, in quotes.' : 'Write the value as a number.',
        at,
      },
    ] satisfies FoundInText[];
  });

export const notInNulls: ScopeRule = (scope, context) =>
  comparisonsOf(scope).flatMap(({ operator, args, at }) => {
    const [, right] = args;
    if (operator !== 'not in' || right === undefined) return [];
    const hasNull =
      right.type === 'list' && right.args.some((each) => literalOf(each) === null && each.type === 'literal');
    if (right.type !== 'query' && !hasNull) return [];
    if (right.type === 'query' && isNeverNull(right, scope)) return [];
    return [
      {
        code: 'not-in-nulls',
        severity: 'high',
        message: `${excerpt(at, context)} finds nothing at all as soon as one of the values is NULL, and cannot be done as an anti-join.`,
        recommendation: 'Use NOT EXISTS (SELECT 1 ... WHERE ...), which does not mind NULL.',
        at,
      },
    ] satisfies FoundInText[];
  });

/** The one column that the subquery gives is said to be NOT NULL, or it asks for that. */
function isNeverNull({ query }: Extract<Expression, { type: 'query' }>, outer: Scope): boolean {
  const [output] = query.columns;
  const [source] = query.sources;
  if (output?.type !== 'column' || source === undefined || query.sources.length > 1) return false;
  const column = columnIn(outer.tableOf(source), output.column);
  const asks = conjunctsOf(query.where).some(
    (each) =>
      each.type === 'operation' &&
      each.operator === 'is not null' &&
      each.args[0]?.type === 'column' &&
      each.args[0].column === output.column,
  );
  return column?.notNull === true || asks;
}

export const orAcrossColumns: ScopeRule = (scope, context) =>
  conjunctsOf(scope.query.where).flatMap((each) => {
    if (each.type !== 'operation' || each.operator !== 'or') return [];
    const columns = each.args.map(
      (arm) => new Set(scope.columnsIn(arm).map(({ column }) => column.column.toLowerCase())),
    );
    const [first] = columns;
    const isAcross = columns.some(
      (names) => first !== undefined && [...names].every((name) => !first.has(name)) && names.size > 0,
    );
    if (!isAcross) return [];
    return [
      {
        code: 'or-across-columns',
        severity: 'medium',
        message: `${excerpt(each.at, context)} asks for either of several columns: no one index finds both.`,
        recommendation:
          'Give each side an index of its own, or write the sides as queries of their own with UNION ALL.',
        at: each.at,
      },
    ] satisfies FoundInText[];
  });
