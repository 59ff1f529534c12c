import { count, decimal, percent } from '../contracts/figures.ts';
import { local } from './date-ticks.ts';

/** How values are written, in tables and plots alike. Where a column or an axis names the unit, the bare one is used. */

/** `0:45`, `12:00`, `3:00:00`; fractions only below a minute. */
export function clockTime(seconds: number): string {
  if (seconds < 60 && !Number.isInteger(seconds)) return `0:${seconds.toFixed(1).padStart(4, '0')}`;
  const whole = Math.round(seconds);
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const [first = 0, ...rest] = parts[0] === 0 ? parts.slice(1) : parts;
  return [String(first), ...rest.map((part) => String(part).padStart(2, '0'))].join(':');
}

/** `45 s`, `12 min`, `1 h 30 min`. */
function duration(seconds: number): string {
  if (seconds < 120) return `${decimal(seconds)} s`;
  const whole = Math.round(seconds);
  const parts = [
    { value: Math.floor(whole / 3600), unit: 'h' },
    { value: Math.floor(whole / 60) % 60, unit: 'min' },
    { value: whole % 60, unit: 's' },
  ];
  return parts.flatMap(({ value, unit }) => (value === 0 ? [] : [`${value} ${unit}`])).join(' ');
}

/** `2026-01-31 02:00:00 UTC`; of seconds since 1970. */
const moment = (epochSeconds: number): string =>
  `${new Date(epochSeconds * 1000).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** The same in the reader's zone, without its name. */
const localMoment = (epochSeconds: number): string =>
  new Date((epochSeconds + local(epochSeconds)) * 1000).toISOString().slice(0, 19).replace('T', ' ');

const usd = (value: number): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: value > 0 && value < 0.1 ? 6 : 2 });

export const formats = {
  bare: decimal,
  bareCount: count,
  barePercent: percent,
  count,
  clock: clockTime,
  moment,
  localMoment,
  duration,
  ms: (value: number) => `${decimal(value)} ms`,
  percent: (value: number) => `${percent(value)} %`,
  change: (value: number) => `${value > 0 ? '+' : ''}${decimal(value)} %`,
  perSecond: (value: number) => `${decimal(value)}/s`,
  mb: (value: number) => `${decimal(value)} MB`,
  mbps: (value: number) => `${decimal(value)} Mbps`,
  users: (value: number) => `${count(value)} ${value === 1 ? 'user' : 'users'}`,
  usd: (value: number) => `${usd(value)} USD`,
} as const satisfies Record<string, (value: number) => string>;
export type Unit = keyof typeof formats;

export const unmeasured = '–';
