const number = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Three digits are what a reader compares; the exact numbers stand in the evidence. */
export const inWords = {
  ms: (value: number): string => `${number.format(value)} ms`,
  percent: (value: number): string => `${number.format(value)} %`,
  count: (value: number): string => number.format(value),
} as const;

/** The text of some queries is as long as a page. */
const maxQueryLength = 500;

/** A query as evidence names it: whole, but for what only fills pages. */
export const querySubject = (fingerprint: string): string =>
  fingerprint.length <= maxQueryLength ? fingerprint : `${fingerprint.slice(0, maxQueryLength - 1)}…`;
