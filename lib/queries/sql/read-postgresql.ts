import { type GrammarNode, namesIn, nodeIn, nodesIn, numberIn, textIn, typedNode } from './grammar-nodes.ts';
import { type PgReading, readExpression } from './postgresql-expressions.ts';
import { type PgStatement, parsePostgresql } from './postgresql-grammar.ts';
import { Spans } from './spans.ts';
import {
  type Expression,
  emptySelect,
  type JoinKind,
  type Order,
  outputOf,
  type Select,
  type Source,
  type Statement,
  type StatementKind,
} from './tree.ts';
import { asUnreadable, UnreadableQuery } from './unreadable.ts';

const statementKinds: Record<string, StatementKind> = {
  SelectStmt: 'select',
  InsertStmt: 'insert',
  UpdateStmt: 'update',
  DeleteStmt: 'delete',
};

/**
 * Reads one statement of PostgreSQL. Placeholders may be `$1`, or `?` as fingerprints have them.
 * @throws {UnreadableQuery}
 */
export async function readPostgresql(text: string): Promise<Statement> {
  const spans = new Spans(text, 'postgresql');
  try {
    return await readWith(text, spans, new Set());
  } catch (error) {
    // Where it is no operator of JSON, a question mark is a placeholder that the grammar does not know: a number is as long.
    const marks = new Set(spans.tokens.flatMap((token) => (token.text === '?' ? [token.offset] : [])));
    if (!(error instanceof UnreadableQuery) || marks.size === 0) throw error;
    return await readWith(withNumbers(text, spans), spans, marks).catch(() => {
      throw error;
    });
  }
}

/** As long as the text. `INTERVAL ?` becomes a number alone, since its type can stand before a text only. */
function withNumbers(text: string, { tokens }: Spans): string {
  let written = '';
  let end = 0;
  for (const [at, token] of tokens.entries()) {
    const isTyping = /^(interval|date|time|timestamp|timestamptz)$/i.test(token.text) && tokens[at + 1]?.text === '?';
    written += text.slice(end, token.offset);
    written += token.text === '?' ? '0' : isTyping ? ' '.repeat(token.length) : token.text;
    end = token.offset + token.length;
  }
  return written + text.slice(end);
}

async function readWith(text: string, spans: Spans, placeholders: ReadonlySet<number>): Promise<Statement> {
  const { statements, offsets } = await parsePostgresql(text);
  const [statement] = statements;
  if (statement === undefined || statements.length > 1) {
    throw new UnreadableQuery(`One statement is analysed at a time, and there are ${statements.length}.`);
  }
  const reading: PgReading = { spans, offsets, placeholders, select: (node) => readSelect(node, reading) };
  try {
    return readStatement(statement, reading);
  } catch (error) {
    throw asUnreadable(error);
  }
}

function readStatement({ type, node }: PgStatement, reading: PgReading): Statement {
  const kind = statementKinds[type];
  const at = reading.spans.whole();
  if (kind === undefined) {
    throw new UnreadableQuery('Only SELECT, INSERT, UPDATE and DELETE can be analysed.', at.offset);
  }
  if (kind === 'select') return { kind, query: readSelect(node, reading), at };
  const relation = nodeIn(node, 'relation');
  const named = readNamed(node, reading);
  if (kind === 'insert') {
    const from = nodeIn(nodeIn(node, 'selectStmt') ?? {}, 'SelectStmt');
    const rows = from === undefined ? emptySelect(at) : readSelect(from, reading);
    return { kind, query: { ...rows, named: [...named, ...rows.named] }, at };
  }
  const more = nodesIn(node, kind === 'update' ? 'fromClause' : 'usingClause').flatMap((each) =>
    readSource(each, 'comma', reading),
  );
  const query: Select = {
    ...emptySelect(at),
    named,
    sources: [...(relation === undefined ? [] : [tableOf(relation, 'first', reading)]), ...more],
    columns: kind === 'update' ? nodesIn(node, 'targetList').map((each) => readExpression(each, reading)) : [],
    ...optional('where', nodeIn(node, 'whereClause'), reading),
  };
  return { kind, query, at };
}

function readSelect(node: GrammarNode, reading: PgReading): Select {
  const at = reading.spans.whole();
  const orderBy = nodesIn(node, 'sortClause').map((each) => readOrder(each, reading));
  const ends = {
    ...optional('limit', nodeIn(node, 'limitCount'), reading),
    ...optional('offset', nodeIn(node, 'limitOffset'), reading),
  };
  const arms = [nodeIn(node, 'larg'), nodeIn(node, 'rarg')].filter((arm) => arm !== undefined);
  if (arms.length > 0) {
    const removesDuplicates = textIn(node, 'op') === 'SETOP_UNION' && node.all !== true;
    const read = arms.map((arm) => readSelect(arm, reading));
    return { ...emptySelect(at), named: readNamed(node, reading), arms: read, removesDuplicates, orderBy, ...ends };
  }
  const outputs = nodesIn(node, 'targetList').map((each) => ({
    name: textIn(typedNode(each).node, 'name'),
    expression: readExpression(each, reading),
  }));
  const values = nodesIn(node, 'valuesLists').map((each) => readExpression(each, reading));
  return {
    ...emptySelect(at),
    distinct: Array.isArray(node.distinctClause),
    named: readNamed(node, reading),
    columns: [...outputs.map(({ expression }) => expression), ...values],
    sources: nodesIn(node, 'fromClause').flatMap((each, index) =>
      readSource(each, index === 0 ? 'first' : 'comma', reading),
    ),
    groupBy: nodesIn(node, 'groupClause').map((each) => outputOf(readExpression(each, reading), outputs)),
    orderBy: orderBy.map((order) => ({ ...order, by: outputOf(order.by, outputs) })),
    ...optional('where', nodeIn(node, 'whereClause'), reading),
    ...optional('having', nodeIn(node, 'havingClause'), reading),
    ...ends,
  };
}

const optional = <Name extends 'where' | 'having' | 'limit' | 'offset'>(
  name: Name,
  node: GrammarNode | undefined,
  reading: PgReading,
): Partial<Record<Name, Expression>> =>
  node === undefined ? {} : ({ [name]: readExpression(node, reading) } as Record<Name, Expression>);

const readNamed = (node: GrammarNode, reading: PgReading): Select['named'] =>
  nodesIn(nodeIn(node, 'withClause') ?? {}, 'ctes').flatMap((each) => {
    const { node: cte } = typedNode(each);
    const query = nodeIn(nodeIn(cte, 'ctequery') ?? {}, 'SelectStmt');
    const name = textIn(cte, 'ctename');
    return [{ name, query: query === undefined ? emptySelect(reading.spans.whole()) : readSelect(query, reading) }];
  });

function readOrder(wrapped: GrammarNode, reading: PgReading): Order {
  const { node } = typedNode(wrapped);
  const nulls = { SORTBY_NULLS_FIRST: 'first', SORTBY_NULLS_LAST: 'last' }[textIn(node, 'sortby_nulls')];
  return {
    by: readExpression(nodeIn(node, 'node'), reading),
    descending: textIn(node, 'sortby_dir') === 'SORTBY_DESC',
    ...(nulls === 'first' || nulls === 'last' ? { nulls } : {}),
  };
}

const joinKinds: Record<string, JoinKind> = { JOIN_LEFT: 'left', JOIN_RIGHT: 'right', JOIN_FULL: 'full' };

/** A tree of joins, from left to right. */
function readSource(wrapped: GrammarNode, join: JoinKind, reading: PgReading): Source[] {
  const { type, node } = typedNode(wrapped);
  if (type === 'RangeVar') return [tableOf(node, join, reading)];
  if (type === 'JoinExpr') {
    const left = readSource(nodeIn(node, 'larg') ?? {}, join, reading);
    const using = namesIn(node, 'usingClause');
    const quals = nodeIn(node, 'quals');
    const isBound = quals !== undefined || using.length > 0 || node.isNatural === true;
    const kind = joinKinds[textIn(node, 'jointype')] ?? (isBound ? 'inner' : 'cross');
    const [first, ...rest] = readSource(nodeIn(node, 'rarg') ?? {}, kind, reading);
    if (first === undefined) return left;
    const bound: Source = {
      ...first,
      ...(quals === undefined ? {} : { on: readExpression(quals, reading) }),
      ...(node.isNatural === true ? { using: 'natural' } : using.length > 0 ? { using } : {}),
    };
    return [...left, bound, ...rest];
  }
  const alias = textIn(nodeIn(node, 'alias') ?? {}, 'aliasname');
  const at = { offset: reading.offsets.indexOf(numberIn(node, 'location')), length: 0 };
  const inner = nodeIn(nodeIn(node, 'subquery') ?? {}, 'SelectStmt');
  if (inner !== undefined) return [{ query: readSelect(inner, reading), alias, join, at }];
  // A function, VALUES, or a sample of a table: what columns it has is not known.
  return [{ alias, join, at }];
}

function tableOf(node: GrammarNode, join: JoinKind, reading: PgReading): Source {
  const table = textIn(node, 'relname');
  const schema = textIn(node, 'schemaname');
  const alias = textIn(nodeIn(node, 'alias') ?? {}, 'aliasname');
  return {
    table,
    ...(schema === '' ? {} : { schema }),
    alias: alias === '' ? table : alias,
    join,
    at: reading.spans.name(reading.offsets.indexOf(numberIn(node, 'location'))),
  };
}
