import type { Command } from 'commander';
import { comparisonReport } from '../comparison-report.ts';
import type { CliContext } from '../context.ts';
import { withRouteCommands } from '../derived/route-commands.ts';
import type { ExitCode } from '../failure.ts';

/** Comparisons that there are. */
export const withKeptComparisons = (command: Command, context: CliContext, done: (code: ExitCode) => void): Command =>
  withRouteCommands(
    command,
    {
      listComparisons: { name: 'list', examples: ['headroom compare list'] },
      getComparison: {
        name: 'show',
        summary: 'show a comparison',
        examples: ['headroom compare show 01JD2V8Q6Y0000000000000000'],
        report: ({ comparisonId, status, reason, result }, look) => [
          `${comparisonId} ${status}${reason === undefined ? '' : `: ${reason}`}`,
          ...(result === undefined ? [] : comparisonReport(result, look)),
        ],
      },
      cancelComparison: { name: 'cancel', examples: ['headroom compare cancel 01JD2V8Q6Y0000000000000000'] },
      getComparisonReport: {
        name: 'report',
        summary: 'write a comparison as a page with plots, or as JSON',
        examples: ['headroom compare report 01JD2V8Q6Y0000000000000000 --output comparison.html'],
      },
    },
    context,
    done,
  );
