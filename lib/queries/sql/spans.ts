import { closingOf, type SqlDialect, type Token, tokenAt, tokensOf } from './tokens.ts';
import { endOf, type Span } from './tree.ts';

/** Where the parts of a text begin and end, found from where they begin. */
export class Spans {
  readonly text: string;
  readonly tokens: readonly Token[];

  constructor(text: string, dialect: SqlDialect) {
    this.text = text;
    this.tokens = tokensOf(text, dialect);
  }

  whole(): Span {
    return { offset: 0, length: this.text.length };
  }

  /** From the token that begins there to the one before which the next does. */
  between(first: number, last: number): Span {
    const [from, to] = [this.tokens[first], this.tokens[last]];
    if (from === undefined || to === undefined) return { offset: 0, length: 0 };
    return { offset: from.offset, length: Math.max(0, endOf(to) - from.offset) };
  }

  /** The token there; a sign is one with its number. */
  value(offset: number): Span {
    const at = tokenAt(this.tokens, offset);
    const isSign = this.tokens[at]?.kind === 'symbol' && this.tokens[at + 1]?.kind === 'number';
    return this.between(at, isSign ? at + 1 : at);
  }

  /** `a`, `a.b` or `a.*`. */
  name(offset: number): Span {
    const at = tokenAt(this.tokens, offset);
    return this.between(at, this.endOfName(at));
  }

  endOfName(first: number): number {
    let at = first;
    while (this.tokens[at + 1]?.text === '.' && this.tokens[at + 2] !== undefined) at += 2;
    return at;
  }

  /** `name(...)`, `(...)`, or the name alone. */
  call(offset: number): Span {
    const first = tokenAt(this.tokens, offset);
    let open = this.tokens[first]?.text === '(' ? first : this.endOfName(first) + 1;
    // `NOT EXISTS (`, `IN (`: the words before it are its name.
    while (this.tokens[open]?.kind === 'word' && open < first + 3) open++;
    if (this.tokens[open]?.text !== '(') return this.name(offset);
    return this.between(first, closingOf(this.tokens, open));
  }

  /** With the parenthesis that comes next. */
  closing(span: Span): Span {
    const next = this.tokens.find(({ offset }) => offset >= endOf(span));
    return next?.text === ')' ? { offset: span.offset, length: endOf(next) - span.offset } : span;
  }

  /** The first token of the word from the offset on. */
  word(word: string, from = 0): Span | undefined {
    return this.tokens.find(
      ({ offset, kind, text }) => offset >= from && kind === 'word' && text.toLowerCase() === word,
    );
  }
}
