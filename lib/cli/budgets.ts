import { Command } from 'commander';
import type { CliContext } from './context.ts';
import { withRouteCommands } from './derived/route-commands.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { objectiveReport } from './objective-report.ts';

export function budgetsCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('budgets')
    .summary('what a project is to keep, and what is left of its error budgets: show, set')
    .description('Shows and sets the objectives of a project, with what is left of their error budgets.')
    .addHelpText('after', examples);
  return withRouteCommands(
    command,
    {
      getBudgets: {
        name: 'show',
        summary: 'show the objectives, and how they are kept; exits with 1 where one is missed',
        examples: ['headroom budgets show --project shop'],
        report: (budgets, look) =>
          budgets.length === 0 ? ['The project has no objectives.'] : objectiveReport(budgets, look),
        exitCode: (budgets) =>
          budgets.some(({ status }) => status === 'missed') ? exitCodes.thresholdFailed : exitCodes.ok,
      },
      putBudgets: {
        name: 'set',
        summary: 'set the objectives, in place of all that there are',
        examples: [
          'headroom budgets set --project shop --file objectives.yaml',
          `headroom budgets set --project shop --body '[{"metric":"responseTimeMs","objective":200,"percentile":95}]'`,
        ],
      },
    },
    context,
    done,
  );
}

const examples = `
Examples:
  headroom budgets show --project shop
  headroom budgets set --project shop --file objectives.yaml

A file holds a list: metric, objective, percentile, windowDays; docs/analysis.md
says which metrics there are.`;
