import { count, decimal } from '../../contracts/figures.ts';
import { unmeasured } from '../figures.ts';
import { shortened } from '../fit.ts';
import type { Look } from '../terminal.ts';
import { textTable } from '../text-table.ts';

type Fields = Readonly<Record<string, unknown>>;
const longestCell = 60;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isPlain = (value: unknown): boolean => !isFields(value) && !isRows(value);
const isRows = (value: unknown): value is Fields[] => Array.isArray(value) && value.length > 0 && value.every(isFields);

/**
 * An answer of the API for people, whatever it is: fields under each other, lists of things as tables. Names are those of the
 * API, which carry their units; nothing is said of what is absent.
 */
export function answerLines(answer: unknown, look: Look): string[] {
  if (answer === undefined) return ['Done.'];
  const list = listOf(answer);
  if (list !== undefined) return list.length === 0 ? ['None.'] : tableOf(list, look);
  return isFields(answer) ? fieldLines(answer, look, '') : [cell(answer)];
}

/** What a page holds, or a bare list. */
function listOf(answer: unknown): Fields[] | undefined {
  const list = isFields(answer) && Array.isArray(answer.items) ? answer.items : answer;
  if (!Array.isArray(list)) return undefined;
  return list.map((each) => (isFields(each) ? each : { value: each }));
}

function fieldLines(fields: Fields, look: Look, title: string): string[] {
  const { colours } = look;
  const entries = Object.entries(fields).filter(([, value]) => value !== undefined);
  const plain = entries.filter(([, value]) => isPlain(value)).map(([name, value]) => [colours.dim(name), cell(value)]);
  const inner = entries.flatMap(([name, value]) => {
    const path = title === '' ? name : `${title}.${name}`;
    if (isRows(value)) return ['', colours.bold(path), ...tableOf(value, look)];
    return isFields(value) ? fieldLines(value, look, path) : [];
  });
  const heading = title === '' || plain.length === 0 ? [] : ['', colours.bold(title)];
  return [...heading, ...textTable(['left', 'left'], plain, { width: look.width, shorten: 1 }), ...inner];
}

function tableOf(rows: readonly Fields[], { colours, width }: Look): string[] {
  const flat = rows.map((row) => Object.fromEntries(flattened(row, '')));
  const names = [...new Set(flat.flatMap((row) => Object.keys(row)))];
  const columns = names.map((name) =>
    flat.every((row) => row[name] === undefined || typeof row[name] === 'number') ? 'right' : 'left',
  );
  const cells = flat.map((row) => names.map((name) => shortened(cell(row[name]), longestCell)));
  const head = names.map((name) => colours.dim(name));
  // What comes first in an answer names the thing; what comes last may go.
  const drop = names
    .map((_, index) => index)
    .slice(1)
    .reverse();
  return textTable(columns, [head, ...cells], { width, drop, shorten: 0 });
}

/** Fields of fields become columns of their own; lists of things are counted. */
function flattened(fields: Fields, prefix: string): [string, unknown][] {
  return Object.entries(fields).flatMap(([name, value]): [string, unknown][] => {
    if (isFields(value)) return flattened(value, `${prefix}${name}.`);
    return [[prefix + name, isRows(value) ? value.length : value]];
  });
}

function cell(value: unknown): string {
  if (value === undefined || value === null) return unmeasured;
  if (typeof value === 'number') return Number.isInteger(value) ? count(value) : decimal(value);
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(cell).join(', ');
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  return String(value).replace(/^(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?Z$/, '$1 $2');
}
