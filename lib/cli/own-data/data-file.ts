import { readFile, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { CliError } from '../failure.ts';
import { DataFault, isGap, isNumber } from './data-cells.ts';
import { delimitedText, type TextRow } from './delimited-text.ts';
import { shown } from './shown.ts';

/** A column that a command reads. */
export interface DataColumn<Value> {
  /** Other names that it may have in the header. */
  aliases?: readonly string[];
  /** What it is called in this file, in place of its own name and the others. */
  named?: string;
  /** Where none has its name, the one other column of numbers is it; of several, this says how to choose. */
  ofSeveral?: string;
  /** Whether `read` knows of cells without anything in them. */
  mayBeEmpty?: true;
  /** @throws DataFault that says what is wrong with the cell: `is no number` */
  read: (cell: string) => Value;
}

type Columns = Readonly<Record<string, DataColumn<unknown>>>;

export type DataRow<Of extends Columns> = { [Name in keyof Of]: ReturnType<Of[Name]['read']> } & {
  /** Of the file, from 1. */
  line: number;
};

export interface DataTable<Of extends Columns> {
  rows: DataRow<Of>[];
  /** What the columns are called in the file. Without those of a file that has no header. */
  titles: { [Name in keyof Of]?: string };
}

const maxBytes = 50_000_000;
/** Stands for standard input, as it does for other commands. */
const standardInput = '-';

/**
 * Reads the columns of a table of comma-, semicolon- or tab-separated values. A first row without any number is a header, which names
 * the columns in any order, among others; without it, the file has these columns in this order. Blank lines and lines that begin
 * with `#` are left out.
 *
 * @param name as the user gave it; `-` for standard input
 * @throws CliError that names the file and the line
 */
export async function readDataFile<Of extends Columns>(
  path: string,
  name: string,
  columns: Of,
): Promise<DataTable<Of>> {
  const title = name === standardInput ? 'Standard input' : name;
  const bytes = await (name === standardInput ? bytesOf(process.stdin) : bytesIn(path)).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new CliError(`${title} cannot be read: ${fileFaults[cause.code ?? ''] ?? cause.message}.`, { cause });
    },
  );
  return dataTable(bytes, title, columns);
}

const fileFaults: Partial<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file',
  EISDIR: 'it is a directory',
  EACCES: 'its permissions forbid it',
};

async function bytesIn(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > maxBytes) throw tooLarge(size);
  return readFile(path);
}

async function bytesOf(stream: NodeJS.ReadStream): Promise<Uint8Array> {
  const bytes = await buffer(stream);
  if (bytes.length > maxBytes) throw tooLarge(bytes.length);
  return bytes;
}

const tooLarge = (size: number): Error =>
  new Error(`it has ${Math.ceil(size / 1e6)} MB, of which at most ${maxBytes / 1e6} MB are read`);

/** As `readDataFile`, of what was read. */
export function dataTable<Of extends Columns>(bytes: Uint8Array, title: string, columns: Of): DataTable<Of> {
  const records = delimitedText(bytes, title);
  const [first, ...others] = records;
  if (first === undefined) throw new CliError(`${title} is empty.`);
  const names = Object.keys(columns);
  const isHeader = !first.cells.some(isNumber);
  const rows = isHeader ? others : records;
  if (rows.length === 0) throw new CliError(`${title} has a header and nothing below it.`);
  const places = isHeader
    ? placesByName(first.cells, columns, { title, isNumeric: (place) => holdsNumbers(rows, place) })
    : placesInOrder(first, columns, title);
  const titles = isHeader ? names.map((name, index) => [name, first.cells[places[index] ?? -1]?.trim()]) : [];
  const read = rows.map(({ cells, line }) => {
    const where = `${title}, line ${line}`;
    if (cells.length !== first.cells.length) {
      throw new CliError(`${where}: it has ${counted(cells.length)}, the first line ${counted(first.cells.length)}.`);
    }
    const values = names.map((name, index) => [name, readCell(cells[places[index] ?? -1] ?? '', name, columns, where)]);
    return { ...Object.fromEntries(values), line };
  });
  return { rows: read, titles: Object.fromEntries(titles) };
}

/** And else nothing but gaps. */
const holdsNumbers = (rows: readonly TextRow[], place: number): boolean => {
  const cells = rows.map((row) => row.cells[place] ?? '').filter((cell) => !isGap(cell));
  return cells.length > 0 && cells.every(isNumber);
};

function readCell(cell: string, name: string, columns: Columns, where: string): unknown {
  if (cell.trim() === '' && !columns[name]?.mayBeEmpty) throw new CliError(`${where}: ${name} is missing.`);
  try {
    return columns[name]?.read(cell);
  } catch (cause) {
    if (!(cause instanceof DataFault)) throw cause;
    throw new CliError(`${where}: ${name} ${cause.message}: ${shown(cell)}.`, { cause });
  }
}

function placesByName(
  header: readonly string[],
  columns: Columns,
  { title, isNumeric }: { title: string; isNumeric: (place: number) => boolean },
): number[] {
  const known = header.map((cell) => cell.trim().toLowerCase());
  const named = Object.entries(columns).map(([name, { aliases = [], named: asked }]) => {
    if (asked !== undefined) return { name, places: placesOf(asked.trim().toLowerCase(), known) };
    const places = known.flatMap((cell, place) => ([name, ...aliases].includes(cell) ? [place] : []));
    // Its own name counts more than another one that it may have.
    const own = placesOf(name, known);
    return { name, places: own.length > 0 ? own : places };
  });
  const taken = new Set(named.flatMap(({ places }) => places));
  const others = [...header.keys()].filter((place) => !taken.has(place) && isNumeric(place));
  const found = named.map(({ name, places }) =>
    places.length === 0 && isLeftOpen(columns[name]) && others.length === 1
      ? { name, places: others }
      : { name, places },
  );
  const missing = found
    .filter(({ places }) => places.length === 0)
    .map(({ name }) => (columns[name]?.named === undefined ? name : shown(columns[name].named)));
  if (missing.length > 0) {
    throw new CliError(
      `${title} has no column ${missing.join(' and none ')}: it has ${header.map(shown).join(', ')}.`,
      {
        next: [
          `Name the columns ${Object.keys(columns).join(', ')} in the first line, or leave it out and give them in this order.`,
          ...(others.length > 1 ? Object.values(columns).flatMap(({ ofSeveral = [] }) => ofSeveral) : []),
        ].join(' '),
      },
    );
  }
  const twice = found.find(({ places }) => places.length > 1);
  if (twice !== undefined) throw new CliError(`${title} has more than one column for ${twice.name}.`);
  return found.map(({ places: [place = -1] }) => place);
}

const isLeftOpen = (column?: DataColumn<unknown>): boolean =>
  column?.ofSeveral !== undefined && column.named === undefined;

const placesOf = (name: string, header: readonly string[]): number[] =>
  header.flatMap((cell, place) => (cell === name ? [place] : []));

function placesInOrder({ cells, line }: TextRow, columns: Columns, title: string): number[] {
  const asked = Object.values(columns).find(({ named }) => named !== undefined)?.named;
  if (asked !== undefined) throw new CliError(`${title} has no header, and so no column ${shown(asked)}.`);
  const names = Object.keys(columns);
  if (cells.length === names.length) return [...names.keys()];
  throw new CliError(
    `${title}, line ${line}: it has ${counted(cells.length)}, and without a header there must be ${names.length}: ${names.join(', ')}.`,
  );
}

const counted = (count: number): string => `${count} ${count === 1 ? 'column' : 'columns'}`;
