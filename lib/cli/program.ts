import { Command, CommanderError } from 'commander';
import { configFileName } from '../contracts/config/file.ts';
import { version } from '../contracts/version.ts';
import { alertsCommand } from './alerts/alerts.ts';
import { analyzeCommand } from './analyze.ts';
import { auditCommand } from './audit.ts';
import { benchmarkCommand } from './benchmark.ts';
import { budgetsCommand } from './budgets.ts';
import { cacheCommand, clearCacheCommand } from './cache.ts';
import { checkCommand } from './check.ts';
import { compareCommand } from './compare.ts';
import { completeCommand, completionCommand } from './completion/completion.ts';
import { configCommand } from './config/config.ts';
import { fillIn } from './config/fill-in.ts';
import { configPathOf, readConfig } from './config/read.ts';
import type { CliContext, Ports } from './context.ts';
import { databasesCommand } from './databases.ts';
import { deadLettersCommand } from './dead-letters.ts';
import { costCommand } from './deployment/cost.ts';
import { exportCommand, restoreCommand, upgradeCommand } from './deployment/data.ts';
import { deployCommand } from './deployment/deploy.ts';
import { destroyCommand } from './deployment/destroy.ts';
import { deploymentsCommand } from './deployments.ts';
import { CliError, type ExitCode, exitCodes, failureText } from './failure.ts';
import { historyAnalysisCommand } from './history.ts';
import { takeInterrupts } from './interrupts.ts';
import { freezeCommand, memorySweepsCommand } from './kept/optimizations.ts';
import { keysCommand } from './keys.ts';
import { loadTestCommand } from './loadtest.ts';
import { metricsCommand } from './metrics/metrics.ts';
import { monitorCommand } from './monitor/monitor.ts';
import { withNearestProject } from './nearest-project.ts';
import { optimizeCommand } from './optimize.ts';
import { capacityCommand } from './own-data/capacity.ts';
import { judgeCommand } from './own-data/judge.ts';
import { seriesCommand } from './own-data/series.ts';
import { profileCommand } from './profile.ts';
import { thresholdsCommand } from './project-thresholds.ts';
import { projectsCommand } from './projects.ts';
import { queriesCommand } from './queries.ts';
import { recommendationsCommand } from './recommendations.ts';
import { scenariosCommand } from './scenarios-import.ts';
import { scheduleCommand } from './schedule.ts';
import { settingsCommand } from './settings.ts';
import { settle } from './settle.ts';
import { startCommand } from './start.ts';
import { statusCommand } from './status.ts';
import { tasksCommand } from './tasks/tasks.ts';
import { terminalOf } from './terminal.ts';
import { whoamiCommand } from './whoami.ts';

/**
 * Runs a command line: `['check', '--project', 'shop']`. Never throws; what went wrong is said on standard error.
 * @param around in place of what this process stands in
 */
export async function runCli(
  args: readonly string[],
  ports: Ports,
  around: Partial<Omit<CliContext, 'ports'>> = {},
): Promise<ExitCode> {
  // Of its own: the file of options is added to it.
  const environment = { ...(around.environment ?? process.env) };
  const context: CliContext = {
    terminal: around.terminal ?? terminalOf(process.stdout, process.stderr, environment),
    environment,
    workingDirectory: around.workingDirectory ?? process.cwd(),
    input: around.input ?? process.stdin,
    interrupts: around.interrupts ?? takeInterrupts(process),
    ports,
  };
  let code: ExitCode = exitCodes.ok;
  const program = describeProgram(context, (ended) => {
    code = ended;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return code;
  } catch (error) {
    // commander has said what is wrong, or has shown the help that was asked for.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.couldNotRun;
    const isInterrupted = context.interrupts.signal.aborted && !(error instanceof CliError);
    const told = isInterrupted ? 'Interrupted.' : failureText(await withNearestProject(error, context));
    context.terminal.err(told);
    return exitCodes.couldNotRun;
  }
}

/** The whole tree of commands: what is run, what is completed, and what is documented. */
export function describeProgram(context: CliContext, done: (code: ExitCode) => void): Command {
  const program: Command = new Command('headroom')
    .description('Observes, load-tests and analyses HTTP services.')
    .version(version)
    .option('--config <file>', `options, in place of the nearest ${configFileName}; stands before the command`)
    .hook('preAction', (_, command) => {
      if (readsNoFile(command)) return;
      const path = configPathOf({ ...context, given: program.opts<{ config?: string }>().config });
      fillIn(command, context.environment, path === undefined ? undefined : readConfig(path));
    })
    .addHelpText('after', examples)
    .addCommand(startCommand(context, done))
    .addCommand(checkCommand(context, done))
    .addCommand(loadTestCommand(context, done))
    .addCommand(benchmarkCommand(context, done))
    .addCommand(compareCommand(context, done))
    .addCommand(scenariosCommand(context, done))
    .addCommand(seriesCommand(context, done))
    .addCommand(capacityCommand(context, done))
    .addCommand(judgeCommand(context, done))
    .addCommand(analyzeCommand(context, done))
    .addCommand(recommendationsCommand(context, done))
    .addCommand(optimizeCommand(context, done))
    .addCommand(profileCommand(context, done))
    .addCommand(freezeCommand(context, done))
    .addCommand(memorySweepsCommand(context, done))
    .addCommand(statusCommand(context, done))
    .addCommand(monitorCommand(context, done))
    .addCommand(metricsCommand(context, done))
    .addCommand(deploymentsCommand(context, done))
    .addCommand(historyAnalysisCommand(context, done))
    .addCommand(queriesCommand(context, done))
    .addCommand(projectsCommand(context, done))
    .addCommand(thresholdsCommand(context, done))
    .addCommand(budgetsCommand(context, done))
    .addCommand(databasesCommand(context, done))
    .addCommand(settingsCommand(context, done))
    .addCommand(whoamiCommand(context, done))
    .addCommand(completionCommand(context, done))
    .addCommand(configCommand(context, done, () => program.opts<{ config?: string }>().config))
    .addCommand(
      completeCommand(context, done, () => program),
      { hidden: true },
    )
    .addCommand(cacheCommand(context, done))
    .addCommand(clearCacheCommand(context, done))
    .addCommand(alertsCommand(context, done))
    .addCommand(scheduleCommand(context, done))
    .addCommand(tasksCommand(context, done))
    .addCommand(deadLettersCommand(context, done))
    .addCommand(keysCommand(context, done))
    .addCommand(deployCommand(context, done))
    .addCommand(destroyCommand(context, done))
    .addCommand(costCommand(context, done))
    .addCommand(exportCommand(context, done))
    .addCommand(restoreCommand(context, done))
    .addCommand(upgradeCommand(context, done))
    .addCommand(auditCommand(context, done));
  settle(program, context.terminal);
  return program;
}

/** They are about the file itself, or must not fail by it. */
const readsNoFile = (command: Command): boolean =>
  ['complete', 'completion'].includes(command.name()) || command.parent?.name() === 'config';

const examples = `
Examples:
  headroom start
  headroom status
  headroom monitor
  headroom check --project demo
  headroom loadtest --url http://127.0.0.1:3000/ --rate 50 --duration 30s
  headroom benchmark --project demo
  headroom analyze --project demo --depth deep
  headroom optimize --project demo --dry-run
  headroom profile apply performance-focused --project demo
  headroom compare --config old=shop --config new=shop-next
  headroom series latency.csv --html latency.html
  headroom capacity steps.csv
  headroom judge pairs.csv --gate

The last three need no platform. Every other command finds the Headroom that
runs in this directory or above it (by .headroom/), or takes HEADROOM_URL,
HEADROOM_API_KEY and HEADROOM_PROJECT, or --api-url, --api-key and --project,
or headroom.config.yaml.
Exit codes: 0 done, 1 a threshold or limit failed, 2 could not run.`;
