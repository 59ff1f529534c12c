import { CsvError, parse } from 'csv-parse/sync';
import { CliError } from '../failure.ts';

/** A row of a table, before anything is known of its columns. */
export interface TextRow {
  cells: string[];
  /** Of the file, from 1. Of a row with line breaks in it, its last. */
  line: number;
}

/**
 * The rows of a table whose cells are separated by commas, semicolons or tabs, as spreadsheets and databases write them: UTF-8 or
 * UTF-16 with a byte order mark, cells in quotation marks where need be. Without blank lines, and lines that begin with `#`.
 * @param title names the file in errors
 * @throws CliError on what is no text, or where quotation marks do not match
 */
export function delimitedText(bytes: Uint8Array, title: string): TextRow[] {
  const text = textOf(bytes, title);
  try {
    const parsed: unknown[] = parse(text, {
      bom: true,
      comment: '#',
      comment_no_infix: true,
      delimiter: delimiterOf(text),
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    });
    return (parsed as { record: string[]; info: { lines: number } }[])
      .map(({ record, info }) => ({ cells: record, line: info.lines }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''));
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause;
    const line = typeof cause.lines === 'number' ? `, line ${cause.lines}` : '';
    throw new CliError(`${title}${line}: ${quoteFaults[cause.code] ?? 'it is not a table'}.`, { cause });
  }
}

const quoteFaults: Partial<Record<CsvError['code'], string>> = {
  CSV_QUOTE_NOT_CLOSED: 'a quotation mark is not closed',
  CSV_INVALID_CLOSING_QUOTE: 'a quotation mark stands inside of a cell',
  CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE: 'something stands after a closing quotation mark',
};

/** What separates the cells of the first line. */
function delimiterOf(text: string): string {
  for (const [line] of text.matchAll(/[^\r\n]+/g)) {
    const row = line.trim();
    if (row === '' || row.startsWith('#')) continue;
    const unquoted = row.replaceAll(/"[^"]*"/g, '');
    return ['\t', ';'].find((delimiter) => unquoted.includes(delimiter)) ?? ',';
  }
  return ',';
}

function textOf(bytes: Uint8Array, title: string): string {
  // Spreadsheets write this as "Unicode text".
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CliError(`${title} is no text in UTF-8.`, { cause });
  }
}
