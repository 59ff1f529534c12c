import type { QueryDialect } from '../../contracts/query-analyses.ts';
import type { Span } from './tree.ts';

export type SqlDialect = Exclude<QueryDialect, 'mongodb'>;

export type TokenKind = 'word' | 'name' | 'text' | 'number' | 'parameter' | 'symbol';

export interface Token extends Span {
  kind: TokenKind;
  /** As it is written. */
  text: string;
}

const number = String.raw`0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?`;
const word = String.raw`[\p{L}_][\p{L}\p{N}_$]*`;
const symbol = String.raw`::|->>|#>>|->|#>|<=>|<>|!=|<=|>=|\|\||@>|<@|&&|@@|!~~\*|~~\*|!~~|~~|!~\*|~\*|!~|[\s\S]`;

/** One regular expression that takes a text apart, for each dialect. */
const patterns: Record<SqlDialect, RegExp> = {
  postgresql: pattern({
    space: String.raw`\s+|--[^\n]*|/\*[\s\S]*?(?:\*/|$)`,
    text: String.raw`[eE]'(?:[^'\\]|''|\\[\s\S])*'?|[xXbBnN]?'(?:[^']|'')*'?|\$(?<tag>[A-Za-z_]\w*|)\$[\s\S]*?(?:\$\k<tag>\$|$)`,
    name: '"(?:[^"]|"")*"?',
    parameter: String.raw`\$\d+`,
  }),
  mysql: pattern({
    space: String.raw`\s+|--(?:\s[^\n]*|$)|#[^\n]*|/\*[\s\S]*?(?:\*/|$)`,
    text: String.raw`[xXbBnN]?'(?:[^'\\]|''|\\[\s\S])*'?|"(?:[^"\\]|""|\\[\s\S])*"?`,
    name: '`(?:[^`]|``)*`?',
    parameter: String.raw`\?|:[A-Za-z_]\w*`,
  }),
  sqlite: pattern({
    space: String.raw`\s+|--[^\n]*|/\*[\s\S]*?(?:\*/|$)`,
    text: "[xX]?'(?:[^']|'')*'?",
    name: '"(?:[^"]|"")*"?|`(?:[^`]|``)*`?|\\[[^\\]]*\\]?',
    parameter: String.raw`\?\d*|[:@$][A-Za-z_]\w*`,
  }),
};

function pattern(of: { space: string; text: string; name: string; parameter: string }): RegExp {
  return new RegExp(
    `(?<space>${of.space})|(?<text>${of.text})|(?<name>${of.name})|(?<parameter>${of.parameter})|(?<number>${number})|(?<word>${word})|(?<symbol>${symbol})`,
    'gu',
  );
}

const kinds = ['text', 'name', 'parameter', 'number', 'word', 'symbol'] as const;

/** What a text is made of, without its spaces and comments. Never fails: what is no token is a symbol. */
export function tokensOf(text: string, dialect: SqlDialect): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(patterns[dialect])) {
    const kind = kinds.find((each) => match.groups?.[each] !== undefined);
    if (kind !== undefined) tokens.push({ kind, text: match[0], offset: match.index, length: match[0].length });
  }
  return tokens;
}

/** A name without its quotes. */
export function unquoted(name: string): string {
  const [first = ''] = name;
  if (first === '[') return name.slice(1, name.endsWith(']') ? -1 : undefined);
  if (first !== '"' && first !== '`') return name;
  const inner = name.slice(1, name.length > 1 && name.endsWith(first) ? -1 : undefined);
  return inner.replaceAll(first + first, first);
}

/** Where the parenthesis closes that stands at the index, or the last token when none does. */
export function closingOf(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at++) {
    const { kind, text } = tokens[at] as Token;
    if (kind !== 'symbol') continue;
    if (text === '(') depth++;
    if (text === ')' && --depth === 0) return at;
  }
  return tokens.length - 1;
}

/** The index of the token that begins at the offset, or contains it; -1: none. */
export function tokenAt(tokens: readonly Token[], offset: number): number {
  let low = 0;
  let high = tokens.length - 1;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const token = tokens[middle] as Token;
    if (token.offset > offset) high = middle - 1;
    else if (token.offset + token.length <= offset) low = middle + 1;
    else return middle;
  }
  return -1;
}

/** Advice to MySQL's optimizer, `USE INDEX (a, b)`, from the index on: how many tokens it has; 0: it is none. */
export function hintLength(tokens: readonly Token[], at: number): number {
  const [verb = '', what = ''] = [tokens[at]?.text, tokens[at + 1]?.text];
  if (!/^(use|force|ignore)$/i.test(verb) || !/^(index|key)$/i.test(what) || tokens[at + 2]?.text !== '(') return 0;
  return closingOf(tokens, at + 2) - at + 1;
}
