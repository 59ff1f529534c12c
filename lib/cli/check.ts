import { Command } from 'commander';
import { checkReport } from './check-report.ts';
import { type ConnectionFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { type CheckBody, runCheck } from './follow-check.ts';
import { positiveNumber, seconds, wholeNumber, withConnection, withProject, withTls } from './options.ts';
import { progressOn } from './progress.ts';
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
    .addHelpText('after', examples)
    .action(async (flags: CheckFlags) => done(await check(flags, context)));
  return withConnection(command);
}

const examples = `
Examples:
  headroom check --project shop
  headroom check --project shop --path /products --users 50 --max-p95 300
  headroom check --project shop --json | jq .analysis.performanceScore

Exit codes: 0 every limit holds, 1 a limit is breached, 2 it could not be
carried out.`;

async function check(flags: CheckFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, interrupts } = context;
  const connection = connectTo(flags, context);
  const project = requireProject(connection);
  const body = await bodyOf(flags, context);
  const progress = progressOn(terminal);
  const found = await runCheck(connection.client, project, body, { progress, signal: interrupts.signal });
  if (flags.json) terminal.out(JSON.stringify(found, null, 2));
  else for (const line of checkReport(found, terminal)) terminal.out(line);
  return found.status === 'passed' ? exitCodes.ok : exitCodes.thresholdFailed;
}

/** What is not given is left to the platform's own defaults. */
async function bodyOf(flags: CheckFlags, context: CliContext): Promise<CheckBody> {
  const { users, duration, workers, insecure, maxP95, minSuccess, minScore } = flags;
  const scenarios = await scenariosOf(flags, context);
  const limits = {
    ...(maxP95 === undefined ? {} : { maxP95ResponseTimeMs: maxP95 }),
    ...(minSuccess === undefined ? {} : { minSuccessRatePercent: minSuccess }),
    ...(minScore === undefined ? {} : { minScore }),
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
