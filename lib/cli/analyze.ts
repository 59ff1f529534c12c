import { Command, Option } from 'commander';
import { type AnalysisDepth, analysisDepth } from '../contracts/analysis.ts';
import { analysisReport } from './analysis-report.ts';
import { type ConnectionFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { runAnalysis } from './follow-analysis.ts';
import { withKeptAnalyses } from './kept/analyses.ts';
import { percentNumber, wholeNumber, withConnection, withProject } from './options.ts';
import { progressOn } from './progress.ts';

interface AnalyzeFlags extends ConnectionFlags {
  url?: string;
  json?: true;
  depth: AnalysisDepth;
  minutes?: number;
  minScore?: number;
}

export function analyzeCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('analyze')
    .summary('what a service does well, what holds it back, and what its history says')
    .description(
      'Analyses what a service reported: quick (score, bottlenecks), standard (also trends, endpoints) or deep (also peaks,\nanomalies, change points, forecasts, capacity, queries and AWS resources; in the background, with progress).',
    );
  withProject(command)
    .addOption(
      new Option('--depth <depth>', 'how thorough')
        .choices(analysisDepth.options)
        .default('quick' satisfies AnalysisDepth),
    )
    .option(
      '--minutes <n>',
      'how far back the score looks: 5 by default, 60 of standard and deep',
      wholeNumber(1, 1440),
    )
    .option('--min-score <score>', 'exit with 1 when the score is below it, or nothing was measured', percentNumber)
    .addHelpText('after', examples)
    .action(async (flags: AnalyzeFlags) => done(await analyze(flags, context)));
  return withKeptAnalyses(withConnection(command), context, done);
}

const examples = `
Examples:
  headroom analyze --project shop
  headroom analyze --project shop --depth deep
  headroom analyze --project shop --depth standard --minutes 30 --min-score 80
  headroom analyze --project shop --depth deep --json | jq '.findings[].issue'

Exit codes: 0 done (and the score is at least --min-score), 1 the score is below
it, 2 it could not be carried out.`;

async function analyze(flags: AnalyzeFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, interrupts } = context;
  const { depth, minutes, minScore } = flags;
  const connection = connectTo(flags, context);
  const project = requireProject(connection);
  const made = await runAnalysis(
    connection.client,
    project,
    { depth, ...(minutes === undefined ? {} : { minutes }) },
    { progress: progressOn(terminal), signal: interrupts.signal },
  );
  if (flags.json) terminal.out(JSON.stringify(made, null, 2));
  else for (const line of analysisReport(made, terminal)) terminal.out(line);
  return minScore !== undefined && (made.performanceScore ?? -1) < minScore ? exitCodes.thresholdFailed : exitCodes.ok;
}
