/** Of the text that is looked at, and of the fingerprint. */
const maxTextLength = 10_000;
const maxFingerprintLength = 1_000;

/** What a dialect of SQL writes in its own way; each is a regular expression that takes all of a text that was cut. */
interface Dialect {
  readonly space: RegExp;
  readonly text: RegExp;
  /** Names in quotes: nothing within them is looked at. */
  readonly name: RegExp;
}

const standard: Dialect = {
  space: /(?:\s|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/,
  // Besides the standard's: `E'\''` and `$tag$ ... $tag$` of PostgreSQL.
  text: /[eE]'(?:[^'\\]|''|\\[\s\S])*'?|[xXbBnN]?'(?:[^']|'')*'?|\$(?<tag>[A-Za-z_]\w*|)\$[\s\S]*?(?:\$\k<tag>\$|$)/,
  name: /"(?:[^"]|"")*"?|`[^`]*`?|\[[^\]]*\]?/,
};
/** Where double quotes hold text, and backslashes escape. */
const mysql: Dialect = {
  space: /(?:\s|--(?:\s[^\n]*|$)|#[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+/,
  text: /[xXbBnN]?'(?:[^'\\]|''|\\[\s\S])*'?|"(?:[^"\\]|""|\\[\s\S])*"?/,
  name: /`(?:[^`]|``)*`?/,
};

const tokensOf = ({ space, text, name }: Dialect): RegExp =>
  new RegExp(
    [
      `(?<space>${space.source})`,
      `(?<literal>${text.source}|0[xX][\\da-fA-F]+|(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?)`,
      // A cast of PostgreSQL, which is no parameter.
      '::',
      /(?<parameter>\?\d*|[:@$]\w+)/.source,
      // Matched so that no literal is looked for in the middle of a name.
      name.source,
      /[A-Za-z_][\w$]*/.source,
    ].join('|'),
    'g',
  );

const withoutValues = (sql: string, tokens: RegExp): string =>
  sql.replace(tokens, (token, ...rest) => {
    const { space, literal, parameter }: Record<string, string | undefined> = rest.at(-1);
    if (space !== undefined) return ' ';
    return (literal ?? parameter) === undefined ? token : '?';
  });

function fingerprint(sql: string, tokens: RegExp): string {
  const short = withoutValues(sql.slice(0, maxTextLength), tokens)
    .replace(/\bIN ?\( ?\?(?: ?, ?\?)+ ?\)/gi, (list) => `${list.slice(0, 2)} (?)`)
    .replace(/\bVALUES ?(\([^()]*\))(?: ?, ?\([^()]*\))+/gi, 'VALUES $1')
    .replace(/ ?; ?$/, '')
    .trim();
  // Cutting may have left half of a character, and queries may be no text from the start.
  return short.slice(0, maxFingerprintLength).toWellFormed() || '(empty)';
}

const standardTokens = tokensOf(standard);
const mysqlTokens = tokensOf(mysql);

/**
 * The query's text without its literals, parameters and comments: what stays is still SQL, and names nobody's data. Lists are
 * shortened, so that `IN (1, 2)` and `IN (1, 2, 3)` are one kind, and inserts of one and of many rows too.
 */
export const fingerprintOf = (sql: string): string => fingerprint(sql, standardTokens);

/** The whole text, with a `?` for each value and a space for each comment; nothing is shortened. */
export const bareSql = (sql: string): string => withoutValues(sql, standardTokens);

/** As MySQL and MariaDB write SQL. */
export const mysqlFingerprintOf = (sql: string): string => fingerprint(sql, mysqlTokens);
