import { type GrammarNode, namesIn, nodeIn, nodesIn, numberIn, textIn, typedNode } from './grammar-nodes.ts';
import type { ByteOffsets } from './postgresql-grammar.ts';
import type { Spans } from './spans.ts';
import { type Expression, endOf, type Literal, type Select, type Span, spanOf } from './tree.ts';

export interface PgReading {
  spans: Spans;
  offsets: ByteOffsets;
  /** Where a literal stands for a placeholder that the grammar does not know. */
  placeholders: ReadonlySet<number>;
  select: (node: GrammarNode) => Select;
}

const kinds: Record<string, string> = {
  AEXPR_LIKE: 'like',
  AEXPR_ILIKE: 'ilike',
  AEXPR_SIMILAR: 'similar to',
  AEXPR_IN: 'in',
  AEXPR_OP_ANY: 'any',
  AEXPR_OP_ALL: 'all',
  AEXPR_BETWEEN: 'between',
  AEXPR_NOT_BETWEEN: 'not between',
  AEXPR_BETWEEN_SYM: 'between symmetric',
  AEXPR_NOT_BETWEEN_SYM: 'not between symmetric',
  AEXPR_DISTINCT: 'is distinct from',
  AEXPR_NOT_DISTINCT: 'is not distinct from',
  AEXPR_NULLIF: 'nullif',
};
/** `a NOT LIKE b` is told by the name of the operator. */
const negatedNames = new Set(['!~~', '!~~*', '!~']);

export function readExpression(wrapped: GrammarNode | undefined, reading: PgReading): Expression {
  const { type, node } = typedNode(wrapped ?? {});
  const read = readers[type];
  if (read !== undefined) return read(node, reading);
  const args = membersOf(node).map((member) => readExpression(member, reading));
  const at = 'location' in node ? reading.spans.call(reading.offsets.indexOf(numberIn(node, 'location'))) : undefined;
  return { type: 'other', args, at: at ?? aroundAll(args) };
}

const readers: Record<string, (node: GrammarNode, reading: PgReading) => Expression> = {
  ColumnRef: (node, reading) => {
    const at = reading.spans.name(locationOf(node, reading));
    const names = namesIn(node, 'fields');
    const table = nodesIn(node, 'fields').some((field) => 'A_Star' in field) ? names.at(-1) : names.at(-2);
    const named = table === undefined ? {} : { table };
    if (nodesIn(node, 'fields').some((field) => 'A_Star' in field)) return { type: 'star', ...named, at };
    return { type: 'column', ...named, column: names.at(-1) ?? '', at };
  },
  A_Const: (node, reading) => {
    const location = locationOf(node, reading);
    const at = reading.spans.value(location);
    if (reading.placeholders.has(location)) return { type: 'parameter', at };
    return { type: 'literal', value: literalValue(node), at };
  },
  ParamRef: (node, reading) => ({ type: 'parameter', at: reading.spans.value(locationOf(node, reading)) }),
  TypeCast: (node, reading) => {
    const of = readExpression(nodeIn(node, 'arg'), reading);
    const typeName = nodeIn(node, 'typeName') ?? {};
    const to = namesIn(typeName, 'names').at(-1) ?? '';
    const isTrue = of.type === 'literal' && to === 'bool' && (of.value === 't' || of.value === 'f');
    if (isTrue) return { ...of, value: of.value === 't' };
    const typeAt = reading.spans.name(reading.offsets.indexOf(numberIn(typeName, 'location')));
    return { type: 'cast', to, args: [of], at: spanOf([of.at, typeAt]) };
  },
  FuncCall: (node, reading) => {
    const name = namesIn(node, 'funcname').at(-1)?.toLowerCase() ?? '';
    const at = reading.spans.call(locationOf(node, reading));
    const star: Expression[] = node.agg_star === true ? [{ type: 'star', at }] : [];
    const others = ['args', 'agg_order', 'agg_filter', 'over'].flatMap((member) => readAll(node, member, reading));
    return { type: 'call', name, args: [...star, ...others], at };
  },
  A_Expr: (node, reading) => {
    const [left, right] = ['lexpr', 'rexpr'].map((member) => readAll(node, member, reading));
    const args = [...(left ?? []), ...(right ?? [])];
    const symbol = namesIn(node, 'name').at(-1) ?? '';
    const kind = kinds[textIn(node, 'kind')];
    const isNegated = kind === 'in' ? symbol === '<>' : negatedNames.has(symbol);
    const isList = kind?.includes('between') && right?.[0]?.type === 'list';
    const operator =
      kind === undefined ? symbol : `${isNegated ? 'not ' : ''}${kind}${/^(any|all)$/.test(kind) ? ` ${symbol}` : ''}`;
    const bounds = isList ? [...(left ?? []), ...(right?.[0] as { args: Expression[] }).args] : args;
    const end = numberIn(node, 'rexpr_list_end');
    const at = aroundAll(args);
    const closed = end > 0 ? { offset: at.offset, length: reading.offsets.indexOf(end) + 1 - at.offset } : at;
    return { type: 'operation', operator, args: bounds, at: closed.length < at.length ? at : closed };
  },
  BoolExpr: (node, reading) => {
    const args = readAll(node, 'args', reading);
    const operator = textIn(node, 'boolop').replace('_EXPR', '').toLowerCase();
    const isNot = operator === 'not';
    const from = isNot ? [reading.spans.value(locationOf(node, reading))] : [];
    const at = spanOf([...from, ...args.map((arg) => arg.at)]);
    // The grammar writes `a NOT IN (SELECT ...)` so.
    const [of] = args;
    if (isNot && of?.type === 'operation' && /^(in|exists)$/.test(of.operator)) {
      return { ...of, operator: `not ${of.operator}`, at };
    }
    return { type: 'operation', operator, args, at };
  },
  NullTest: (node, reading) => {
    const args = readAll(node, 'arg', reading);
    const isNot = textIn(node, 'nulltesttype') === 'IS_NOT_NULL';
    return {
      type: 'operation',
      operator: isNot ? 'is not null' : 'is null',
      args,
      at: throughWord('null', args, reading),
    };
  },
  BooleanTest: (node, reading) => {
    const args = readAll(node, 'arg', reading);
    const operator = textIn(node, 'booltesttype').replaceAll('_', ' ').toLowerCase();
    return { type: 'operation', operator, args, at: throughWord(operator.split(' ').at(-1) ?? '', args, reading) };
  },
  SubLink: (node, reading) => {
    const at = reading.spans.call(locationOf(node, reading));
    const inner = nodeIn(nodeIn(node, 'subselect') ?? {}, 'SelectStmt');
    const query: Expression = { type: 'query', query: reading.select(inner ?? {}), at };
    const kind = textIn(node, 'subLinkType');
    if (kind === 'EXISTS_SUBLINK') return { type: 'operation', operator: 'exists', args: [query], at };
    if (kind !== 'ANY_SUBLINK' && kind !== 'ALL_SUBLINK') return query;
    const tested = readAll(node, 'testexpr', reading);
    const symbol = namesIn(node, 'operName').at(-1);
    const operator = symbol === undefined ? 'in' : `${kind === 'ANY_SUBLINK' ? 'any' : 'all'} ${symbol}`;
    return {
      type: 'operation',
      operator,
      args: [...tested, query],
      at: spanOf([...tested.map((each) => each.at), at]),
    };
  },
  List: (node, reading) => {
    const args = readAll(node, 'items', reading);
    return { type: 'list', args, at: aroundAll(args) };
  },
  ResTarget: (node, reading) => readExpression(nodeIn(node, 'val'), reading),
  SortBy: (node, reading) => readExpression(nodeIn(node, 'node'), reading),
  // Of nobody's columns.
  TypeName: () => ({ type: 'other', args: [], at: { offset: 0, length: 0 } }),
};

const locationOf = (node: GrammarNode, { offsets }: PgReading): number => offsets.indexOf(numberIn(node, 'location'));

function readAll(node: GrammarNode, member: string, reading: PgReading): Expression[] {
  const one = nodeIn(node, member);
  if (one !== undefined) return [readExpression(member === 'over' ? { WindowDef: one } : one, reading)];
  return nodesIn(node, member).map((each) => readExpression(each, reading));
}

/** What may be an expression: of a node of any type. */
const membersOf = (node: GrammarNode): GrammarNode[] =>
  Object.entries(node).flatMap(([member, value]) => {
    if (member === 'typeName') return [];
    if (Array.isArray(value)) return nodesIn(node, member).filter((each) => !('String' in each));
    const inner = nodeIn(node, member);
    return inner === undefined || !/^[A-Z]/.test(Object.keys(inner)[0] ?? '') ? [] : [inner];
  });

function literalValue(node: GrammarNode): Literal {
  if (node.isnull === true) return null;
  const of = (member: string, inner: string) => nodeIn(node, member)?.[inner];
  if ('ival' in node) return Number(of('ival', 'ival') ?? 0);
  if ('fval' in node) return Number(of('fval', 'fval') ?? 0);
  if ('boolval' in node) return of('boolval', 'boolval') === true;
  return String(of('sval', 'sval') ?? of('bsval', 'bsval') ?? '');
}

/** Nothing is around nothing. */
const aroundAll = (args: readonly Expression[]): Span => {
  const found = args.map(({ at }) => at).filter(({ length }) => length > 0);
  return found.length === 0 ? { offset: 0, length: 0 } : spanOf(found);
};

function throughWord(word: string, args: readonly Expression[], { spans }: PgReading): Span {
  const at = aroundAll(args);
  const end = spans.word(word, endOf(at));
  return end === undefined ? at : spanOf([at, end]);
}
