import type { Command } from 'commander';
import { checkReport } from '../check-report.ts';
import type { CliContext } from '../context.ts';
import { answerLines } from '../derived/answer-lines.ts';
import { withRouteCommands } from '../derived/route-commands.ts';
import type { ExitCode } from '../failure.ts';

/** Checks that there are. */
export const withKeptChecks = (command: Command, context: CliContext, done: (code: ExitCode) => void): Command =>
  withRouteCommands(
    command,
    {
      listChecks: { name: 'list', examples: ['headroom check list --project shop'] },
      getCheck: {
        name: 'show',
        summary: 'show a check, or a run of the pipeline',
        examples: ['headroom check show 01JD2V8Q6Y0000000000000000 --project shop'],
        report: (found, look) => (found.kind === 'check' ? checkReport(found, look) : answerLines(found, look)),
      },
      getCheckReport: {
        name: 'report',
        summary: 'write the report of a run of the pipeline',
        examples: ['headroom check report 01JD2V8Q6Y0000000000000000 --project shop --output report.html'],
      },
    },
    context,
    done,
  );
