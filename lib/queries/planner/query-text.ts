import { parsePostgresql } from '../sql/postgresql-grammar.ts';
import type { Scope } from '../sql/scope.ts';
import { hintLength, type SqlDialect, type Token, tokensOf, unquoted } from '../sql/tokens.ts';
import { endOf, expressionsOf, type Literal, type Span, withinExpression } from '../sql/tree.ts';
import { identifier, textLiteral } from './sql-text.ts';

/** How many rows a page of results has, when the query does not say. */
export const assumedLimit = 50;

export interface PlannableQuery {
  text: string;
  assumptions: string[];
}

/**
 * The query as PostgreSQL plans it: values in the place of placeholders where they are given, and `$1` and so on for the others.
 * What MySQL and SQLite compute from no column is a value that is not known.
 */
export function plannableQuery(
  text: string,
  dialect: SqlDialect,
  scopes: readonly Scope[],
  values: readonly Literal[] | undefined,
): PlannableQuery {
  const tokens = tokensOf(text, dialect);
  const assumptions: string[] = [];
  const unknown = dialect === 'postgresql' ? [] : computedValues(scopes);
  const placeholders = new Map(
    scopes.flatMap(({ query }) =>
      expressionsOf(query)
        .flatMap((each) => [...withinExpression(each)])
        .flatMap((each) => (each.type === 'parameter' ? [[each.at.offset, each.at] as const] : [])),
    ),
  );
  const numbers = new Map<string, number>();
  let unnamed = 0;
  let written = '';
  let end = 0;
  for (let at = 0; at < tokens.length; at++) {
    at += dialect === 'mysql' ? hintLength(tokens, at) : 0;
    const token = tokens[at];
    if (token === undefined) break;
    const computed = unknown.find(({ offset }) => offset === token.offset);
    const isPlaceholder = placeholders.has(token.offset);
    written += ' '.repeat(token.offset > end ? 1 : 0);
    if (computed !== undefined) {
      written += `$${numberOf(numbers, `value at ${computed.offset}`)}`;
      while ((tokens[at + 1]?.offset ?? Number.POSITIVE_INFINITY) < endOf(computed)) at++;
    } else if (isPlaceholder) {
      const position = /^[$?]\d+$/.test(token.text) ? Number(token.text.slice(1)) - 1 : unnamed++;
      const before = tokens[at - 1]?.text.toLowerCase() ?? '';
      const value = values?.[position];
      if (value !== undefined) written += literalText(value);
      else if (before === 'limit' || before === 'offset') {
        written += before === 'limit' ? assumedLimit : 0;
        if (before === 'limit') assumptions.push(`The query asks for ${assumedLimit} rows.`);
      } else
        written += `$${numberOf(numbers, token.text.startsWith('?') && token.text.length === 1 ? `at ${position}` : token.text)}`;
    } else {
      written += dialect === 'postgresql' ? token.text : translated(token, dialect);
    }
    const last = tokens[at];
    end = last === undefined ? end : endOf(last);
  }
  return { text: swappedLimit(written, dialect), assumptions };
}

const numberOf = (numbers: Map<string, number>, name: string): number => {
  const known = numbers.get(name) ?? numbers.size + 1;
  numbers.set(name, known);
  return known;
};

const literalText = (value: Literal): string =>
  value === null ? 'NULL' : typeof value === 'string' ? textLiteral(value) : String(value);

/** Calls of no column, where a condition compares with them: `DATE_SUB(NOW(), INTERVAL 1 DAY)`. */
const computedValues = (scopes: readonly Scope[]): Span[] =>
  scopes.flatMap((scope) =>
    [scope.query.where, ...scope.query.sources.map(({ on }) => on)]
      .flatMap((each) => [...withinExpression(each)])
      .filter((each) => each.type === 'call' && each.at.length > 0)
      .filter((each) =>
        [...withinExpression(each)].every(({ type }) => type !== 'column' && type !== 'star' && type !== 'query'),
      )
      .map(({ at }) => at),
  );

const words: Record<string, string> = {
  ifnull: 'COALESCE',
  regexp: '~',
  '<=>': 'IS NOT DISTINCT FROM',
  straight_join: 'JOIN',
};

function translated({ kind, text }: Token, dialect: SqlDialect): string {
  if (kind === 'name') return identifier(unquoted(text).toLowerCase());
  if (kind !== 'text') return words[text.toLowerCase()] ?? text;
  const quote = text.startsWith('"') ? '"' : "'";
  const inner = text.slice(text.indexOf(quote) + 1, -1).replaceAll(quote + quote, quote);
  return textLiteral(dialect === 'mysql' ? inner.replaceAll(/\\(.)/gs, '$1') : inner);
}

/** `LIMIT 5, 10` skips five. */
const swappedLimit = (text: string, dialect: SqlDialect): string =>
  dialect === 'postgresql' ? text : text.replace(/\blimit\s+(\d+)\s*,\s*(\d+)\s*;?\s*$/i, 'LIMIT $2 OFFSET $1');

const plannable = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt']);

/** The text is one statement that can be planned, whatever the dialect that it came from took it for. @returns without what ends it */
export const asOneQuery = (text: string): Promise<string | undefined> => asOne(text, plannable);
export const asOneIndex = (text: string): Promise<string | undefined> => asOne(text, new Set(['IndexStmt']));

async function asOne(text: string, types: ReadonlySet<string>): Promise<string | undefined> {
  try {
    const { statements } = await parsePostgresql(text);
    const [only] = statements;
    return only !== undefined && statements.length === 1 && types.has(only.type) ? only.text : undefined;
  } catch {
    return undefined;
  }
}
