import type { Command } from 'commander';
import { analysisReport } from '../analysis-report.ts';
import type { CliContext } from '../context.ts';
import { answerLines } from '../derived/answer-lines.ts';
import { withRouteCommands } from '../derived/route-commands.ts';
import type { ExitCode } from '../failure.ts';

/** Analyses that there are, and those of templates, which need no service that runs. */
export const withKeptAnalyses = (command: Command, context: CliContext, done: (code: ExitCode) => void): Command =>
  withRouteCommands(
    command,
    {
      listAnalyses: { name: 'list', examples: ['headroom analyze list --project shop'] },
      getAnalysis: {
        name: 'show',
        summary: 'show an analysis',
        examples: ['headroom analyze show 01JD2V8Q6Y0000000000000000 --project shop'],
        report: (found, look) =>
          found.status === 'completed' ? analysisReport(found, look) : answerLines(found, look),
      },
      analyseTemplate: {
        name: 'template',
        summary: 'what there is to say about a CloudFormation template before anything of it runs',
        examples: [
          `headroom analyze template --project shop --body '{"stackName":"shop"}'`,
          'jq -Rs "{template: .}" template.yaml | headroom analyze template --project shop --file -',
        ],
      },
    },
    context,
    done,
  );
