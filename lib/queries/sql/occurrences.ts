import type { Spans } from './spans.ts';
import { unquoted } from './tokens.ts';
import type { Span } from './tree.ts';

/**
 * Where the names and values of a text stand, for grammars that do not tell: each is handed out once, in the order of the text,
 * which is the order in which a tree is read.
 */
export class Occurrences {
  readonly #waiting = new Map<string, Span[]>();

  constructor(spans: Spans) {
    const { tokens } = spans;
    for (let at = 0; at < tokens.length; at++) {
      const token = tokens[at];
      if (token === undefined) continue;
      if (token.kind === 'word' || token.kind === 'name') {
        const last = spans.endOfName(at);
        const names = tokens.slice(at, last + 1).filter(({ text }) => text !== '.');
        const path = names.map(({ text }) => unquoted(text).toLowerCase()).join('.');
        const isAlias = tokens[at - 1]?.text.toLowerCase() === 'as';
        if (tokens[last + 1]?.text === '(') this.#add(`call ${path}`, spans.call(token.offset));
        if (!isAlias) this.#add(`name ${path}`, spans.between(at, last));
        at = last;
      } else if (token.kind === 'number') {
        const isNegative =
          tokens[at - 1]?.text === '-' && /^[^)]$|^(and|or|in|then|else|limit)$/i.test(tokens[at - 2]?.text ?? '');
        if (isNegative) this.#add(`value ${-Number(token.text)}`, spans.between(at - 1, at));
        else this.#add(`value ${Number(token.text)}`, token);
      } else if (token.kind === 'text') {
        this.#add('text', token);
      } else {
        const isQuery = token.text === '(' && /^(select|with)$/i.test(tokens[at + 1]?.text ?? '');
        if (isQuery) this.#add('query', spans.call(token.offset));
        this.#add(token.kind === 'parameter' ? 'parameter' : `symbol ${token.text}`, token);
      }
    }
  }

  #add(key: string, { offset, length }: Span): void {
    const waiting = this.#waiting.get(key) ?? [];
    if (waiting.length === 0) this.#waiting.set(key, waiting);
    waiting.push({ offset, length });
  }

  /** Nowhere, with length 0, when there is none left. */
  next(kind: 'call' | 'name' | 'query' | 'value' | 'text' | 'parameter' | 'symbol', what?: string): Span {
    const key = what === undefined ? kind : `${kind} ${what.toLowerCase()}`;
    return this.#waiting.get(key)?.shift() ?? { offset: 0, length: 0 };
  }
}
