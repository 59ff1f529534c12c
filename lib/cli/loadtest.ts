import { resolve } from 'node:path';
import { Command } from 'commander';
import type { LoadTest } from '../contracts/load.ts';
import type { JudgedThreshold } from '../contracts/load-result.ts';
import { isFailure } from '../contracts/load-threshold.ts';
import type { Client } from '../sdk/client.ts';
import { type Connection, type ConnectionFlags, connect } from './connection.ts';
import type { CliContext } from './context.ts';
import { CliError, clause, type ExitCode, exitCodes } from './failure.ts';
import { followLoadTest } from './follow-load-test.ts';
import { withKeptLoadTests } from './kept/load-tests.ts';
import {
  type LoadFlags,
  type LoadTestBody,
  loadTestBodyOf,
  withLevel,
  withOutcome,
  withPace,
  withTarget,
} from './load-flags.ts';
import { withKinds } from './load-kinds.ts';
import { loadReport, thresholdReport } from './load-report.ts';
import { seconds, withConnection } from './options.ts';
import { progressOn } from './progress.ts';
import { reportFormatOf, writeReport } from './report-file.ts';
import { projectNameOf, registerTarget } from './target-project.ts';
import { verdictsOf } from './thresholds.ts';

export interface LoadTestFlags extends ConnectionFlags, LoadFlags {
  json?: true;
  output?: string;
}

export function loadTestCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('loadtest')
    .summary('load-test an address or a project; exits with 1 when a threshold fails')
    .description('Runs a load test and shows its figures while it runs. Ctrl-C cancels it on the platform.')
    .addHelpText('after', examples)
    .action(async (flags: LoadTestFlags) => done(await loadTest(flags, context)));
  withLevel(withTarget(command)).option(
    '--duration <time>',
    'without the ramp-up; 60s by default, 1h of an endurance test; of a spike test the time before it',
    seconds,
  );
  withConnection(withKinds(withOutcome(withPace(command))), { urlIsTarget: true });
  return withKeptLoadTests(command, context, done);
}

const examples = `
Examples:
  headroom loadtest --url http://127.0.0.1:3000/products --users 50
  headroom loadtest --project shop --rate 50 --duration 1m --threshold 'p95<200'
  headroom loadtest --project shop --scenarios file.json --output result.html
  headroom loadtest --project shop --test stress --max-users 500 --step 30s
  headroom loadtest --project shop --test spike --users 20 --spike-users 400
  headroom loadtest --project shop --test all --output report.html
  headroom loadtest --project shop --artillery checkout.yml

Tests: basic holds one load; stress raises it step by step until the target
gives way; spike jumps and looks for the recovery; endurance looks for drift.
Thresholds: p50, p75, p90, p95, p99, p99.9, avg, max (ms), errors (percent),
rps (per second); with <, <=, > or >=.
Times: 500ms, 30s, 2m, 1h. A bare number is milliseconds for --think-time and
--timeout, seconds for the others.
Exit codes: 0 every threshold holds, 1 a threshold failed, 2 it could not be
carried out.`;

/** @returns by the thresholds @throws CliError when the test did not come to its end */
export async function loadTest(flags: LoadTestFlags, context: CliContext): Promise<ExitCode> {
  const { interrupts, workingDirectory } = context;
  if (flags.url !== undefined && flags.project !== undefined) {
    throw new CliError('Give either --url (an address) or --project (a registered one).');
  }
  if (flags.output !== undefined) reportFormatOf(flags.output);
  const body = await loadTestBodyOf(flags, context);
  const connection = connect(flags, context);
  const project = await projectOf(connection, flags.url === undefined ? undefined : new URL(flags.url));
  const test = await run(connection.client, project, body, context);
  const judged = test.result === undefined ? [] : verdictsOf(test.result, flags.threshold ?? []);
  tell(test, judged, flags, context);
  if (flags.output !== undefined) {
    await writeReport(resolve(workingDirectory, flags.output), { test, thresholds: judged }, connection.client);
  }
  if (test.status !== 'completed' || test.result === undefined) {
    const why = interrupts.signal.aborted ? 'it was interrupted' : clause(test.reason ?? 'no reason was given');
    throw new CliError(`The load test ${test.testId} is ${test.status}: ${why}.`);
  }
  return judged.some(isFailure) ? exitCodes.thresholdFailed : exitCodes.ok;
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

async function run(
  client: Client,
  project: string,
  body: LoadTestBody,
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

function tell(
  test: LoadTest,
  judged: readonly JudgedThreshold[],
  { json }: LoadTestFlags,
  { terminal }: CliContext,
): void {
  if (json) {
    terminal.out(JSON.stringify({ test, thresholds: judged }, null, 2));
    return;
  }
  if (test.result === undefined) return;
  for (const line of loadReport(test.result, terminal)) terminal.out(line);
  if (judged.length > 0) terminal.out('');
  for (const line of thresholdReport(judged, terminal.colours)) terminal.out(line);
}
