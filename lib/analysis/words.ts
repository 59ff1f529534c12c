const number = new Intl.NumberFormat('en-US', { maximumSignificantDigits: 3 });

/** Three digits are what a reader compares; the exact numbers stand in the evidence. */
export const inWords = {
  ms: (value: number): string => `${number.format(value)} ms`,
  percent: (value: number): string => `${number.format(value)} %`,
  count: (value: number): string => number.format(value),
} as const;

/** For sentences and names; the whole text would drown them. */
export const shortened = (text: string, length = 160): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;
