import type { Command } from 'commander';
import { decimal } from '../../contracts/figures.ts';
import type { History } from '../../contracts/telemetry-history.ts';
import { niceTicks, timeTicks } from '../axis-ticks.ts';
import type { CliContext } from '../context.ts';
import { routeCommand } from '../derived/route-command.ts';
import type { ExitCode } from '../failure.ts';
import type { Look } from '../terminal.ts';
import { terminalPlot } from '../terminal-plot.ts';

export const historyCommand = (context: CliContext, done: (code: ExitCode) => void): Command =>
  routeCommand(
    {
      name: 'history',
      operation: 'getHistory',
      summary: 'one figure over time, by the minute, the hour or the day',
      queryArgument: 'metric',
      examples: [
        'headroom metrics history p95ResponseTimeMs --project shop',
        'headroom metrics history requestsPerSecond --project shop --from 2026-01-01T00:00:00Z --resolution day',
        'headroom metrics history custom:orders_total --project shop --json',
      ],
      report: historyReport,
    },
    context,
    done,
  );

export const historiesCommand = (context: CliContext, done: (code: ExitCode) => void): Command =>
  routeCommand(
    {
      name: 'histories',
      operation: 'getHistories',
      summary: 'several figures over the same time',
      queryArgument: 'metrics',
      examples: ['headroom metrics histories requestsPerSecond,p95ResponseTimeMs --project shop'],
      report: ({ series, ...range }, look) =>
        series.flatMap((one) => [...historyReport({ ...one, ...range }, look), '']),
    },
    context,
    done,
  );

const dayMs = 86_400_000;

function historyReport({ metric, unit = '', statistic, resolution, from, to, points }: History, look: Look): string[] {
  const title = [metric, unit === '' || unit === 'count' ? '' : `in ${unit}`, statistic ?? '', `by the ${resolution}`];
  if (points.length === 0) return [`Nothing was reported of ${metric} from ${from} to ${to}.`];
  const line = points.map(({ at, value }) => ({ x: Date.parse(at), y: value }));
  const isLong = Date.parse(to) - Date.parse(from) > dayMs;
  const clock = (time: number): string => new Date(time).toISOString().slice(...(isLong ? [5, 10] : [11, 16]));
  return terminalPlot(
    {
      title: title.filter(Boolean).join(' '),
      lines: [line],
      x: { ticks: timeTicks, format: clock, label: 'UTC' },
      y: { ticks: niceTicks, format: decimal },
    },
    look,
  );
}
