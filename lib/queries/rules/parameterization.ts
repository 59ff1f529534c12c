import type { QueryAnalysis } from '../../contracts/query-analyses.ts';
import { type SqlDialect, type Token, tokensOf } from '../sql/tokens.ts';
import type { FoundInText } from './finding.ts';

type Parameterization = QueryAnalysis['parameterization'];

/** Before a text, these say what it is; a placeholder cannot stand there. */
const typing = /^(interval|date|time|timestamp|timestamptz|collate|escape|e|b|x)$/i;
/** In parentheses after these stands how long a type is. */
const sized =
  /^(char|varchar|character|varying|nchar|decimal|numeric|dec|float|bit|binary|varbinary|time|timestamp|datetime|double|int|integer|bigint|smallint)$/i;

/** The values of a text, each with its place, but what belongs to the statement: lengths of types, numbers of columns. */
export function literalsIn(text: string, dialect: SqlDialect): Token[] {
  const tokens = tokensOf(text, dialect);
  const literals: Token[] = [];
  const parentheses: string[] = [];
  let isList = false;
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1]?.text.toLowerCase() ?? '';
    const word = token.text.toLowerCase();
    if (token.text === '(') parentheses.push(before);
    else if (token.text === ')') parentheses.pop();
    else if (token.kind === 'word') {
      if (word === 'by') isList = true;
      else if (!/^(asc|desc|nulls|first|last)$/.test(word) && parentheses.length === 0) isList = false;
    }
    if (token.kind !== 'text' && token.kind !== 'number') continue;
    const isNumberOfColumn = isList && token.kind === 'number' && /^(by|,)$/.test(before);
    if (isNumberOfColumn || typing.test(before) || sized.test(parentheses.at(-1) ?? '')) continue;
    // `- INTERVAL 1 DAY` of MySQL takes a placeholder, `a.1` and the like are no values.
    if (before === '.') continue;
    literals.push(token);
  }
  return literals;
}

/**
 * The text with a placeholder for each value, as the dialect writes them, and the values. Placeholders that it has keep their
 * names.
 */
export function parameterize(text: string, dialect: SqlDialect): Parameterization {
  const literals = literalsIn(text, dialect);
  const used = tokensOf(text, dialect).flatMap(({ kind, text: name }) =>
    kind === 'parameter' && /^[$?]\d+$/.test(name) ? [Number(name.slice(1))] : [],
  );
  let next = Math.max(0, ...used);
  const parameters: Parameterization['parameters'] = [];
  let written = '';
  let end = 0;
  for (const literal of literals) {
    next++;
    const name = dialect === 'postgresql' ? `$${next}` : '?';
    parameters.push({ name, value: literalValue(literal, dialect) });
    written += text.slice(end, literal.offset) + name;
    end = literal.offset + literal.length;
  }
  return { parameterized: literals.length === 0, text: (written + text.slice(end)).toWellFormed(), parameters };
}

function literalValue({ kind, text }: Token, dialect: SqlDialect): string | number {
  if (kind === 'number') return Number.isSafeInteger(Number(text)) || /[.eE]/.test(text) ? Number(text) : text;
  const isEscaped = dialect === 'mysql' || /^e'/i.test(text);
  const tag = /^\$\w*\$/.exec(text)?.[0];
  if (tag !== undefined) return text.slice(tag.length, text.endsWith(tag) ? -tag.length : undefined).toWellFormed();
  const quote = text.startsWith('"') ? '"' : "'";
  const from = text.indexOf(quote) + 1;
  const inner = text
    .slice(from, text.length > from && text.endsWith(quote) ? -1 : undefined)
    .replaceAll(quote + quote, quote);
  return (isEscaped ? inner.replaceAll(/\\(.)/gs, '$1') : inner).toWellFormed();
}

/**
 * Values in a text without any placeholder: it is put together anew for each call. Where there are placeholders, the values beside
 * them are there for good.
 */
export function literalsInText(text: string, dialect: SqlDialect): FoundInText[] {
  const tokens = tokensOf(text, dialect);
  if (tokens.some(({ kind }) => kind === 'parameter')) return [];
  const isOfPage = ({ offset }: Token): boolean =>
    /^(limit|offset)$/i.test(tokens[tokens.findIndex((each) => each.offset === offset) - 1]?.text ?? '');
  const [first, ...others] = literalsIn(text, dialect).filter((each) => !isConstant(each) && !isOfPage(each));
  if (first === undefined) return [];
  return [
    {
      code: 'literals-in-text',
      severity: [first, ...others].some(({ kind }) => kind === 'text') ? 'medium' : 'low',
      message: `${others.length === 0 ? 'A value stands' : `${others.length + 1} values stand`} in the text: any other makes a new statement, to be parsed and planned anew, and one that comes from outside is a way in for SQL injection.`,
      recommendation: 'Send the parameterized text, and its values beside it.',
      at: { offset: first.offset, length: first.length },
    },
  ];
}

/** Patterns such as `'%'`, and 0 and 1, are written by programmers, not by users. */
const isConstant = ({ text }: Token): boolean => /^([01]|'[%_]*')$/.test(text);
