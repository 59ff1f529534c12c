import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import type { CliContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../failure.ts';
import { wholeNumber } from '../options.ts';
import { numberOrGap } from './data-cells.ts';
import { type DataFlags, dataCommand, fileHelp, tellFindings } from './data-command.ts';
import { readDataFile } from './data-file.ts';
import { seriesFound } from './series-found.ts';
import { seriesPage } from './series-page.ts';
import { seriesPoints } from './series-points.ts';
import { seriesLines } from './series-report.ts';
import { seriesResult } from './series-result.ts';
import { shown } from './shown.ts';
import { readMoment } from './timestamps.ts';

interface SeriesFlags extends DataFlags {
  season: number | 'auto';
  horizon?: number;
  column?: string;
}

const mostValuesAhead = 5000;

export function seriesCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return dataCommand('series', 'timestamp and value')
    .summary('find anomalies, changes of level and the trend in a series, and forecast it')
    .description('Looks at values over time: what is unusual, what changed, and what comes. Needs no platform.')
    .option('--season <n>', 'values in a season, 1 for none; auto finds days and weeks', seasonLength, 'auto' as const)
    .option(
      '--horizon <n>',
      'values to forecast (default: a season, or 60 values without one; at most a tenth of the series)',
      wholeNumber(1, mostValuesAhead),
    )
    .option('--column <name>', 'which column has the values, where several might')
    .addHelpText('after', examples)
    .action(async (file: string, flags: SeriesFlags) => done(await series(file, flags, context)));
}

const examples = `
Examples:
  headroom series latency.csv
  headroom series latency.csv --season 24 --horizon 48 --html latency.html
  headroom series latency.csv --json | jq '.points[] | select(.score > 0.5)'
${fileHelp('timestamp and value')}
The values may be the only other column of numbers; of several, --column names
one. Empty cells, NaN and null are gaps.
Times: 2026-01-31 02:00:00 (UTC, unless it has a zone), 2026-01-31T02:00:00Z,
2026-01-31, or seconds, milliseconds, micro- or nanoseconds since 1970.
Every point gets a score from 0 to 1 by the points before it: how much of an
anomaly begins there. Changes, trend and forecast are of evenly spaced values:
where points are missing or uneven, of means over a longer step, which is said.
Exit codes: 0 done, also where there is too little to say anything, which is
said; 2 the file cannot be read.`;

function seasonLength(text: string): number | 'auto' {
  if (text === 'auto') return text;
  try {
    return wholeNumber(1, mostValuesAhead)(text);
  } catch {
    throw new InvalidArgumentError(`It must be auto, or a whole number from 1 to ${mostValuesAhead}.`);
  }
}

const columns = {
  timestamp: { aliases: ['time', 'date', 'datetime', 'ts', 't', 'at', 'minute', 'hour', 'day'], read: readMoment },
  value: {
    aliases: ['v', 'y'],
    ofSeveral: 'Or say with --column which has the values.',
    mayBeEmpty: true,
    read: numberOrGap,
  } as const,
};

/** Where that might be another one than was meant. */
const columnNotes = (title = 'value'): string[] =>
  title.toLowerCase() === 'value' ? [] : [`The values are those of the column ${shown(title)}.`];

async function series(
  file: string,
  { season, horizon, column, ...flags }: SeriesFlags,
  context: CliContext,
): Promise<ExitCode> {
  const { timestamp, value } = columns;
  const of = column === undefined ? { timestamp, value } : { timestamp, value: { ...value, named: column } };
  const { rows, titles } = await readDataFile(resolve(context.workingDirectory, file), file, of);
  const { points, notes: pointNotes } = seriesPoints(rows, file);
  const notes = [...columnNotes(titles.value), ...pointNotes];
  const found = seriesFound(points, { season, ...(horizon === undefined ? {} : { horizon }) });
  const findings = {
    result: seriesResult(found, notes),
    lines: () => seriesLines(found, notes, context.terminal),
    page: () => seriesPage(found, notes, file),
  };
  await tellFindings(findings, flags, context);
  return exitCodes.ok;
}
