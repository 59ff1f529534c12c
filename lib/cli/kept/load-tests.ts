import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { answerLines } from '../derived/answer-lines.ts';
import { withRouteCommands } from '../derived/route-commands.ts';
import type { ExitCode } from '../failure.ts';
import { loadReport } from '../load-report.ts';

/** Load tests that there are, and what a project may ask of the fleet. */
export const withKeptLoadTests = (command: Command, context: CliContext, done: (code: ExitCode) => void): Command =>
  withRouteCommands(
    command,
    {
      listLoadTests: { name: 'list', urlIsTarget: true, examples: ['headroom loadtest list --project shop'] },
      getLoadTest: {
        name: 'show',
        summary: 'show a load test',
        urlIsTarget: true,
        examples: ['headroom loadtest show 01JD2V8Q6Y0000000000000000 --project shop'],
        report: (test, look) => [
          `${test.testId} ${look.colours.dim(test.createdAt.slice(0, 16).replace('T', ' '))} ${test.status}${test.reason === undefined ? '' : `: ${test.reason}`}`,
          ...(test.result === undefined ? [] : loadReport(test.result, look)),
        ],
      },
      cancelLoadTest: {
        name: 'cancel',
        urlIsTarget: true,
        examples: ['headroom loadtest cancel 01JD2V8Q6Y0000000000000000 --project shop'],
      },
      getLoadTestReport: {
        name: 'report',
        summary: 'write a load test as a page with plots, as JUnit XML, or as JSON',
        urlIsTarget: true,
        examples: [
          'headroom loadtest report 01JD2V8Q6Y0000000000000000 --project shop --format html --output test.html',
        ],
      },
      estimateLoadTest: {
        name: 'estimate',
        urlIsTarget: true,
        examples: [`headroom loadtest estimate --project shop --body '{"users":50,"durationSeconds":60}'`],
        report: answerLines,
      },
      getLoadQuota: {
        name: 'quota',
        urlIsTarget: true,
        examples: ['headroom loadtest quota --project shop'],
        report: answerLines,
      },
      putLoadQuota: {
        name: 'set-quota',
        urlIsTarget: true,
        examples: [`headroom loadtest set-quota --project shop --body '{"maxUsers":500}'`],
      },
    },
    context,
    done,
  );
