import plot, { type Color, type Settings } from 'simple-ascii-chart';
import { widthOf } from './fit.ts';
import type { Look } from './terminal.ts';

export interface Point {
  x: number;
  y: number;
}

export interface Axis {
  /** In about so many steps or fewer. */
  ticks: (low: number, high: number, count: number) => number[];
  format: (value: number) => string;
}

export interface TerminalPlot {
  /** With the unit of its y axis. */
  title: string;
  /** In the order of x. The first is that of the subject. */
  lines?: readonly (readonly Point[])[];
  /** Drawn over the lines. */
  points?: readonly (Point & { tone?: 'bad' })[];
  /** Dotted lines across the plot, at one x or one y. */
  levels?: readonly { x?: number; y?: number }[];
  x: Axis & { label: string };
  y: Axis;
  /** Its y axis goes this far at least. */
  yRange?: readonly [low: number, high: number];
}

const rows = 14;
/** Of rows, so that their labels do not stand under each other. */
const rowsPerTick = 3;
const columnsAround = 10;
const lineColours: Color[] = ['ansiCyan', 'ansiMagenta'];

/** A plot in characters, no wider than the terminal. Told apart by shape, so that it can be read without colours. */
export function terminalPlot(parts: TerminalPlot, { colours, width }: Look): string[] {
  const drawn = draw(parts, width - columnsAround, colours.isColorSupported);
  const excess = Math.max(...drawn.map(widthOf)) - width;
  const fitting = excess > 0 ? draw(parts, width - columnsAround - excess, colours.isColorSupported) : drawn;
  return [colours.dim(parts.title), ...fitting];
}

function draw(parts: TerminalPlot, columns: number, inColour: boolean): string[] {
  const { lines = [], points = [], levels = [], x, y, yRange } = parts;
  const all = [...lines.flat(), ...points];
  const [left, right] = rangeOf(all.map((point) => point.x));
  const [low, high] = rangeOf([
    ...all.map((point) => point.y),
    ...levels.flatMap((level) => level.y ?? []),
    ...(yRange ?? []),
  ]);
  const paint = (colour: Color): { color?: Color } => (inColour ? { color: colour } : {});
  const xTicks = ticksThatFit(x, left, right, columns);
  const yTicks = y.ticks(low, high, Math.floor(rows / rowsPerTick));
  const settings: Settings = {
    width: columns,
    height: rows,
    // One row of a level series would have no height.
    yRange: high > low ? [low, high] : [low - 1, high + 1],
    customXAxisTicks: xTicks,
    customYAxisTicks: yTicks,
    formatter: (value, { axis }) => (axis === 'x' ? x.format(value) : y.format(value)),
    xLabel: x.label,
    points: points.map(({ x: at, y: height, tone }) => ({
      x: at,
      y: height,
      ...paint(tone === 'bad' ? 'ansiRed' : 'ansiYellow'),
    })),
    thresholds: levels.map((level) => ({ ...level, ...paint('ansiGreen') })),
    symbols: { thresholds: { x: '┈', y: '┊' } },
    ...(inColour ? { color: lineColours } : {}),
    ...(lines.length === 0 ? { mode: 'point' as const } : {}),
  };
  const coordinates = (lines.length === 0 ? [points] : lines).map((line) =>
    line.map(({ x: at, y: height }): [number, number] => [at, height]),
  );
  const text = plot(coordinates, settings);
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '');
}

/** As many as there is room for, with a gap between their labels. */
function ticksThatFit({ ticks, format }: Axis, low: number, high: number, columns: number): number[] {
  for (let count = 10; count > 1; count--) {
    const fitting = ticks(low, high, count);
    const widest = Math.max(...fitting.map((tick) => format(tick).length));
    if (fitting.length * (widest + 3) <= columns) return fitting;
  }
  return ticks(low, high, 1);
}

function rangeOf(values: readonly number[]): [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}
