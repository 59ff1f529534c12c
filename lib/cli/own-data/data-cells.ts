/** What is wrong with one cell, as the predicate of a sentence. */
export class DataFault extends Error {
  override name = 'DataFault';
}

const numeral = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
export const isNumber = (cell: string): boolean => numeral.test(cell.trim());

/** The cells of a column of text. */
export const text = (cell: string): string => cell;

/** @throws DataFault */
export function finiteNumber(cell: string): number {
  if (!isNumber(cell)) {
    throw new DataFault(isNumber(cell.replace(',', '.')) ? 'has a comma where numbers have a point' : 'is no number');
  }
  const value = Number(cell);
  if (!Number.isFinite(value)) throw new DataFault('is too large');
  return value;
}

/** @throws DataFault */
export function numberAbove0(cell: string): number {
  const value = finiteNumber(cell);
  if (value > 0) return value;
  throw new DataFault('is not above 0');
}

/** @throws DataFault */
export const numberFrom =
  (least: number) =>
  (cell: string): number => {
    const value = finiteNumber(cell);
    if (value >= least) return value;
    throw new DataFault(`is below ${least}`);
  };

const gaps = new Set(['', 'nan', 'null', 'none', 'na', 'n/a', '#n/a', 'nil', '-']);
/** What databases and spreadsheets write where there is no value. */
export const isGap = (cell: string): boolean => gaps.has(cell.trim().toLowerCase());

/** @returns undefined where there is no value @throws DataFault */
export const numberOrGap = (cell: string): number | undefined => (isGap(cell) ? undefined : finiteNumber(cell));
