import { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { withRouteCommands } from '../derived/route-commands.ts';
import type { ExitCode } from '../failure.ts';
import { memorySweepReport } from '../memory-sweep-report.ts';
import { shownRun } from '../optimization-report.ts';
import { trailReport } from '../optimization-trail.ts';

type Done = (code: ExitCode) => void;

/** What could be optimized, what was, and the switches that stop all of it. */
export const withKeptOptimizations = (command: Command, context: CliContext, done: Done): Command =>
  withRouteCommands(
    command,
    {
      listOptimizations: {
        name: 'available',
        summary: 'each kind of optimization, with what it would bring',
        examples: ['headroom optimize available --project shop'],
      },
      listOptimizationRuns: { name: 'list', examples: ['headroom optimize list --project shop'] },
      getOptimizationRun: {
        name: 'show',
        summary: 'show a run: its plan, how far it is, what was kept and why',
        examples: ['headroom optimize show 01JD2V8Q6Y0000000000000000 --project shop'],
        report: shownRun,
      },
      approveOptimizationRun: {
        name: 'approve',
        examples: ['headroom optimize approve 01JD2V8Q6Y0000000000000000 --project shop'],
      },
      listOptimizationAudit: {
        name: 'audit',
        examples: ['headroom optimize audit --project shop --limit 500'],
        report: trailReport,
      },
    },
    context,
    done,
  );

export const freezeCommand = (context: CliContext, done: Done): Command =>
  withRouteCommands(
    new Command('freeze')
      .summary('stop or allow all changes: of a project, or of all')
      .description('Shows and sets the switches that keep Headroom from changing anything.')
      .addHelpText('after', freezeExamples),
    {
      getProjectOptimizationFreeze: { name: 'show', examples: ['headroom freeze show --project shop'] },
      putProjectOptimizationFreeze: {
        name: 'set',
        examples: [`headroom freeze set --project shop --body '{"frozen":true,"reason":"Black Friday"}'`],
      },
      getOptimizationFreeze: { name: 'show-all', examples: ['headroom freeze show-all'] },
      putOptimizationFreeze: {
        name: 'set-all',
        examples: [`headroom freeze set-all --body '{"frozen":true,"reason":"Black Friday"}'`],
      },
    },
    context,
    done,
  );

const freezeExamples = `
Examples:
  headroom freeze show --project shop
  headroom freeze set --project shop --body '{"frozen":true,"reason":"Black Friday"}'
  headroom freeze set-all --body '{"frozen":false}'`;

export const memorySweepsCommand = (context: CliContext, done: Done): Command =>
  withRouteCommands(
    new Command('memory-sweeps')
      .summary('sizes of memory that were measured: list, show, cancel')
      .description('Shows what `headroom optimize memory` has measured, and breaks it off.')
      .addHelpText('after', sweepExamples),
    {
      listMemorySweeps: { name: 'list', examples: ['headroom memory-sweeps list --project shop'] },
      getMemorySweep: {
        name: 'show',
        examples: ['headroom memory-sweeps show 01JD2V8Q6Y0000000000000000 --project shop'],
        report: memorySweepReport,
      },
      cancelMemorySweep: {
        name: 'cancel',
        examples: ['headroom memory-sweeps cancel 01JD2V8Q6Y0000000000000000 --project shop'],
      },
    },
    context,
    done,
  );

const sweepExamples = `
Examples:
  headroom memory-sweeps list --project shop
  headroom memory-sweeps show 01JD2V8Q6Y0000000000000000 --project shop`;
