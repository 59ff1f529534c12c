import { type GrammarNode, nodeIn, nodesIn, numberIn, typedNode } from './grammar-nodes.ts';
import { asUnreadable, UnreadableQuery } from './unreadable.ts';

export interface PgStatement {
  type: string;
  node: GrammarNode;
  /** Its text. */
  text: string;
}

/** PostgreSQL counts in bytes of UTF-8. */
export class ByteOffsets {
  readonly #text: string;
  readonly #isPlain: boolean;
  #byte = 0;
  #index = 0;

  constructor(text: string) {
    this.#text = text;
    this.#isPlain = Buffer.byteLength(text) === text.length;
  }

  /** The index of the UTF-16 code unit at the byte. Quick when asked in ascending order. */
  indexOf(byte: number): number {
    if (this.#isPlain) return Math.min(byte, this.#text.length);
    if (byte < this.#byte) {
      this.#byte = 0;
      this.#index = 0;
    }
    while (this.#byte < byte && this.#index < this.#text.length) {
      const point = this.#text.codePointAt(this.#index) ?? 0;
      this.#byte += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      this.#index += point < 0x10000 ? 1 : 2;
    }
    return this.#index;
  }
}

/**
 * The statements of a text, by PostgreSQL's own grammar.
 * @throws {UnreadableQuery} with PostgreSQL's own words
 */
export async function parsePostgresql(text: string): Promise<{ statements: PgStatement[]; offsets: ByteOffsets }> {
  // The grammar ends where a text of C ends, and what it says is counted in whole characters.
  const clean = text.replaceAll('\0', ' ').toWellFormed();
  if (clean.trim() === '') throw new UnreadableQuery('There is no statement in the text.');
  // Loads 1.7 MB of WebAssembly, which who has no SQL to read need not wait for.
  const { parse, SqlError } = await import('libpg-query');
  const offsets = new ByteOffsets(clean);
  let parsed: unknown;
  try {
    parsed = await parse(clean);
  } catch (error) {
    if (!(error instanceof SqlError)) throw asUnreadable(error);
    // Characters, not bytes: code points.
    const position = error.sqlDetails?.cursorPosition ?? 0;
    throw new UnreadableQuery(`${error.message}.`, [...clean].slice(0, Math.max(0, position)).join('').length);
  }
  const statements = nodesIn(parsed as GrammarNode, 'stmts').map((each) => {
    const start = offsets.indexOf(numberIn(each, 'stmt_location'));
    const length = numberIn(each, 'stmt_len');
    const end = length === 0 ? clean.length : offsets.indexOf(numberIn(each, 'stmt_location') + length);
    return { ...typedNode(nodeIn(each, 'stmt') ?? {}), text: clean.slice(start, end).trim() };
  });
  return { statements, offsets: new ByteOffsets(clean) };
}
