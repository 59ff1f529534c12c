import { type GrammarNode as Node, nodeIn, nodesIn, textIn } from './grammar-nodes.ts';
import { nameOf, type OtherReading, readOther } from './mysql-sqlite-expressions.ts';
import { type OtherDialect, parseOther } from './mysql-sqlite-grammar.ts';
import { Occurrences } from './occurrences.ts';
import { Spans } from './spans.ts';
import {
  type Expression,
  emptySelect,
  type JoinKind,
  outputOf,
  type Select,
  type Source,
  type Statement,
  type StatementKind,
} from './tree.ts';
import { asUnreadable, UnreadableQuery } from './unreadable.ts';

const statementKinds: readonly string[] = ['select', 'insert', 'replace', 'update', 'delete'];

/**
 * Reads one statement of MySQL or SQLite.
 * @throws {UnreadableQuery}
 */
export async function readMysqlOrSqlite(text: string, dialect: OtherDialect): Promise<Statement> {
  const spans = new Spans(text, dialect);
  const parsed = await parseOther(text, dialect, spans);
  const statements = (Array.isArray(parsed) ? parsed : [parsed]) as (Node | undefined)[];
  const [node] = statements;
  if (node === undefined || statements.length > 1) {
    throw new UnreadableQuery(`One statement is analysed at a time, and there are ${statements.length}.`);
  }
  const reading: OtherReading = { spans, where: new Occurrences(spans), select: (each) => readSelect(each, reading) };
  try {
    return readStatement(node, reading);
  } catch (error) {
    throw asUnreadable(error);
  }
}

function readStatement(node: Node, reading: OtherReading): Statement {
  const type = textIn(node, 'type');
  const at = reading.spans.whole();
  if (!statementKinds.includes(type)) {
    throw new UnreadableQuery('Only SELECT, INSERT, UPDATE and DELETE can be analysed.', 0);
  }
  const kind = (type === 'replace' ? 'insert' : type) as StatementKind;
  if (kind === 'select') return { kind, query: readSelect(node, reading), at };
  const values = nodeIn(node, 'values') ?? {};
  if (kind === 'insert') {
    const query = textIn(values, 'type') === 'select' ? readSelect(values, reading) : rowsOf(values, reading);
    return { kind, query, at };
  }
  const sources = sourcesOf(node, kind === 'update' ? 'table' : 'from', reading);
  const columns = nodesIn(node, 'set').map((each) => {
    // What is set stands before what it is set to.
    reading.where.next('name', [nameOf(each.table), nameOf(each.column)].filter((part) => part !== '').join('.'));
    return readOther(nodeIn(each, 'value') ?? {}, reading);
  });
  return { kind, query: { ...emptySelect(at), sources, columns, ...endsOf(node, reading) }, at };
}

const rowsOf = (values: Node, reading: OtherReading): Select => ({
  ...emptySelect(reading.spans.whole()),
  columns: nodesIn(values, 'values').map((row) => readOther(row, reading)),
});

function readSelect(node: Node, reading: OtherReading): Select {
  const next = nodeIn(node, '_next');
  if (next === undefined) return readArm(node, reading);
  const nodes = [node];
  for (let arm: Node | undefined = next; arm !== undefined; arm = nodeIn(arm, '_next')) nodes.push(arm);
  const removesDuplicates = nodes.some((each) => textIn(each, 'set_op').toLowerCase() === 'union');
  const named = namedOf(node, reading);
  const arms = nodes.map((each) => readArm({ ...each, with: null }, reading));
  // The grammar gives the order and the limit of the whole to the last.
  const last = arms.at(-1);
  const { orderBy = [], limit, offset, ...rest } = last ?? emptySelect(reading.spans.whole());
  const ends = { orderBy, ...(limit === undefined ? {} : { limit }), ...(offset === undefined ? {} : { offset }) };
  return {
    ...emptySelect(reading.spans.whole()),
    named,
    arms: [...arms.slice(0, -1), { ...rest, orderBy: [] }],
    removesDuplicates,
    ...ends,
  };
}

function readArm(node: Node, reading: OtherReading): Select {
  const named = namedOf(node, reading);
  const outputs = nodesIn(node, 'columns').map((each) => ({
    name: nameOf(each.as),
    expression: readOther(nodeIn(each, 'expr') ?? {}, reading),
  }));
  const sources = sourcesOf(node, 'from', reading);
  const { groupBy = [], orderBy = [], ...ends } = endsOf(node, reading);
  return {
    ...emptySelect(reading.spans.whole()),
    named,
    distinct: node.distinct !== null && node.distinct !== undefined,
    columns: outputs.map(({ expression }) => expression),
    sources,
    ...ends,
    groupBy: groupBy.map((item) => outputOf(item, outputs)),
    orderBy: orderBy.map((order) => ({ ...order, by: outputOf(order.by, outputs) })),
  };
}

/** What follows the tables, in the order of the text. */
function endsOf(node: Node, reading: OtherReading): Partial<Select> {
  const where = nodeIn(node, 'where');
  const grouped = nodeIn(node, 'groupby') ?? {};
  const having = nodeIn(node, 'having');
  const found: Partial<Select> = {
    ...(where === undefined ? {} : { where: readOther(where, reading) }),
    groupBy: nodesIn(grouped, 'columns').map((each) => readOther(each, reading)),
    ...(having === undefined ? {} : { having: readOther(having, reading) }),
    orderBy: nodesIn(node, 'orderby').map((each) => ({
      by: readOther(nodeIn(each, 'expr') ?? {}, reading),
      descending: textIn(each, 'type').toLowerCase() === 'desc',
    })),
  };
  const limits = nodeIn(node, 'limit') ?? {};
  const [first, second] = nodesIn(limits, 'value').map((each) => readOther(each, reading));
  // `LIMIT 5, 10` skips five.
  const isSwapped = textIn(limits, 'seperator') === ',';
  return { ...found, ...limitAndOffset(isSwapped ? [second, first] : [first, second]) };
}

const limitAndOffset = ([limit, offset]: readonly (Expression | undefined)[]): Partial<Select> => ({
  ...(limit === undefined ? {} : { limit }),
  ...(offset === undefined ? {} : { offset }),
});

const namedOf = (node: Node, reading: OtherReading): Select['named'] =>
  nodesIn(node, 'with').map((each) => {
    const statement = nodeIn(each, 'stmt') ?? {};
    return { name: nameOf(each.name), query: readSelect(nodeIn(statement, 'ast') ?? statement, reading) };
  });

function joinOf(node: Node, index: number): JoinKind {
  const written = textIn(node, 'join').toLowerCase();
  if (written === '') return index === 0 ? 'first' : 'comma';
  if (/left|right|full/.test(written)) return /left|right|full/.exec(written)?.[0] as JoinKind;
  const isBound = nodeIn(node, 'on') !== undefined || nodesIn(node, 'using').length > 0 || written.includes('natural');
  return isBound ? 'inner' : 'cross';
}

const sourcesOf = (node: Node, member: string, reading: OtherReading): Source[] =>
  nodesIn(node, member).flatMap((each, index) => {
    const table = nameOf(each.table);
    const alias = nameOf(each.as);
    const schema = nameOf(each.db);
    const expression = nodeIn(each, 'expr');
    if (table === '' && expression === undefined) return [];
    const inner = nodeIn(expression ?? {}, 'ast');
    const at =
      inner === undefined
        ? reading.where.next('name', schema === '' ? table : `${schema}.${table}`)
        : reading.where.next('query');
    const using = nodesIn(each, 'using').map(nameOf);
    const on = nodeIn(each, 'on');
    const isNatural = textIn(each, 'join').toLowerCase().includes('natural');
    return [
      {
        ...(table === '' ? {} : { table }),
        ...(schema === '' ? {} : { schema }),
        ...(inner === undefined ? {} : { query: readSelect(inner, reading) }),
        alias: alias === '' ? table : alias,
        join: joinOf(each, index),
        ...(on === undefined ? {} : { on: readOther(on, reading) }),
        ...(isNatural ? ({ using: 'natural' } as const) : using.length > 0 ? { using } : {}),
        at,
      },
    ];
  });
