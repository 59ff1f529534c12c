import { readFile, stat } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { CliError } from '../failure.ts';
import { DataFault, isNumber } from './data-cells.ts';
import { delimitedText, type TextRow } from './delimited-text.ts';
import { shown } from './shown.ts';

/** A column that a command reads. */
export interface DataColumn<Value> {
  /** Other names that it may have in the header. */
  aliases?: readonly string[];
  /** @throws DataFault that says what is wrong with the cell: `is no number` */
  read: (cell: string) => Value;
}

type Columns = Readonly<Record<string, DataColumn<unknown>>>;

export type DataRow<Of extends Columns> = { [Name in keyof Of]: ReturnType<Of[Name]['read']> } & {
  /** Of the file, from 1. */
  line: number;
};

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
): Promise<DataRow<Of>[]> {
  const title = name === standardInput ? 'Standard input' : name;
  const bytes = await (name === standardInput ? bytesOf(process.stdin) : bytesIn(path)).catch((cause: Error) => {
    throw new CliError(`${title} cannot be read: ${cause.message}.`, { cause });
  });
  return dataRows(bytes, title, columns);
}

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
export function dataRows<Of extends Columns>(bytes: Uint8Array, title: string, columns: Of): DataRow<Of>[] {
  const records = delimitedText(bytes, title);
  const [first, ...others] = records;
  if (first === undefined) throw new CliError(`${title} is empty.`);
  const names = Object.keys(columns);
  const isHeader = !first.cells.some(isNumber);
  const places = isHeader ? placesByName(first.cells, columns, title) : placesInOrder(first, names, title);
  const rows = isHeader ? others : records;
  if (rows.length === 0) throw new CliError(`${title} has a header and nothing below it.`);
  return rows.map(({ cells, line }) => {
    const where = `${title}, line ${line}`;
    if (cells.length !== first.cells.length) {
      throw new CliError(`${where}: it has ${counted(cells.length)}, the first line ${counted(first.cells.length)}.`);
    }
    const values = names.map((name, index) => [name, readCell(cells[places[index] ?? -1] ?? '', name, columns, where)]);
    return { ...Object.fromEntries(values), line };
  });
}

function readCell(cell: string, name: string, columns: Columns, where: string): unknown {
  if (cell.trim() === '') throw new CliError(`${where}: ${name} is missing.`);
  try {
    return columns[name]?.read(cell);
  } catch (cause) {
    if (!(cause instanceof DataFault)) throw cause;
    throw new CliError(`${where}: ${name} ${cause.message}: ${shown(cell)}.`, { cause });
  }
}

function placesByName(header: readonly string[], columns: Columns, title: string): number[] {
  const known = header.map((cell) => cell.trim().toLowerCase());
  const found = Object.entries(columns).map(([name, { aliases = [] }]) => {
    const places = known.flatMap((cell, place) => ([name, ...aliases].includes(cell) ? [place] : []));
    // Its own name counts more than another one that it may have.
    const own = known.flatMap((cell, place) => (cell === name ? [place] : []));
    return { name, places: own.length > 0 ? own : places };
  });
  const missing = found.filter(({ places }) => places.length === 0).map(({ name }) => name);
  if (missing.length > 0) {
    throw new CliError(
      `${title} has no column ${missing.join(' and none ')}: it has ${header.map(shown).join(', ')}.`,
      {
        next: `Name the columns ${Object.keys(columns).join(', ')} in the first line, or leave it out and give them in this order.`,
      },
    );
  }
  const twice = found.find(({ places }) => places.length > 1);
  if (twice !== undefined) throw new CliError(`${title} has more than one column for ${twice.name}.`);
  return found.map(({ places: [place = -1] }) => place);
}

function placesInOrder({ cells, line }: TextRow, names: readonly string[], title: string): number[] {
  if (cells.length === names.length) return [...names.keys()];
  throw new CliError(
    `${title}, line ${line}: it has ${counted(cells.length)}, and without a header there must be ${names.length}: ${names.join(', ')}.`,
  );
}

const counted = (count: number): string => `${count} ${count === 1 ? 'column' : 'columns'}`;
