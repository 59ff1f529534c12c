import { resolve } from 'node:path';
import { Command } from 'commander';
import type { LoadTest } from '../contracts/load.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import type { Client } from '../sdk/client.ts';
import { type Connection, type ConnectionFlags, connect } from './connection.ts';
import type { CliContext } from './context.ts';
import { CliError, clause, type ExitCode, exitCodes } from './failure.ts';
import { followLoadTest } from './follow-load-test.ts';
import { loadReport, thresholdReport } from './load-report.ts';
import {
  collect,
  httpAddress,
  milliseconds,
  positiveNumber,
  seconds,
  wholeNumber,
  withConnection,
  withProject,
} from './options.ts';
import { progressOn } from './progress.ts';
import { reportFormatOf, writeReport } from './report-file.ts';
import { type ScenarioFlags, scenariosOf, withScenarios } from './scenarios.ts';
import { projectNameOf, registerTarget } from './target-project.ts';
import { type JudgedThreshold, judge, parseThreshold, type Threshold } from './thresholds.ts';

interface LoadTestFlags extends ConnectionFlags, ScenarioFlags {
  url?: string;
  json?: true;
  users?: number;
  rate?: number;
  duration?: number;
  rampUp?: number;
  thinkTime?: number;
  timeout?: number;
  workers?: number;
  threshold?: Threshold[];
  output?: string;
}

export function loadTestCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('loadtest')
    .summary('load-test an address or a project; exits with 1 when a threshold fails')
    .description('Runs a load test and shows its figures while it runs. Ctrl-C cancels it on the platform.')
    .option(
      '--url <address>',
      'what to test; a project named after its host and port is registered for it',
      httpAddress,
    );
  withScenarios(withProject(command))
    .option(
      '--users <n>',
      'closed model: so many users, each waiting for its answer; 10 by default',
      wholeNumber(1, 10_000),
    )
    .option('--rate <n>', 'open model: so many requests begin each second, whatever the target does', positiveNumber)
    .option('--duration <time>', 'without the ramp-up; 60s by default', seconds)
    .option('--ramp-up <time>', '10s by default', seconds)
    .option('--think-time <time>', 'of a user between two requests; 1000ms by default', milliseconds)
    .option('--timeout <time>', 'for an answer; 30s by default', milliseconds)
    .option('--workers <n>', 'how many workers send the requests', wholeNumber(1, 300))
    .option(
      '--threshold <rule>',
      "such as 'p95<200' (ms), 'errors<1' (percent), 'rps>500'; repeatable",
      collect(parseThreshold),
    )
    .option('--output <file>', 'write the result: .json, .html (a page with plots) or .xml (JUnit, for CI)')
    .addHelpText('after', examples)
    .action(async (flags: LoadTestFlags) => done(await loadTest(flags, context)));
  return withConnection(command, { urlIsTarget: true });
}

const examples = `
Examples:
  headroom loadtest --url http://127.0.0.1:3000/products --users 50
  headroom loadtest --project shop --rate 50 --duration 1m --threshold 'p95<200'
  headroom loadtest --project shop --scenarios file.json --output result.html

Thresholds: p50, p75, p90, p95, p99, avg, max (ms), errors (percent), rps (per
second); with <, <=, > or >=.
Times: 500ms, 30s, 2m, 1h. A bare number is seconds for --duration and
--ramp-up, milliseconds for --think-time and --timeout.
Exit codes: 0 every threshold holds, 1 a threshold failed, 2 it could not be
carried out.`;

type Body = NonNullable<OperationRequest<'startLoadTest'>['body']>;

async function loadTest(flags: LoadTestFlags, context: CliContext): Promise<ExitCode> {
  const { interrupts, workingDirectory } = context;
  if (flags.users !== undefined && flags.rate !== undefined) {
    throw new CliError('Give either --users (closed model) or --rate (open model).');
  }
  if (flags.url !== undefined && flags.project !== undefined) {
    throw new CliError('Give either --url (an address) or --project (a registered one).');
  }
  if (flags.output !== undefined) reportFormatOf(flags.output);
  const target = flags.url === undefined ? undefined : new URL(flags.url);
  const connection = connect(flags, context);
  const scenarios = await scenariosOf(flags, context, `${target?.pathname ?? '/'}${target?.search ?? ''}`);
  const project = await projectOf(connection, target);
  const test = await run(connection.client, project, { ...bodyOf(flags), ...(scenarios && { scenarios }) }, context);
  const judged = test.result === undefined ? [] : judge(flags.threshold ?? [], test.result);
  await tell(test, judged, flags, context);
  if (flags.output !== undefined) {
    await writeReport(resolve(workingDirectory, flags.output), { test, thresholds: judged }, connection.client);
  }
  if (test.status !== 'completed' || test.result === undefined) {
    const why = interrupts.signal.aborted ? 'it was interrupted' : clause(test.reason ?? 'no reason was given');
    throw new CliError(`The load test ${test.testId} is ${test.status}: ${why}.`);
  }
  return judged.every(({ holds }) => holds) ? exitCodes.ok : exitCodes.thresholdFailed;
}

/** The project to test: an address gets one of its own, so that no other project's address is changed. */
async function projectOf({ client, project }: Connection, target: URL | undefined): Promise<string> {
  if (target === undefined) {
    if (project !== undefined) return project;
    throw new CliError('Nothing is named to test.', { next: 'Give --url or --project.' });
  }
  const name = projectNameOf(target);
  await registerTarget(client, name, target.origin);
  return name;
}

function bodyOf({ users, rate, duration, rampUp, thinkTime, timeout, workers, threshold }: LoadTestFlags): Body {
  const given = {
    users,
    arrivalRate: rate,
    durationSeconds: duration,
    rampUpSeconds: rampUp,
    thinkTimeMs: thinkTime,
    timeoutMs: timeout,
    workers,
    thresholds: threshold?.map(({ text }) => text),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

async function run(
  client: Client,
  project: string,
  body: Body,
  { terminal, interrupts }: CliContext,
): Promise<LoadTest> {
  const { testId } = await client.call('startLoadTest', { params: { project }, body, signal: interrupts.signal });
  terminal.err(`Load test ${testId} of the project ${project}`);
  const progress = progressOn(terminal);
  try {
    return await followLoadTest({ client, project, testId, progress, signal: interrupts.signal });
  } finally {
    progress.end();
  }
}

async function tell(
  test: LoadTest,
  judged: readonly JudgedThreshold[],
  { json }: LoadTestFlags,
  { terminal }: CliContext,
): Promise<void> {
  if (json) {
    terminal.out(JSON.stringify({ test, thresholds: judged }, null, 2));
    return;
  }
  if (test.result === undefined) return;
  for (const line of loadReport(test.result, terminal)) terminal.out(line);
  if (judged.length > 0) terminal.out('');
  for (const line of thresholdReport(judged, terminal.colours)) terminal.out(line);
}
