/** Of the text that is looked at, and of the fingerprint. */
const maxTextLength = 10_000;
const maxFingerprintLength = 1_000;

const tokens = new RegExp(
  [
    /(?<space>(?:\s|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$))+)/,
    /(?<literal>[xX]?'(?:[^']|'')*'?|0[xX][\da-fA-F]+|(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/,
    /(?<parameter>\?\d*|[:@$][\w:]+)/,
    // Matched so that no literal is looked for in the middle of a name.
    /"(?:[^"]|"")*"?|`[^`]*`?|\[[^\]]*\]?|[A-Za-z_][\w$]*/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

/**
 * The query's text without its literals, parameters and comments: what stays is still SQL, and names nobody's data. Lists are
 * shortened, so that `IN (1, 2)` and `IN (1, 2, 3)` are one kind, and inserts of one and of many rows too.
 */
export function fingerprintOf(sql: string): string {
  const text = sql.slice(0, maxTextLength).replace(tokens, (token, ...rest) => {
    const { space, literal, parameter }: Record<string, string | undefined> = rest.at(-1);
    if (space !== undefined) return ' ';
    return (literal ?? parameter) === undefined ? token : '?';
  });
  const short = text
    .replace(/\bIN ?\( ?\?(?: ?, ?\?)+ ?\)/gi, (list) => `${list.slice(0, 2)} (?)`)
    .replace(/\bVALUES ?(\([^()]*\))(?: ?, ?\([^()]*\))+/gi, 'VALUES $1')
    .replace(/ ?; ?$/, '')
    .trim();
  // Cutting may have left half of a character, and queries may be no text from the start.
  return short.slice(0, maxFingerprintLength).toWellFormed() || '(empty)';
}
