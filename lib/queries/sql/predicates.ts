import type { Scope } from './scope.ts';
import { argumentsOf, type Expression, type Literal, type Source, type Span, withinExpression } from './tree.ts';

/** What a condition can be looked up by: a column, or an expression of columns of one table. */
export interface Key {
  source: Source;
  /** Undefined: it is an expression. */
  column?: string;
  expression: Expression;
}

export type PredicateKind =
  | 'equality'
  /** `IN` and its kin: equality with some values, or with those that another query finds. */
  | 'in'
  | 'join'
  | 'range'
  /** `LIKE 'x%'` */
  | 'prefix'
  /** `LIKE '%x%'` */
  | 'infix'
  | 'null'
  | 'not-null'
  | 'true'
  | 'false'
  /** `@>`, `&&`, `@@`, ... */
  | 'contains';

export interface Predicate {
  kind: PredicateKind;
  key: Key;
  /** Of an equality with a literal, and of patterns. */
  value?: Literal;
  /** Of a join: what it is compared with. */
  partner?: Key;
  at: Span;
}

/** One of them has to hold. */
export interface Alternatives {
  arms: Predicate[][];
  at: Span;
}

export interface Conditions {
  predicates: Predicate[];
  alternatives: Alternatives[];
}

/** What must hold of a row, taken apart at `and`. */
export const conjunctsOf = (expression: Expression | undefined): Expression[] => {
  if (expression === undefined) return [];
  const isAnd = expression.type === 'operation' && expression.operator === 'and';
  return isAnd ? expression.args.flatMap(conjunctsOf) : [expression];
};

/** By these a table can be looked up without any index on its expression being wrong later: they depend on nothing but the row. */
const indexableCalls =
  /^(lower|upper|trim|btrim|ltrim|rtrim|md5|abs|length|char_length|left|right|substr|substring|coalesce|ifnull|json_extract|jsonb_extract_path_text|json_value)$/;

export function keyOf(expression: Expression, scope: Scope): Key | undefined {
  if (expression.type === 'column') {
    const source = scope.sourceOf(expression);
    return source === undefined ? undefined : { source, column: expression.column, expression };
  }
  const isIndexable =
    (expression.type === 'call' && indexableCalls.test(expression.name)) ||
    (expression.type === 'operation' && /^(->>|#>>)$/.test(expression.operator));
  if (!isIndexable) return undefined;
  const parts = [...withinExpression(expression)].slice(1);
  if (parts.some(({ type }) => type === 'parameter' || type === 'query')) return undefined;
  const sources = new Set(scope.columnsIn(expression).map(({ source }) => source));
  const [source] = sources;
  return source === undefined || sources.size > 1 ? undefined : { source, expression };
}

/** The conditions of a query: of its WHERE, of its joins, and of what `USING` says. */
export function conditionsOf(scope: Scope): Conditions {
  const { query } = scope;
  const conjuncts = [...conjunctsOf(query.where), ...query.sources.flatMap(({ on }) => conjunctsOf(on))];
  const found: Conditions = { predicates: usingOf(scope), alternatives: [] };
  for (const conjunct of conjuncts) {
    if (conjunct.type === 'operation' && conjunct.operator === 'or') {
      const arms = conjunct.args.map((arm) => conjunctsOf(arm).flatMap((each) => predicatesOf(each, scope)));
      found.alternatives.push({ arms, at: conjunct.at });
    } else {
      found.predicates.push(...predicatesOf(conjunct, scope));
    }
  }
  return found;
}

function usingOf({ query: { sources } }: Scope): Predicate[] {
  const [first] = sources;
  return sources.flatMap((source) => {
    if (first === undefined || !Array.isArray(source.using)) return [];
    return (source.using as readonly string[]).flatMap((column) => {
      const keyIn = (of: Source): Key => ({
        source: of,
        column,
        expression: { type: 'column', column, at: source.at },
      });
      return joined(keyIn(first), keyIn(source), source.at);
    });
  });
}

const joined = (one: Key, other: Key, at: Span): Predicate[] => [
  { kind: 'join', key: one, partner: other, at },
  { kind: 'join', key: other, partner: one, at },
];

const mirrored: Record<string, string> = { '<': '>', '>': '<', '<=': '>=', '>=': '<=' };
const containing = new Set(['@>', '<@', '&&', '@@', '?', '?|', '?&']);

/** Of one condition: none when no index can serve it. */
export function predicatesOf(expression: Expression, scope: Scope): Predicate[] {
  const { at } = expression;
  if (expression.type === 'column') {
    const key = keyOf(expression, scope);
    return key === undefined ? [] : [{ kind: 'true', key, at }];
  }
  if (expression.type !== 'operation') return [];
  const [left, right] = expression.args;
  if (left === undefined) return [];
  const key = keyOf(left, scope);
  const { operator } = expression;
  if (operator === 'not' && left.type === 'column' && key !== undefined) return [{ kind: 'false', key, at }];
  if (operator === '=' || operator in mirrored) {
    if (right === undefined) return [];
    const other = keyOf(right, scope);
    if (key !== undefined && other !== undefined && key.source !== other.source) {
      return operator === '=' ? joined(key, other, at) : [];
    }
    if (key !== undefined && scope.isValue(right)) return [compared(operator, key, right, at)];
    if (other !== undefined && scope.isValue(left)) return [compared(mirrored[operator] ?? '=', other, left, at)];
    return [];
  }
  if (key === undefined) return [];
  if (operator === 'is null') return [{ kind: 'null', key, at }];
  if (operator === 'is not null') return [{ kind: 'not-null', key, at }];
  if (operator === 'is true' || operator === 'is false')
    return [{ kind: operator === 'is true' ? 'true' : 'false', key, at }];
  if (right === undefined) return [];
  if (operator === 'between' && expression.args.slice(1).every((bound) => scope.isValue(bound)))
    return [{ kind: 'range', key, at }];
  if (operator === 'in' || operator === 'any =') {
    return right.type === 'query' || scope.isValue(right) ? [{ kind: 'in', key, at }] : [];
  }
  if (containing.has(operator) && scope.isValue(right)) return [{ kind: 'contains', key, at }];
  if (/^(like|ilike|glob)$/.test(operator)) return patternOf(operator, key, right, at);
  return [];
}

const compared = (operator: string, key: Key, value: Expression, at: Span): Predicate => {
  if (operator !== '=') return { kind: 'range', key, at };
  const literal = literalOf(value);
  if (literal === true || literal === false) return { kind: literal ? 'true' : 'false', key, value: literal, at };
  return { kind: 'equality', key, ...(literal === undefined ? {} : { value: literal }), at };
};

function patternOf(operator: string, key: Key, right: Expression, at: Span): Predicate[] {
  const pattern = literalOf(right);
  if (typeof pattern !== 'string' || pattern === '') return [];
  const isOpen = operator === 'glob' ? /^[*?[]/.test(pattern) : /^[%_]/.test(pattern);
  if (isOpen) return [{ kind: 'infix', key, value: pattern, at }];
  // Without regard to case, an ordinary index finds nothing by the beginning.
  return operator === 'ilike'
    ? [{ kind: 'infix', key, value: pattern, at }]
    : [{ kind: 'prefix', key, value: pattern, at }];
}

/** Also through a cast. Undefined: it is none. */
export function literalOf(expression: Expression | undefined): Literal | undefined {
  if (expression?.type === 'literal') return expression.value;
  return expression?.type === 'cast' ? literalOf(expression.args[0]) : undefined;
}

export const isParameterized = (expression: Expression): boolean =>
  expression.type === 'parameter' || argumentsOf(expression).some(isParameterized);
