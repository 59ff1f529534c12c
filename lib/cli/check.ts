import { resolve } from 'node:path';
import { Command } from 'commander';
import { checkReport } from './check-report.ts';
import { type ConnectionFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { type CheckBody, carriedOut, endedCheck } from './follow-check.ts';
import { withKeptChecks } from './kept/checks.ts';
import { positiveNumber, seconds, wholeNumber, withConnection, withProject, withTls } from './options.ts';
import { progressOn } from './progress.ts';
import { writeCheckReport } from './report-file.ts';
import { type ScenarioFlags, scenariosOf, withScenarios } from './scenarios.ts';

interface CheckFlags extends ConnectionFlags, ScenarioFlags {
  url?: string;
  json?: true;
  users?: number;
  duration?: number;
  workers?: number;
  insecure?: true;
  maxP95?: number;
  minSuccess?: number;
  minScore?: number;
  /** False: they are shown, and fail nothing. */
  objectives: boolean;
  junit?: string;
}

export function checkCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('check')
    .summary('check a project: load test, telemetry, analysis; exits with 1 when a limit is breached')
    .description(
      'Runs a check of a project: a load test, the telemetry from inside, an analysis, held against limits.',
    );
  withTls(withScenarios(withProject(command)))
    .option('--users <n>', 'users at once', wholeNumber(1, 10_000))
    .option('--duration <time>', 'of the load test, 60s by default', seconds)
    .option('--workers <n>', 'how many workers send the requests', wholeNumber(1, 300))
    .option('--max-p95 <ms>', 'limit of the 95th percentile of the response time, 1000 by default', positiveNumber)
    .option('--min-success <percent>', 'limit of the success rate, 95 by default', positiveNumber)
    .option('--min-score <score>', 'limit of the health score, 60 by default', positiveNumber)
    .option('--no-objectives', 'show the project’s objectives, and let none of them fail the check')
    .option('--junit <file>', 'write the verdicts as JUnit XML, also of a check that could not be carried out')
    .addHelpText('after', examples)
    .action(async (flags: CheckFlags) => done(await check(flags, context)));
  return withKeptChecks(withConnection(command), context, done);
}

const examples = `
Examples:
  headroom check --project shop
  headroom check --project shop --path /products --users 50 --max-p95 300
  headroom check --project shop --junit check.xml
  headroom check --project shop --json | jq .analysis.performanceScore

It fails by its limits, and by the project's objectives (PUT .../budgets): when
one is missed over its window, or its budget burns critically.
Exit codes: 0 every limit holds, 1 a limit or an objective is breached, 2 it
could not be carried out.`;

async function check(flags: CheckFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, interrupts, workingDirectory } = context;
  const connection = connectTo(flags, context);
  const project = requireProject(connection);
  const body = await bodyOf(flags, context);
  const progress = progressOn(terminal);
  const ended = await endedCheck(connection.client, project, body, { progress, signal: interrupts.signal });
  if (flags.junit !== undefined) {
    await writeCheckReport(resolve(workingDirectory, flags.junit), ended, connection.client);
  }
  const found = carriedOut(ended);
  if (flags.json) terminal.out(JSON.stringify(found, null, 2));
  else for (const line of checkReport(found, terminal)) terminal.out(line);
  return found.status === 'passed' ? exitCodes.ok : exitCodes.thresholdFailed;
}

/** What is not given is left to the platform's own defaults. */
async function bodyOf(flags: CheckFlags, context: CliContext): Promise<CheckBody> {
  const { users, duration, workers, insecure, maxP95, minSuccess, minScore, objectives } = flags;
  const scenarios = await scenariosOf(flags, context);
  const limits = {
    ...(maxP95 === undefined ? {} : { maxP95ResponseTimeMs: maxP95 }),
    ...(minSuccess === undefined ? {} : { minSuccessRatePercent: minSuccess }),
    ...(minScore === undefined ? {} : { minScore }),
    ...(objectives ? {} : { objectives }),
  };
  const isAsIs = [scenarios, users, duration, workers, insecure].every((part) => part === undefined);
  if (isAsIs) return { limits };
  const loadTest = {
    scenarios: scenarios ?? [{ name: 'GET /health', path: '/health' }],
    durationSeconds: duration ?? 60,
    rampUpSeconds: 0,
    ...(users === undefined ? {} : { users }),
    ...(workers === undefined ? {} : { workers }),
    ...(insecure === undefined ? {} : { insecureSkipTlsVerify: insecure }),
  };
  return { limits, loadTest };
}
