import type { History } from '../../contracts/telemetry-history.ts';
import { ms, perSecond } from '../figures.ts';
import { sparkline } from '../sparkline.ts';
import { type Canvas, freshness, text } from './canvas.ts';
import { cellOf, type Line } from './segments.ts';
import type { MonitorState, Told } from './state.ts';

const hourMs = 3_600_000;
const stepMs = { minute: 60_000, hour: hourMs, day: 24 * hourMs } as const;
const labelWidth = 12;
const valueWidth = 11;

/** Throughput and the 95th percentile over the last hour. */
export function chartLines(state: MonitorState, canvas: Canvas, rows: number): Line[] {
  const { throughput, p95 } = state.told;
  const height = Math.max(1, Math.floor(rows / 2));
  return [
    ...chart('throughput', throughput, perSecond, height, state, canvas),
    ...chart('p95', p95, ms, height, state, canvas),
  ];
}

function chart(
  name: string,
  told: Told<History>,
  format: (value: number | undefined) => string,
  height: number,
  state: MonitorState,
  canvas: Canvas,
): Line[] {
  const { colours, columns, nowMs } = canvas;
  const points = (told.value?.points ?? []).map(({ at, value }) => ({ atMs: Date.parse(at), value }));
  const width = Math.max(1, columns - labelWidth - valueWidth - 2);
  const bars = sparkline(
    points,
    { fromMs: nowMs - hourMs, toMs: nowMs, stepMs: stepMs[told.value?.resolution ?? 'minute'] },
    width,
    height,
  );
  const highest = points.length === 0 ? undefined : Math.max(...points.map(({ value }) => value));
  return bars.map((line, row): Line => {
    const isLast = row === height - 1;
    const beside = isLast ? format(points.at(-1)?.value) : row === 0 ? `max ${format(highest)}` : '';
    return [
      text(cellOf(isLast ? name : '', labelWidth), colours.bold),
      text(line, name === 'p95' ? colours.magenta : colours.cyan),
      text(`  ${cellOf(beside, valueWidth, 'right')}`, isLast ? undefined : colours.dim),
      ...(isLast ? freshness(told, state, canvas) : []),
    ];
  });
}
