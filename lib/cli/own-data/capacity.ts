import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { capacityFigures } from '../../statistics/capacity.ts';
import type { LoadPoint, Residuals } from '../../statistics/usl-least-squares.ts';
import { throughputAt } from '../../statistics/usl-model.ts';
import type { CliContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../failure.ts';
import { capacityPage } from './capacity-page.ts';
import { capacityLines } from './capacity-report.ts';
import { numberFrom } from './data-cells.ts';
import { type DataFlags, dataCommand, fileHelp, tellFindings } from './data-command.ts';
import { readDataFile } from './data-file.ts';

interface CapacityFlags extends DataFlags {
  residuals: Residuals;
}

export function capacityCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return dataCommand('capacity', 'users and throughput')
    .summary('fit the scalability law to measured throughput: where does it peak?')
    .description('Fits the Universal Scalability Law to loads and their throughput. Needs no platform.')
    .addOption(
      new Option(
        '--residuals <kind>',
        'what is squared: absolute as published fits do, or relative so that small loads count as much as large ones',
      )
        .choices(['absolute', 'relative'] satisfies Residuals[])
        .default('absolute' satisfies Residuals),
    )
    .addHelpText('after', examples)
    .action(async (file: string, flags: CapacityFlags) => done(await capacity(file, flags, context)));
}

const examples = `
Examples:
  headroom capacity steps.csv
  headroom capacity steps.csv --residuals relative --json
  headroom capacity steps.csv --html capacity.html
${fileHelp('users (1 or more) and throughput (a second)')}
Four different loads are the least, from a half of the highest load downwards.
Several rows of one load are welcome.
Exit codes: 0 done, also where no curve fits, which is said; 2 the file cannot
be read.`;

const columns = {
  users: {
    aliases: ['user', 'n', 'load', 'concurrency', 'clients', 'threads', 'processors', 'vusers'],
    read: numberFrom(1),
  },
  throughput: {
    aliases: ['x', 'rps', 'tps', 'qps', 'requestspersecond', 'requests/s', 'req/s', 'x(n)'],
    read: numberFrom(0),
  },
};

async function capacity(file: string, flags: CapacityFlags, context: CliContext): Promise<ExitCode> {
  const { rows } = await readDataFile(resolve(context.workingDirectory, file), file, columns);
  const points = rows.map(({ users, throughput }) => ({ users, throughput }));
  const found = capacityFound(points, flags.residuals);
  const findings = {
    result: found,
    lines: () => capacityLines(found, context.terminal),
    page: () => capacityPage(found, file),
  };
  await tellFindings(findings, flags, context);
  return exitCodes.ok;
}

export type CapacityFound = ReturnType<typeof capacityFound>;
export type FittedCapacity = Extract<CapacityFound, { fitted: true }>;

/** The curve with what it makes of each point, or why there is none. */
function capacityFound(points: readonly LoadPoint[], residuals: Residuals) {
  const found = capacityFigures(points, { residuals });
  if ('unknown' in found) {
    const { reason, detail } = found.unknown;
    return { fitted: false as const, reason, detail, residuals, points };
  }
  const { typicalErrorPercent, testedUsers, reachUsers, peak } = found.fit;
  return {
    fitted: true as const,
    residuals,
    ...found.capacity,
    peak,
    typicalErrorPercent,
    testedUsers,
    reachUsers,
    points: points.map(({ users, throughput }) => {
      const modelled = throughputAt(found.fit, users);
      return { users, throughput, modelled, differencePercent: 100 * (throughput / modelled - 1) };
    }),
  };
}
