import type { Colours } from '../terminal.ts';
import type { Line, Segment } from './segments.ts';
import type { MonitorState, Told } from './state.ts';

export interface Canvas {
  readonly columns: number;
  readonly colours: Colours;
  readonly nowMs: number;
}

export const text = (value: string, paint?: (text: string) => string): Segment =>
  paint === undefined ? { text: value } : { text: value, paint };

/** In words: `12 s`, `3 min`. */
export const ageOf = (ms: number): string =>
  ms < 90_000
    ? `${Math.max(0, Math.round(ms / 1000))} s`
    : ms < 5_400_000
      ? `${Math.round(ms / 60_000)} min`
      : `${Math.round(ms / 3_600_000)} h`;

/** How long an answer is news: two rounds, and what an answer takes. */
const newsMs = (intervalMs: number): number => 2 * intervalMs + 3_000;

/** What a title says of what it stands over: nothing while it is news. */
export function freshness(
  { atMs, error }: Told<unknown>,
  { intervalMs }: MonitorState,
  { nowMs, colours }: Canvas,
): Segment[] {
  if (atMs === undefined) return [text(error === undefined ? '  ...' : '  not told', colours.dim)];
  const age = nowMs - atMs;
  return age <= newsMs(intervalMs) ? [] : [text(`  ${ageOf(age)} old`, colours.yellow)];
}

export const title = (name: string, told: Told<unknown>, state: MonitorState, canvas: Canvas): Line => [
  text(name, canvas.colours.bold),
  ...freshness(told, state, canvas),
];
