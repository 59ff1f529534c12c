import { Command } from 'commander';
import type { Metrics } from '../../contracts/telemetry.ts';
import { type CommandFlags, connectTo, requireProject } from '../connection.ts';
import type { CliContext } from '../context.ts';
import { CliError, type ExitCode, exitCodes } from '../failure.ts';
import { seconds, wholeNumber, withConnection, withProject } from '../options.ts';
import { printAnswer } from '../print-answer.ts';
import { repeatedly } from '../repeatedly.ts';
import { historiesCommand, historyCommand } from './history.ts';
import { metricsReport } from './report.ts';
import { withMetricViews } from './views.ts';

type Done = (code: ExitCode) => void;

interface MetricsFlags extends CommandFlags {
  minutes: number;
  watch?: true;
  interval: number;
  prometheus?: true;
}

const longestMinutes = 43_200;

export function metricsCommand(context: CliContext, done: Done): Command {
  const command = new Command('metrics')
    .summary('a service’s figures of the last minutes: requests, database, memory, CPU, and all that is behind them')
    .description(
      'Shows what a service reported over the last minutes; its commands show more of it: endpoints, slow and failed\nrequests, queries, resources, the database, AWS, and one figure over time.',
    )
    .option('--minutes <n>', 'how far back to look', wholeNumber(1, longestMinutes), 5)
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--interval <time>', 'between two looks of --watch', seconds, 5)
    .option('--prometheus', 'print all figures in the text format of Prometheus')
    .addHelpText('after', examples)
    .action(async (flags: MetricsFlags) => done(await show(flags, context)));
  withMetricViews(withConnection(withProject(command)), context, done);
  return command.addCommand(historyCommand(context, done)).addCommand(historiesCommand(context, done));
}

const examples = `
Examples:
  headroom metrics --project shop
  headroom metrics --project shop --minutes 60 --json
  headroom metrics --project shop --watch --interval 2s
  headroom metrics --project shop --prometheus
  headroom metrics endpoints --project shop --sort p95
  headroom metrics history p95ResponseTimeMs --project shop`;

async function show(flags: MetricsFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, interrupts } = context;
  const connection = connectTo(flags, context);
  const { client } = connection;
  const params = { project: requireProject(connection) };
  if (flags.prometheus) {
    if (flags.watch || flags.json) throw new CliError('--prometheus prints text, once: leave out --watch and --json.');
    const { bytes } = await client.exchange('getPrometheus', { params });
    terminal.out(Buffer.from(bytes).toString('utf8').trimEnd());
    return exitCodes.ok;
  }
  const { signal } = interrupts;
  const look = async () => {
    const found: Metrics = await client.call('getMetrics', { params, query: { minutes: flags.minutes }, signal });
    // A line for each look, so that each can be read as it comes.
    if (flags.json && flags.watch) terminal.out(JSON.stringify(found));
    else printAnswer(found, flags, context, (told) => metricsReport(params.project, told, terminal));
  };
  if (!flags.watch) await look();
  else await repeatedly(look, { intervalMs: flags.interval * 1000, signal, onFailure: terminal.err });
  return exitCodes.ok;
}
