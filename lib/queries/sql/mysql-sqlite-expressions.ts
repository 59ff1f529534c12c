import { type GrammarNode as Node, nodeIn, nodesIn, textIn } from './grammar-nodes.ts';
import type { Occurrences } from './occurrences.ts';
import type { Spans } from './spans.ts';
import { type Expression, endOf, type Select, type Span, spanOf } from './tree.ts';

export interface OtherReading {
  spans: Spans;
  where: Occurrences;
  select: (node: Node) => Select;
}

/** A name as the grammar gives it: a text, or a text in quotes. */
export const nameOf = (value: unknown): string => {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null) return '';
  const node = value as Node;
  return textIn(node, 'value') || textIn(nodeIn(node, 'expr') ?? {}, 'value') || textIn(node, 'name');
};

const nowhere: Span = { offset: 0, length: 0 };
export const around = (args: readonly Expression[]): Span => {
  const found = args.map(({ at }) => at).filter(({ length }) => length > 0);
  return found.length === 0 ? nowhere : spanOf(found);
};

export function readOther(node: Node, reading: OtherReading): Expression {
  const inner = nodeIn(node, 'ast');
  if (inner !== undefined || textIn(node, 'type') === 'select') {
    const at = reading.where.next('query');
    return { type: 'query', query: reading.select(inner ?? node), at };
  }
  const read = readers[textIn(node, 'type')];
  if (read !== undefined) return read(node, reading);
  const args = childrenOf(node).map((child) => readOther(child, reading));
  return { type: 'other', args, at: around(args) };
}

const text = (node: Node, { where }: OtherReading): Expression => ({
  type: 'literal',
  value: textIn(node, 'value'),
  at: where.next('text'),
});
const placeholder = (_node: Node, { where }: OtherReading): Expression => ({
  type: 'parameter',
  at: where.next('parameter'),
});

const readers: Record<string, (node: Node, reading: OtherReading) => Expression> = {
  column_ref: (node, { where }) => {
    const table = nameOf(node.table);
    const column = nameOf(node.column);
    const named = table === '' ? {} : { table };
    if (column === '*') {
      const at = where.next('name', `${table}.*`);
      return { type: 'star', ...named, at: at.length > 0 ? at : where.next('symbol', '*') };
    }
    return { type: 'column', ...named, column, at: where.next('name', table === '' ? column : `${table}.${column}`) };
  },
  star: (_node, { where }) => ({ type: 'star', at: where.next('symbol', '*') }),
  number: (node, { where }) => {
    const value = Number(node.value);
    return { type: 'literal', value, at: where.next('value', String(value)) };
  },
  bigint: (node, { where }) => ({
    type: 'literal',
    value: Number(node.value),
    at: where.next('value', String(Number(node.value))),
  }),
  bool: (node, { where }) => ({
    type: 'literal',
    value: node.value === true,
    at: where.next('name', String(node.value)),
  }),
  null: (_node, { where }) => ({ type: 'literal', value: null, at: where.next('name', 'null') }),
  single_quote_string: text,
  string: text,
  double_quote_string: text,
  hex_string: text,
  origin: placeholder,
  param: placeholder,
  var: (_node, { where }) => ({ type: 'parameter', at: where.next('parameter') }),
  function: (node, reading) =>
    readCall(
      node,
      nodesIn(nodeIn(node, 'name') ?? {}, 'name')
        .map(nameOf)
        .at(-1) ?? '',
      reading,
    ),
  aggr_func: (node, reading) => readCall(node, textIn(node, 'name'), reading),
  cast: (node, reading) => {
    const at = reading.where.next('call', 'cast');
    const of = readOther(nodeIn(node, 'expr') ?? {}, reading);
    const to = textIn(nodesIn(node, 'target')[0] ?? {}, 'dataType').toLowerCase();
    return { type: 'cast', to, args: [of], at: at.length > 0 ? at : of.at };
  },
  expr_list: (node, reading) => {
    const args = nodesIn(node, 'value').map((each) => readOther(each, reading));
    return { type: 'list', args, at: around(args) };
  },
  unary_expr: (node, reading) => {
    const operator = textIn(node, 'operator').toLowerCase();
    const word = operator === 'not' ? reading.where.next('name', 'not') : nowhere;
    const args = [readOther(nodeIn(node, 'expr') ?? {}, reading)];
    const at = around(args);
    return { type: 'operation', operator, args, at: word.length > 0 && at.length > 0 ? spanOf([word, at]) : at };
  },
  binary_expr: readOperation,
};

function readCall(node: Node, written: string, reading: OtherReading): Expression {
  const name = written.toLowerCase();
  if (name === 'exists' || name === 'not exists') {
    const at = reading.where.next('call', 'exists');
    return { type: 'operation', operator: name, args: argumentsOf(node, reading), at };
  }
  const at = reading.where.next('call', name);
  const args = argumentsOf(node, reading);
  return { type: 'call', name, args, at: at.length > 0 ? at : around(args) };
}

function argumentsOf(node: Node, reading: OtherReading): Expression[] {
  const args = nodeIn(node, 'args') ?? {};
  const given = Array.isArray(args.value) ? nodesIn(args, 'value') : childrenOf(args);
  const over = nodeIn(node, 'over');
  return [...given, ...(over === undefined ? [] : [over])].map((each) => readOther(each, reading));
}

/** A chain of the same word is flat, as PostgreSQL's grammar has it; a long one would be a deep tree. */
function readOperation(node: Node, reading: OtherReading): Expression {
  const operator = textIn(node, 'operator').toLowerCase();
  if (operator === 'and' || operator === 'or') {
    const args = chainOf(node, operator).map((each) => readOther(each, reading));
    return { type: 'operation', operator, args, at: around(args) };
  }
  const left = readOther(nodeIn(node, 'left') ?? {}, reading);
  const right = readOther(nodeIn(node, 'right') ?? {}, reading);
  const at = around([left, right]);
  if (/^is( not)?$/.test(operator) && right.type === 'literal') {
    const end = right.value === null ? reading.spans.word('null', endOf(left.at)) : right.at;
    const name = right.value === null ? `${operator} null` : `${operator} ${right.value}`;
    return { type: 'operation', operator: name, args: [left], at: end === undefined ? at : spanOf([left.at, end]) };
  }
  const isList = right.type === 'list';
  const [only] = isList ? right.args : [];
  if (/between$/.test(operator) && isList) return { type: 'operation', operator, args: [left, ...right.args], at };
  if (/in$/.test(operator) && isList && right.args.length === 1 && only?.type === 'query') {
    return { type: 'operation', operator, args: [left, only], at };
  }
  const through = isList && at.length > 0 ? reading.spans.closing(at) : at;
  return { type: 'operation', operator: operator === '!=' ? '<>' : operator, args: [left, right], at: through };
}

function chainOf(node: Node, operator: string): Node[] {
  const chain: Node[] = [];
  const waiting: Node[] = [node];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const isSame = textIn(next, 'type') === 'binary_expr' && textIn(next, 'operator').toLowerCase() === operator;
    const [left, right] = [nodeIn(next, 'left'), nodeIn(next, 'right')];
    if (isSame && left !== undefined && right !== undefined) waiting.push(right, left);
    else chain.push(next);
  }
  return chain;
}

/** What a node of any type is made of. */
const childrenOf = (node: Node): Node[] =>
  Object.entries(node).flatMap(([member, value]) => {
    if (member === 'loc' || typeof value !== 'object' || value === null) return [];
    return Array.isArray(value) ? nodesIn(node, member) : [value as Node];
  });
