import { Command } from 'commander';
import { decimal } from '../contracts/figures.ts';
import type { Anomalies } from '../contracts/history-analysis/anomalies.ts';
import type { ChangePoints } from '../contracts/history-analysis/change-points.ts';
import type { Forecasts } from '../contracts/history-analysis/forecast.ts';
import type { CliContext } from './context.ts';
import { answerLines } from './derived/answer-lines.ts';
import { withRouteCommands } from './derived/route-commands.ts';
import type { ExitCode } from './failure.ts';
import { percentage, unmeasured } from './figures.ts';
import { peakReport, trendReport } from './history-report.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

export function historyAnalysisCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('history')
    .summary('what a service’s history says: trends, peaks, anomalies, change points, forecast, capacity')
    .description(
      'Shows what the history of a service says, each with how sure it is, or what it would take to say anything.\nOne figure over time is shown by `headroom metrics history`.',
    )
    .addHelpText('after', examples);
  return withRouteCommands(
    command,
    {
      getTrends: {
        name: 'trends',
        examples: ['headroom history trends --project shop'],
        report: (trends, look) => trendReport({ trends }, look),
      },
      getPeaks: {
        name: 'peaks',
        examples: ['headroom history peaks --project shop --days 90'],
        report: ({ found }, look) => (found.enough ? peakReport({ peaks: found }, look) : answerLines(found, look)),
      },
      getAnomalies: {
        name: 'anomalies',
        examples: ['headroom history anomalies --project shop --metric p95ResponseTimeMs'],
        report: anomalyLines,
      },
      getChangePoints: {
        name: 'change-points',
        examples: ['headroom history change-points --project shop'],
        report: changePointLines,
      },
      getForecast: {
        name: 'forecast',
        examples: ['headroom history forecast --project shop --metric requestsPerSecond --resolution day'],
        report: forecastLines,
      },
      getCapacity: {
        name: 'capacity',
        examples: ['headroom history capacity --project shop'],
        report: ({ found }, look) => peakReport({ capacity: found }, look),
      },
    },
    context,
    done,
  );
}

const examples = `
Examples:
  headroom history trends --project shop
  headroom history change-points --project shop
  headroom history forecast --project shop --metric requestsPerSecond --resolution day
  headroom history capacity --project shop --json`;

const at = (time: string): string => time.slice(0, 16).replace('T', ' ');

/** A table, and below it what nothing could be said of, and why. */
function found(
  look: Look,
  heading: readonly string[],
  rows: readonly string[][],
  {
    none,
    series,
  }: { none: string; series: readonly { metric: string; found: { enough: boolean; reason?: string } }[] },
): string[] {
  const { colours, width } = look;
  const open = series.filter((each) => !each.found.enough);
  return [
    ...(rows.length === 0
      ? [none]
      : textTable(
          heading.map(() => 'left'),
          [heading.map((text) => colours.dim(text)), ...rows],
          { width, drop: [heading.length - 1], shorten: 0 },
        )),
    ...open.map(({ metric, found: { reason = '' } }) => colours.dim(`${metric}: not enough data (${reason})`)),
  ];
}

function anomalyLines({ series }: Anomalies, look: Look): string[] {
  const rows = series.flatMap(({ metric, unit = '', found: claim }) =>
    claim.enough
      ? claim.anomalies.map(({ peakAt, value, expected, kind, score }) => [
          metric,
          at(peakAt),
          `${decimal(value)} ${unit}`,
          `${decimal(expected)} expected`,
          kind,
          decimal(score),
        ])
      : [],
  );
  return found(look, ['metric', 'at', 'value', 'expected', 'unlike its', 'score'], rows, {
    none: 'No anomalies.',
    series,
  });
}

function changePointLines({ series, loadTests }: ChangePoints, look: Look): string[] {
  const { colours } = look;
  const all = [...series, ...loadTests.map(({ test, metric, ...rest }) => ({ ...rest, metric: `${test} ${metric}` }))];
  const rows = all.flatMap(({ metric, found: claim }) =>
    claim.enough
      ? claim.changePoints.map(({ at: when, before, after, changePercent, verdict }) => [
          metric,
          at(when),
          `${decimal(before)} to ${decimal(after)}`,
          changePercent === undefined
            ? unmeasured
            : `${changePercent < 0 ? '-' : '+'}${percentage(Math.abs(changePercent))}`,
          verdict === 'regression' ? colours.red(verdict) : (verdict ?? ''),
        ])
      : [],
  );
  return found(look, ['metric', 'since', 'level', 'change', 'verdict'], rows, {
    none: 'No level changed for good.',
    series: all,
  });
}

function forecastLines({ series }: Forecasts, look: Look): string[] {
  const rows = series.flatMap(({ metric, unit = '', found: claim }) => {
    const last = claim.enough ? claim.points.at(-1) : undefined;
    if (!claim.enough || last === undefined) return [];
    const { value, low, high } = last;
    const skill = claim.hasSkill ? 'better than naive' : 'no better than naive';
    return [[metric, at(last.at), `${decimal(value)} ${unit}`, `${decimal(low)} to ${decimal(high)}`, skill]];
  });
  return found(look, ['metric', 'at', 'expected', '95 %', 'backtest'], rows, {
    none: 'Nothing can be forecast yet.',
    series,
  });
}
