import { CliError } from '../failure.ts';
import { DataFault, finiteNumber, isNumber } from './data-cells.ts';

/** A cell of a column of times, before it is known what its numbers count. */
export type Moment = { epoch: number } | { ms: number };

const written =
  /^(\d{4})([-/])(\d{2})\2(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|UTC|[+-]\d{2}:?\d{2})?$/i;

/**
 * `2026-01-31T02:00:00Z`, `2026-01-31 02:00:00` (UTC, where it says nothing else), `2026-01-31`, or a number since 1970.
 * @throws DataFault
 */
export function readMoment(cell: string): Moment {
  const text = cell.trim();
  if (isNumber(text)) return { epoch: finiteNumber(text) };
  const [, year, , month, day, hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] =
    written.exec(text) ?? [];
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(-2)}` : 'Z';
  const clock = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const ms = Date.parse(`${clock}${offset}`);
  // 30 February would be taken for a day of March.
  if (year === undefined || Number.isNaN(ms) || !isOfCalendar(clock)) throw new DataFault('is no time');
  return { ms: ms + Number(`0.${fraction || '0'}`) * 1000 };
}

function isOfCalendar(clock: string): boolean {
  const ms = Date.parse(`${clock}Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(clock);
}

/** Digits of a time of our days, by the unit that it is counted in: 1e10 s and 1e10 ms are years and decades away. */
const units = [
  { below: 1e11, perMs: 1 / 1000 },
  { below: 1e14, perMs: 1 },
  { below: 1e17, perMs: 1000 },
  { below: Number.POSITIVE_INFINITY, perMs: 1e6 },
];
/** What a date can hold. */
const farthestMs = 8.64e15;

/**
 * Milliseconds since 1970. Numbers count seconds, milliseconds, microseconds or nanoseconds, by how large the largest is.
 * @param title names the file in errors
 * @throws CliError where a time is written in another way than the first, or is out of reach
 */
export function timesInMs(rows: readonly { timestamp: Moment; line: number }[], title: string): number[] {
  const isCounted = rows[0] !== undefined && 'epoch' in rows[0].timestamp;
  const odd = rows.find(({ timestamp }) => 'epoch' in timestamp !== isCounted);
  if (odd !== undefined) {
    throw new CliError(`${title}, line ${odd.line}: timestamp is not written as that of the first line.`);
  }
  let largest = 0;
  for (const { timestamp } of rows) {
    if ('epoch' in timestamp) largest = Math.max(largest, Math.abs(timestamp.epoch));
  }
  const { perMs } = units.find(({ below }) => largest < below) ?? { perMs: 1 };
  return rows.map(({ timestamp, line }) => {
    const ms = 'ms' in timestamp ? timestamp.ms : timestamp.epoch / perMs;
    if (Math.abs(ms) <= farthestMs) return ms;
    throw new CliError(`${title}, line ${line}: timestamp is out of reach.`);
  });
}

/** `2026-01-31 02:00:00`, of milliseconds since 1970, in UTC; with what is below a second only where there is something. */
export function timeInWords(ms: number): string {
  const text = new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
  return text.replace('.000', '');
}
