const number = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Three digits are what a reader compares; the exact numbers stand in the evidence. */
export const inWords = {
  ms: (value: number): string => `${number.format(value)} ms`,
  percent: (value: number): string => `${number.format(value)} %`,
  count: (value: number): string => number.format(value),
} as const;

/** In UTF-8: the text of some queries is as long as a page, and an analysis is one item of the table. */
const maxSubjectBytes = 500;

/** What evidence is about, as it names it: whole, but for what only fills pages. */
export function subjectOf(text: string): string {
  if (Buffer.byteLength(text) <= maxSubjectBytes) return text;
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(maxSubjectBytes - Buffer.byteLength('…')));
  return `${text.slice(0, read)}…`;
}
