const number = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Three digits are what a reader compares; the exact numbers stand in the evidence. */
export const inWords = {
  ms: (value: number): string => `${number.format(value)} ms`,
  percent: (value: number): string => `${number.format(value)} %`,
  count: (value: number): string => number.format(value),
} as const;

const maxQueryLength = 160;
/** A list of columns that is no longer than this stays. */
const maxColumnsLength = 40;

/** A query for sentences, where a long list of columns would hide what tells it from others. */
export function shortQuery(fingerprint: string): string {
  const [select] = /^SELECT\s+/i.exec(fingerprint) ?? [];
  const from = select === undefined ? -1 : outermostFrom(fingerprint);
  const short =
    select !== undefined && from - select.length > maxColumnsLength
      ? `SELECT … ${fingerprint.slice(from)}`
      : fingerprint;
  return short.length <= maxQueryLength ? short : `${short.slice(0, maxQueryLength - 1)}…`;
}

/** Where the first FROM stands that is in no parentheses; -1: nowhere. */
function outermostFrom(text: string): number {
  let depth = 0;
  for (const { 0: token, index } of text.matchAll(/[()]|\bFROM\b/gi)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth === 0) return index;
  }
  return -1;
}

/** Of a query in evidence: enough to find it by. The text of some queries is as long as a page. */
export const querySubject = (fingerprint: string): string => fingerprint.slice(0, 500);
