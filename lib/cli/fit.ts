import { stripVTControlCharacters } from 'node:util';

/** How many columns a text takes; colours take none. */
export const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Words that `wrapped` keeps on one line. */
export const unbroken = (text: string): string => text.replaceAll(' ', noBreak);

const noBreak = '\u00a0';

/**
 * Breaks a text between words into lines that are no wider than `width`, their indentation included. A word that is wider
 * by itself, such as an address, stays whole, so that it can be copied.
 */
export function wrapped(text: string, width: number, indent = '', hanging = indent): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text
    .replaceAll(' %', `${noBreak}%`)
    .split(/[ \t\r\n]+/)
    .filter(Boolean)) {
    const margin = lines.length === 0 ? indent : hanging;
    if (line !== '' && widthOf(margin) + widthOf(line) + 1 + widthOf(word) > width) {
      lines.push(margin + line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push((lines.length === 0 ? indent : hanging) + line);
  return lines.map((each) => each.replaceAll(noBreak, ' '));
}

/** One line, cut with an ellipsis where it is too long. */
export function shortened(text: string, width: number): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= width ? line : `${line.slice(0, Math.max(0, width - 1)).trimEnd()}…`;
}
