import { Command } from 'commander';
import type { Recommendation, RecommendationList } from '../contracts/recommendations.ts';
import { type ConnectionFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { wrapped } from './fit.ts';
import { wholeNumber, withConnection, withProject } from './options.ts';
import type { Look } from './terminal.ts';

interface RecommendationFlags extends ConnectionFlags {
  url?: string;
  json?: true;
  minutes?: number;
}

export function recommendationsCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('recommendations')
    .summary('what to do about a service, the most worthwhile first')
    .description(
      'Lists what to do, with what it rests on: of the newest analysis of the last hour, or of the last minutes.',
    );
  withProject(command)
    .option('--minutes <n>', 'look at the last minutes now, whatever was analysed', wholeNumber(1, 1440))
    .addHelpText('after', examples)
    .action(async (flags: RecommendationFlags) => done(await recommend(flags, context)));
  return withConnection(command);
}

const examples = `
Examples:
  headroom recommendations --project shop
  headroom recommendations --project shop --minutes 30
  headroom recommendations --project shop --json | jq -r '.items[].title'

Exit codes: 0 done, 2 they could not be had.`;

async function recommend(flags: RecommendationFlags, context: CliContext): Promise<ExitCode> {
  const { terminal } = context;
  const { minutes } = flags;
  const connection = connectTo(flags, context);
  const project = requireProject(connection);
  const query = minutes === undefined ? {} : { minutes };
  const list = await connection.client.call('listRecommendations', { params: { project }, query });
  if (flags.json) terminal.out(JSON.stringify(list, null, 2));
  else for (const line of recommendationReport(list, terminal, project)) terminal.out(line);
  return exitCodes.ok;
}

/** @param project to be named in the commands */
export function recommendationReport(
  { items, analysisId, timestamp }: RecommendationList,
  look: Look,
  project?: string,
): string[] {
  const { colours } = look;
  const of = analysisId === undefined ? 'now' : `by the analysis ${analysisId}`;
  const basis = colours.dim(`${of}, ${timestamp.slice(0, 16)}`);
  if (items.length === 0) return [`${colours.bold('Recommendations')} none ${basis}`];
  return [
    `${colours.bold('Recommendations')} ${basis}`,
    ...items.flatMap((item, index) => linesOf(item, index + 1, look, project)),
  ];
}

/** What would apply it, after a look at the plan. */
const applyingCommand = (optimization: string, project: string | undefined): string =>
  `headroom optimize --only ${optimization}${project === undefined ? '' : ` --project ${project}`} --dry-run`;

function linesOf(item: Recommendation, rank: number, { colours, width }: Look, project: string | undefined): string[] {
  const { title, description, kind, impactScore, effortScore } = item;
  const scores = impactScore === undefined ? kind : `impact ${impactScore} of 10, effort ${effortScore ?? '-'}`;
  const [first = '', ...rest] = wrapped(title, width - 20, '', '     ');
  return [
    `  ${rank}. ${colours.bold(first)} ${colours.dim(`(${scores})`)}`,
    ...rest,
    ...wrapped(description, width, '     '),
    ...(item.optimizationId === undefined
      ? []
      : [`     ${colours.dim(applyingCommand(item.optimizationId, project))}`]),
  ];
}
