import { writeFileSync } from 'node:fs';
import { Command } from 'commander';
import type { OptimizationRun } from '../contracts/optimization-runs.ts';
import { changePlace } from '../pages/change-words.ts';
import { type ConnectionFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { CliError, type ExitCode, exitCodes } from './failure.ts';
import { followRun } from './follow-optimization.ts';
import { withKeptOptimizations } from './kept/optimizations.ts';
import { planReport, runReport } from './optimization-report.ts';
import { applyRequest, planRequest, type RunFlags, withRunFlags } from './optimize-flags.ts';
import { memoryCommand } from './optimize-memory.ts';
import { withConnection, withProject } from './options.ts';
import { progressOn } from './progress.ts';

type Done = (code: ExitCode) => void;

export interface OptimizeFlags extends ConnectionFlags, RunFlags {
  url?: string;
  json?: true;
  dryRun?: true;
  yes?: true;
  only?: string[];
}

export function optimizeCommand(context: CliContext, done: Done): Command {
  const command = new Command('optimize')
    .summary('plan optimizations, apply them one by one, keep what is proven to help, roll back the rest')
    .description(
      'Plans what would help a service. With --yes it is applied step by step; each step is measured against what was\nthere before, kept when it helps, and rolled back when it does not.',
    )
    .argument('[profile]', 'by the rules and towards the targets of this profile; else of the project’s')
    .option('--dry-run', 'only show the plan, and end with 0')
    .option('--yes', 'apply the plan; without it the plan is shown, and nothing is changed')
    .option('--only <ids...>', 'these optimizations: ids of the plan, or cache_optimization, ...');
  withRunFlags(withProject(command)).addHelpText('after', examples);
  withConnection(command).action(async (profile: string | undefined, flags: OptimizeFlags) =>
    done(await optimize(profile, flags, context)),
  );
  return withKeptOptimizations(command, context, done)
    .addCommand(exportCommand(context, done))
    .addCommand(rollbackCommand(context, done))
    .addCommand(memoryCommand(context, done));
}

const examples = `
Examples:
  headroom optimize --project shop --dry-run
  headroom optimize performance-focused --project shop --yes
  headroom optimize --project shop --approve --yes
  headroom optimize --project shop --only cache_optimization --verify passive --yes
  headroom optimize export --project shop --output headroom-optimizations.json
  headroom optimize rollback 01JD2V8Q6Y0000000000000000 --project shop
  headroom optimize memory orders --project shop --payload '{"dryRun":true}'

Exit codes: 0 kept what was proven, or nothing to do; 1 rolled back, failed, or a
target of the profile is missed; 2 it could not be carried out.`;

/** Plans, and with `--yes` applies. */
export async function optimize(
  profileId: string | undefined,
  { json, dryRun, yes, only, ...flags }: OptimizeFlags,
  context: CliContext,
): Promise<ExitCode> {
  const { terminal, interrupts } = context;
  const connection = connectTo(flags, context);
  const { client } = connection;
  const project = requireProject(connection);
  const body = {
    ...(profileId === undefined ? {} : { profileId }),
    ...(only === undefined ? {} : { optimizations: only }),
  };
  const start = (rest: { dryRun: boolean; optimizations?: string[]; verify: { mode: RunFlags['verify'] } }) =>
    client.call('startOptimizationRun', { params: { project }, body: { ...body, ...rest } });
  const planned = await start({ ...planRequest(flags), dryRun: true });
  if (!('plannedOptimizations' in planned)) throw new CliError('Headroom began a run in the place of a plan.');
  const isApplied = yes === true && dryRun !== true && planned.plannedOptimizations.length > 0;
  if (!isApplied) {
    print(planned, { json, lines: planReport(planned, terminal) }, context);
    const isForLater = dryRun !== true && planned.plannedOptimizations.length > 0;
    if (isForLater && json !== true) terminal.out('Nothing was changed. --yes applies it.');
    return exitCodes.ok;
  }
  if (json !== true) for (const line of planReport(planned, terminal)) terminal.out(line);
  // What was shown, and not what is found by now.
  const { runId } = await start({ ...applyRequest(flags, planned), dryRun: false });
  const progress = progressOn(terminal);
  let run: OptimizationRun;
  try {
    run = await followRun({ client, project, runId, progress, signal: interrupts.signal });
  } finally {
    progress.end();
  }
  print(run, { json, lines: runReport(run, terminal) }, context);
  return exitCodeOf(run);
}

/** What was tried and did not help is no failure of the run, as long as something did. */
export function exitCodeOf({ status, result }: OptimizationRun): ExitCode {
  const { appliedOptimizations = [], rolledBackOptimizations = [], targets = [] } = result ?? {};
  const hasOnlyRolledBack = appliedOptimizations.length === 0 && rolledBackOptimizations.length > 0;
  const isMissed = targets.some(({ isMet }) => isMet === false);
  return status !== 'completed' || hasOnlyRolledBack || isMissed ? exitCodes.thresholdFailed : exitCodes.ok;
}

function print(
  answer: unknown,
  { json, lines }: { json: true | undefined; lines: string[] },
  { terminal }: CliContext,
) {
  for (const line of json ? [JSON.stringify(answer, null, 2)] : lines) terminal.out(line);
}

interface ExportFlags extends ConnectionFlags {
  url?: string;
  output?: string;
}

function exportCommand(context: CliContext, done: Done): Command {
  const command = new Command('export')
    .summary('what was kept of AWS resources, which the next deployment of their stack would undo')
    .description('Writes what was kept of AWS resources as JSON: to a file, or to standard output.')
    .option('--output <file>', 'write it there');
  return withConnection(withProject(command)).action(async (_: ExportFlags, given: Command) => {
    const flags: ExportFlags = given.optsWithGlobals();
    const connection = connectTo(flags, context);
    const project = requireProject(connection);
    const exported = await connection.client.call('exportOptimizations', { params: { project } });
    const text = JSON.stringify(exported, null, 2);
    if (flags.output === undefined) context.terminal.out(text);
    else writeFileSync(flags.output, `${text}\n`);
    for (const { change, detail } of exported.drifted) {
      context.terminal.err(`Left out: ${changePlace(change)}: ${detail}`);
    }
    done(exitCodes.ok);
  });
}

interface RollbackFlags extends ConnectionFlags {
  url?: string;
  json?: true;
  force?: true;
}

function rollbackCommand(context: CliContext, done: Done): Command {
  const command = new Command('rollback')
    .summary('put back all that a run has changed')
    .description('Puts back all that a run has changed, also one that is under way, and waits for it.')
    .argument('<run>', 'its id')
    .option('--force', 'also what somebody else has changed since');
  return withConnection(withProject(command)).action(async (runId: string, _: RollbackFlags, given: Command) => {
    const flags: RollbackFlags = given.optsWithGlobals();
    const connection = connectTo(flags, context);
    const { client } = connection;
    const project = requireProject(connection);
    const body = { force: flags.force === true };
    await client.call('rollBackOptimizationRun', { params: { project, runId }, body });
    const progress = progressOn(context.terminal);
    const signal = context.interrupts.signal;
    const run = await followRun({ client, project, runId, progress, signal }).finally(() => progress.end());
    print(run, { json: flags.json, lines: runReport(run, context.terminal) }, context);
    const isBack = run.status === 'rolled-back' && run.conflicts.length === 0;
    done(isBack ? exitCodes.ok : exitCodes.thresholdFailed);
  });
}
