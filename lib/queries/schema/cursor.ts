import { closingOf, type SqlDialect, type Token, unquoted } from '../sql/tokens.ts';

/** Reads the tokens of a statement one after the other. */
export class Cursor {
  readonly dialect: SqlDialect;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(tokens: readonly Token[], dialect: SqlDialect) {
    this.#tokens = tokens;
    this.dialect = dialect;
  }

  /** In small letters; empty at the end. */
  get word(): string {
    return this.#tokens[this.#at]?.text.toLowerCase() ?? '';
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#tokens.length;
  }

  /** Goes past the words when all of them come next. */
  take(...words: string[]): boolean {
    const come = words.every((word, index) => this.#tokens[this.#at + index]?.text.toLowerCase() === word);
    if (come) this.#at += words.length;
    return come;
  }

  /** Goes past any of the words, as many as there are. */
  skip(...words: string[]): void {
    while (words.includes(this.word)) this.#at++;
  }

  next(): Token | undefined {
    return this.#tokens[this.#at++];
  }

  /** `schema.name`: its last part. */
  name(): string {
    let name = nameOf(this.next(), this.dialect);
    while (this.take('.')) name = nameOf(this.next(), this.dialect);
    return name;
  }

  /** What stands in the parentheses that open here; undefined when none do. */
  parentheses(): Token[] | undefined {
    if (this.word !== '(') return undefined;
    const end = closingOf(this.#tokens, this.#at);
    const inner = this.#tokens.slice(this.#at + 1, end);
    this.#at = end + 1;
    return inner;
  }

  rest(): Token[] {
    const rest = this.#tokens.slice(this.#at);
    this.#at = this.#tokens.length;
    return rest;
  }
}

/** What a token names. PostgreSQL writes names in small letters, unless they stand in quotes. */
export function nameOf(token: Token | undefined, dialect: SqlDialect): string {
  if (token === undefined) return '';
  return token.kind === 'word' && dialect === 'postgresql' ? token.text.toLowerCase() : unquoted(token.text);
}

/** At the symbol, where it stands in no parentheses. */
export function splitAt(symbol: string, tokens: readonly Token[]): Token[][] {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (const token of tokens) {
    if (token.kind === 'symbol') {
      if (token.text === '(') depth++;
      if (token.text === ')') depth--;
    }
    if (depth <= 0 && token.kind === 'symbol' && token.text === symbol) parts.push([]);
    else parts.at(-1)?.push(token);
  }
  return parts.filter((part) => part.length > 0);
}
