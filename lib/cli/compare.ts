import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Comparison } from '../contracts/comparisons.ts';
import type { Client } from '../sdk/client.ts';
import { type ComparisonBody, type ComparisonFlags, comparisonBodyOf, parseConfiguration } from './comparison-flags.ts';
import { comparisonReport } from './comparison-report.ts';
import { type ConnectionFlags, connectTo } from './connection.ts';
import type { CliContext } from './context.ts';
import { CliError, clause, type ExitCode, exitCodes } from './failure.ts';
import { followJob, isOver } from './follow-job.ts';
import { withKeptComparisons } from './kept/comparisons.ts';
import {
  collect,
  milliseconds,
  percentNumber,
  positiveNumber,
  seconds,
  wholeNumber,
  withConnection,
  withTls,
} from './options.ts';
import { progressOn } from './progress.ts';
import { comparisonFormatOf, writeComparison } from './report-file.ts';
import { withScenarios } from './scenarios.ts';

interface CompareFlags extends ConnectionFlags, ComparisonFlags {
  url?: string;
  json?: true;
  require?: string;
  output?: string;
}

export function compareCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('compare')
    .summary('compare two to five configurations under the same load')
    .description('Tests configurations in slices that alternate, and names a winner where one is surely ahead.')
    .option(
      '--config <name=project[@address]>',
      'a configuration: a project, or another address of it; two to five times',
      collect(parseConfiguration),
    );
  withTls(withScenarios(command))
    .option('--users <n>', 'closed model; 10 by default', wholeNumber(1, 10_000))
    .option('--rate <n>', 'open model: so many requests begin each second', positiveNumber)
    .option('--duration <time>', 'of each configuration; 60s by default', seconds)
    .option('--slice <time>', 'one turn of a configuration; by default there are ten rounds', seconds)
    .option('--think-time <time>', 'of a user between two requests; none by default', milliseconds)
    .option('--margin <percent>', 'what a winner must be ahead by at the least; 3 by default', percentNumber)
    .option('--require <name>', 'exit with 1 unless this configuration wins')
    .option('--output <file>', 'write the comparison there, as .json or .html')
    .addHelpText('after', examples)
    .action(async (flags: CompareFlags) => done(await compare(flags, context)));
  return withKeptComparisons(withConnection(command), context, done);
}

const examples = `
Examples:
  headroom compare --config old=shop --config new=shop-next --path /products
  headroom compare --config 1GB=shop@https://shop.example.com/1g \\
    --config 2GB=shop@https://shop.example.com/2g --rate 100 --duration 5m
  headroom compare --config main=shop --config mine=shop-next --require mine

Exit codes: 0 it was carried out, 1 what --require names did not win, 2 it
could not be carried out.`;

async function compare(flags: CompareFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, interrupts, workingDirectory } = context;
  const { output, require: required } = flags;
  const format = output === undefined ? undefined : comparisonFormatOf(output);
  const body = await comparisonBodyOf(flags, context);
  if (required !== undefined && !body.configurations.some(({ name }) => name === required)) {
    throw new CliError(`--require names ${required}, which no --config has.`);
  }
  const { client } = connectTo(flags, context);
  const comparison = await run(client, body, context);
  if (flags.json) terminal.out(JSON.stringify(comparison, null, 2));
  else if (comparison.result !== undefined) {
    for (const line of comparisonReport(comparison.result, terminal)) terminal.out(line);
  }
  // Without a result there is nothing that a page could show.
  if (output !== undefined && (format === 'json' || comparison.result !== undefined)) {
    await writeComparison(resolve(workingDirectory, output), comparison, client);
  }
  const { status, reason, result } = comparison;
  if (status !== 'completed' || result === undefined) {
    const why = interrupts.signal.aborted ? 'it was interrupted' : clause(reason ?? 'no reason was given');
    throw new CliError(`The comparison ${comparison.comparisonId} is ${status}: ${why}.`);
  }
  const isAsRequired = required === undefined || result.bestConfiguration?.name === required;
  return isAsRequired ? exitCodes.ok : exitCodes.thresholdFailed;
}

const pollMs = 1000;

async function run(client: Client, body: ComparisonBody, { terminal, interrupts }: CliContext): Promise<Comparison> {
  const { signal } = interrupts;
  const { comparisonId } = await client.call('startComparison', { body, signal });
  terminal.err(`Comparison ${comparisonId} of ${body.configurations.map(({ name }) => name).join(', ')}`);
  const progress = progressOn(terminal);
  const request = { params: { comparisonId } };
  try {
    const ended = await followJob<Comparison>(
      {
        poll: (until) => client.poll('getComparison', request, { until: isOver, intervalMs: pollMs, signal: until }),
        show: (now) => progress.show(now.progressPercent, phases[now.status]),
        cancel: () => client.call('cancelComparison', request),
      },
      { progress, signal },
    );
    if (ended === undefined) throw new CliError(`Nothing is known of the comparison ${comparisonId}.`);
    return ended;
  } finally {
    progress.end();
  }
}

const phases: Record<Comparison['status'], string> = {
  queued: 'Waiting for the workers',
  running: 'Comparing',
  completed: 'Done',
  cancelled: 'Done',
  failed: 'Done',
};
