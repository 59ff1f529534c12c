import { Spans } from './spans.ts';
import { hintLength, type SqlDialect } from './tokens.ts';
import { asUnreadable, UnreadableQuery } from './unreadable.ts';

export type OtherDialect = Exclude<SqlDialect, 'postgresql'>;

interface Grammar {
  astify(sql: string, options: { database: string }): unknown;
}

/** Each is some hundred kilobytes, and read when its first statement is. */
const grammars: Record<OtherDialect, { database: string; load: () => Promise<{ Parser: new () => Grammar }> }> = {
  mysql: { database: 'MySQL', load: async () => exportsOf(await import('node-sql-parser/build/mysql.js')) },
  sqlite: { database: 'Sqlite', load: async () => exportsOf(await import('node-sql-parser/build/sqlite.js')) },
};

/** CommonJS, whose exports are all of `default` where nobody could tell them beforehand. */
const exportsOf = (module: unknown): { Parser: new () => Grammar } => {
  const { default: all, Parser } = module as { default?: { Parser: new () => Grammar }; Parser?: new () => Grammar };
  const found = Parser ?? all?.Parser;
  if (found === undefined) throw new Error('node-sql-parser has no Parser.');
  return { Parser: found };
};

const parsers = new Map<OtherDialect, Promise<Grammar>>();
const parserOf = (dialect: OtherDialect): Promise<Grammar> => {
  const known = parsers.get(dialect) ?? grammars[dialect].load().then(({ Parser }) => new Parser());
  parsers.set(dialect, known);
  return known;
};

/**
 * The tree of a text by the grammar of `node-sql-parser`: an object, or a list of them when there are several statements.
 * @throws {UnreadableQuery}
 */
export async function parseOther(
  text: string,
  dialect: OtherDialect,
  spans = new Spans(text, dialect),
): Promise<unknown> {
  if (spans.tokens.length === 0) throw new UnreadableQuery('There is no statement in the text.');
  try {
    return (await parserOf(dialect)).astify(plainer(spans), { database: grammars[dialect].database });
  } catch (error) {
    // Of SQLite, this grammar does not know all that it knows of MySQL, which is written alike.
    if (dialect === 'sqlite') {
      const parser = await parserOf('mysql');
      try {
        return parser.astify(plainer(spans), { database: grammars.mysql.database });
      } catch {
        throw refusalOf(error);
      }
    }
    throw refusalOf(error);
  }
}

function refusalOf(error: unknown): unknown {
  const { location, found } = error as { location?: { start?: { offset?: number } }; found?: string | null };
  if (location === undefined) return asUnreadable(error);
  const what = found === null || found === undefined ? 'the end' : JSON.stringify(found);
  return new UnreadableQuery(`The grammar did not expect ${what}.`, location.start?.offset);
}

/** As long as the text, and in words that the grammar knows: no comments, every placeholder a `?`, and no advice to the optimizer. */
function plainer({ text, tokens }: Spans): string {
  const characters = [...' '.repeat(text.length)];
  const write = (at: number, what: string): void => {
    for (let index = 0; index < what.length; index++) characters[at + index] = what.charAt(index);
  };
  for (let at = 0; at < tokens.length; at++) {
    const token = tokens[at];
    if (token === undefined) break;
    const hint = hintLength(tokens, at);
    if (hint > 0) at += hint - 1;
    else if (token.kind === 'parameter') write(token.offset, '?');
    // In quotes of the standard, this grammar takes a name for a text.
    else if (token.kind === 'name' && !/`/.test(token.text)) write(token.offset, `\`${token.text.slice(1, -1)}\``);
    else write(token.offset, token.text);
  }
  return characters.join('');
}
