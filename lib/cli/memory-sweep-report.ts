import type { MemorySweep, MemorySweepCurve } from '../contracts/memory-sweeps.ts';
import { niceTicks } from './axis-ticks.ts';
import type { Look } from './terminal.ts';
import { terminalPlot } from './terminal-plot.ts';
import { textTable } from './text-table.ts';

const columns = ['right', 'right', 'right', 'right', 'right', 'left'] as const;
const heading = ['MB', 'ms', '95 %', 'USD a million', 'used MB', ''];

/** The curve of a sweep as a table and a plot, and which size to take. */
export function memorySweepReport(sweep: MemorySweep, look: Look): string[] {
  const { result, problems, presentMb, function: name, status } = sweep;
  const title = look.colours.bold(`Memory sweep of ${name}: ${status}`);
  return [
    title,
    ...(result === undefined || result.curve.length === 0
      ? ['Nothing was measured enough.']
      : curve(result, presentMb, look)),
    ...problems.map((problem) => look.colours.red(problem)),
  ];
}

function curve(result: MemorySweepCurve, presentMb: number, look: Look): string[] {
  const { cheapest, fastest, balanced } = result;
  const choices = { cheapest, fastest, balanced };
  const told = (memoryMb: number): string =>
    [
      ...(memoryMb === presentMb ? ['now'] : []),
      ...Object.entries(choices).flatMap(([name, choice]) => (choice?.memoryMb === memoryMb ? [name] : [])),
    ].join(', ');
  const rows = result.curve.map(({ memoryMb, meanDurationMs, durationMs, usdPerMillion, maxMemoryUsedMb }) => [
    String(memoryMb),
    meanDurationMs.toFixed(1),
    `${durationMs.low.toFixed(1)} to ${durationMs.high.toFixed(1)}`,
    usdPerMillion.toFixed(2),
    String(Math.round(maxMemoryUsedMb)),
    told(memoryMb),
  ]);
  const reasons = Object.entries(choices).flatMap(([name, choice]) =>
    choice === undefined ? [] : [`  ${name}: ${choice.reason}`],
  );
  return [
    ...textTable(columns, [heading, ...rows], { width: look.width, drop: [4, 2] }),
    '',
    ...plots(result, look),
    '',
    ...reasons,
  ];
}

function plots({ curve: points }: MemorySweepCurve, look: Look): string[] {
  if (points.length < 2) return [];
  const format = (value: number): string => String(Number(value.toPrecision(3)));
  const x = { label: 'MB', ticks: niceTicks, format };
  const y = { ticks: niceTicks, format };
  const line = (figureOf: (point: MemorySweepCurve['curve'][number]) => number) =>
    points.map((point) => ({ x: point.memoryMb, y: figureOf(point) }));
  return [
    ...terminalPlot(
      { title: 'Duration, ms', lines: [line((point) => point.meanDurationMs)], x, y, yRange: [0, 0] },
      look,
    ),
    ...terminalPlot(
      { title: 'USD a million', lines: [line((point) => point.usdPerMillion)], x, y, yRange: [0, 0] },
      look,
    ),
  ];
}
