import { columnIn, type Schema, tableIn } from '../schema/model.ts';
import { type SqlDialect, tokensOf, unquoted } from '../sql/tokens.ts';
import type { Source, Span } from '../sql/tree.ts';
import type { Candidate, CandidateKey, RuleContext } from './candidate.ts';
import { indexName, quoted } from './names.ts';

/** An index as a statement creates it. */
export interface RenderedIndex {
  name: string;
  ddl: string;
  table: string;
  /** What it is sorted by: columns by their names, expressions as they are written. */
  columns: string[];
}

/** A part of the query as it can stand in an index: without the name that the query gave the table. */
export function textWithin({ at }: { at: Span }, source: Source, { text, dialect }: RuleContext): string {
  const part = text.slice(at.offset, at.offset + at.length);
  const tokens = tokensOf(part, dialect);
  let written = '';
  let end = 0;
  for (const [index, token] of tokens.entries()) {
    const isAlias =
      tokens[index + 1]?.text === '.' && unquoted(token.text).toLowerCase() === source.alias.toLowerCase();
    const isItsDot = token.text === '.' && written.endsWith('\0');
    if (isItsDot) written = written.slice(0, -1);
    else written += isAlias ? `${part.slice(end, token.offset)}\0` : part.slice(end, token.offset + token.length);
    end = token.offset + token.length;
  }
  return written.replaceAll('\0', '').trim();
}

/** As the schema spells it, where there is one. */
const spelled = (table: string, column: string, schema: Schema | undefined): string =>
  columnIn(tableIn(schema, table), column)?.name ?? column;

export function renderIndex(candidate: Candidate, context: RuleContext, schema?: Schema): RenderedIndex {
  const { source, keys, include, where, method } = candidate;
  const { dialect } = context;
  const table = tableIn(schema, source.table)?.name ?? source.table;
  const ofColumn = (column: string): string => quoted(spelled(table, column, schema), dialect);
  const columns = keys.map(({ key }) =>
    key.column === undefined ? textWithin(key.expression, source, context) : spelled(table, key.column, schema),
  );
  const writtenKeys = keys.map((key, at) => writtenKey(key, columns[at] ?? '', isUniform(keys), dialect));
  const included = dialect === 'postgresql' ? [] : include.map(ofColumn);
  const name = indexName(table, [...columns, ...(method === 'gin' ? ['gin'] : [])], where.length > 0);
  const place = source.schema === undefined ? '' : `${quoted(source.schema, dialect)}.`;
  const parts = [
    `CREATE INDEX ${quoted(name, dialect)} ON ${place}${quoted(table, dialect)}`,
    ...(method === 'gin' ? ['USING gin'] : []),
    `(${[...writtenKeys, ...included].join(', ')})`,
    ...(include.length > 0 && dialect === 'postgresql' ? [`INCLUDE (${include.map(ofColumn).join(', ')})`] : []),
    ...(where.length > 0 ? [`WHERE ${where.map((each) => textWithin(each, source, context)).join(' AND ')}`] : []),
  ];
  const needsExtension = keys.some(({ comparedBy }) => comparedBy === 'gin_trgm_ops');
  const ddl = `${needsExtension ? 'CREATE EXTENSION IF NOT EXISTS pg_trgm; ' : ''}${parts.join(' ')};`;
  return { name, ddl, table, columns };
}

/** An index is read from either end: one direction for all needs no word. */
const isUniform = (keys: readonly CandidateKey[]): boolean => {
  const ordered = keys.filter(({ isEquality }) => !isEquality);
  return ordered.every(({ descending }) => descending === ordered[0]?.descending);
};

function writtenKey(
  { key, descending, comparedBy }: CandidateKey,
  column: string,
  uniform: boolean,
  dialect: SqlDialect,
): string {
  // MySQL takes an expression in parentheses of its own only, PostgreSQL anything but a call.
  const isBare = key.column !== undefined || (dialect !== 'mysql' && key.expression.type === 'call');
  const name = key.column === undefined ? column : quoted(column, dialect);
  const direction = descending && !uniform ? ' DESC' : '';
  return `${isBare ? name : `(${name})`}${comparedBy === undefined ? '' : ` ${comparedBy}`}${direction}`;
}
