import { stripVTControlCharacters } from 'node:util';

export type Column = 'left' | 'right';

const widthOf = (text: string): number => stripVTControlCharacters(text).length;

/** Rows of text under each other. Colours inside of cells do not shift what follows. */
export function textTable(columns: readonly Column[], rows: readonly (readonly string[])[], indent = '  '): string[] {
  const widths = columns.map((_, column) => Math.max(0, ...rows.map((row) => widthOf(row[column] ?? ''))));
  return rows.map((row) =>
    columns
      .map((side, column) => {
        const cell = row[column] ?? '';
        const padding = ' '.repeat((widths[column] ?? 0) - widthOf(cell));
        return side === 'left' ? cell + padding : padding + cell;
      })
      .join('  ')
      .trimEnd()
      .replace(/^/, indent),
  );
}
