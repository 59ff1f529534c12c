/** A piece of a line: plain text, and how it is painted once it is known how much of it fits. */
export interface Segment {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

export type Line = readonly Segment[];

/** Letters that take two columns of a terminal: CJK, Hangul, full width, and emoji (Unicode's East Asian Width W and F). */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/u;
const combining = /\p{Mn}/u;
/** What a terminal would obey: keys of caches, and reasons of alerts, are texts of others. */
const obeyed = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

export const plainText = (text: string): string => text.replaceAll(obeyed, '·');

const columnsOfLetter = (letter: string): number => (combining.test(letter) ? 0 : wide.test(letter) ? 2 : 1);

export const columnsOf = (text: string): number => [...text].reduce((sum, letter) => sum + columnsOfLetter(letter), 0);

/** The beginning of a text that takes no more columns than that, with an ellipsis where something is missing. */
export function cutTo(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let cut = '';
  let used = 0;
  for (const letter of text) {
    const takes = columnsOfLetter(letter);
    if (used + takes > columns - 1) break;
    cut += letter;
    used += takes;
  }
  return columns > 0 ? `${cut}…` : '';
}

/** A line as it is written, in no more columns than there are. */
export function painted(line: Line, columns: number): string {
  let left = columns;
  let written = '';
  for (const { text, paint } of line) {
    const fitting = cutTo(plainText(text), left);
    left -= columnsOf(fitting);
    written += paint === undefined || fitting === '' ? fitting : paint(fitting);
    if (left <= 0) break;
  }
  return written.trimEnd();
}

/** Filled up with spaces, or cut, to take just so many columns. */
export function cellOf(text: string, columns: number, side: 'left' | 'right' = 'left'): string {
  const fitting = cutTo(plainText(text), columns);
  const padding = ' '.repeat(Math.max(0, columns - columnsOf(fitting)));
  return side === 'left' ? fitting + padding : padding + fitting;
}
