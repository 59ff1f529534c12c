import { Command } from 'commander';
import type { LeftOver } from '../../contracts/deployment.ts';
import type { CliContext } from '../context.ts';
import { CliError, type ExitCode, exitCodes } from '../failure.ts';
import { agree, openDeployments } from './deploy.ts';
import { deploymentOf } from './flags.ts';
import type { DeploymentsPort } from './port.ts';
import { sayEvent } from './report.ts';

interface Flags {
  stage?: string;
  yes?: true;
  keepData?: true;
  deleteData?: string;
  json?: true;
}

export function destroyCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return new Command('destroy')
    .summary('take a deployment away from your AWS account')
    .description(
      'Deletes the stack of a stage, and then what it leaves: late logs, alarms of projects, and the tables, if you say so.',
    )
    .option('--stage <name>', 'which deployment of the account (main)')
    .option('--yes', 'do not ask whether to delete the stack; tables are kept all the same')
    .option('--keep-data', 'keep the tables without asking')
    .option('--delete-data <stage>', 'delete the tables with all that is in them; name the stage once more')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(async (flags: Flags) => done(await destroy(flags, context)));
}

const examples = `
Examples:
  headroom destroy --stage lab
  headroom destroy --stage lab --yes --keep-data
  headroom destroy --stage lab --yes --delete-data lab

The data of a stage can be kept as a file before: \`headroom export FILE\`.`;

async function destroy(flags: Flags, context: CliContext): Promise<ExitCode> {
  const { terminal } = context;
  const { stage = 'main' } = deploymentOf(flags);
  if (flags.deleteData !== undefined && flags.deleteData !== stage) {
    throw new CliError(`--delete-data names ${flags.deleteData}, and the stage is ${stage}.`);
  }
  const deployments = await openDeployments(context);
  const { status } = await deployments.stack(stage);
  if (status === undefined) terminal.err(`There is no stack headroom-${stage}; what it may have left is looked for.`);
  else {
    if (!flags.yes) await agree(`Delete the stack headroom-${stage}?`, context, stage);
    await deployments.destroy(stage, sayEvent(terminal)).catch((cause: Error) => {
      throw new CliError(cause.message, { next: 'Delete those by hand, and try again.', cause });
    });
  }
  const { removed, kept } = await clear(deployments, stage, flags, context);
  if (flags.json) {
    terminal.out(JSON.stringify({ stage, removed, kept }, null, 2));
    return exitCodes.ok;
  }
  for (const { kind, name } of removed) terminal.out(`removed  ${kind} ${name}`);
  for (const { kind, name } of kept) terminal.out(`kept     ${kind} ${name}`);
  terminal.out(
    `The stage ${stage} is gone. What CDK uploaded stays in its bucket: \`npx cdk gc\` removes what nobody uses.`,
  );
  return exitCodes.ok;
}

async function clear(deployments: DeploymentsPort, stage: string, flags: Flags, context: CliContext) {
  const found = await deployments.leftOvers(stage);
  const data = found.filter(({ holdsData }) => holdsData);
  const isDataToGo = data.length > 0 && (await mayDelete(data, stage, flags, context));
  const doomed = found.filter(({ holdsData }) => !holdsData || isDataToGo);
  for (const one of doomed) await deployments.remove(one);
  return { removed: doomed, kept: found.filter((one) => !doomed.includes(one)) };
}

async function mayDelete(
  data: readonly LeftOver[],
  stage: string,
  { keepData, deleteData }: Flags,
  { ports }: CliContext,
): Promise<boolean> {
  if (keepData) return false;
  if (deleteData === stage) return true;
  const names = data.map(({ name }) => name).join(', ');
  const answer = await ports.ask(
    `Delete ${names} with everything in them? Type the stage's name, or nothing to keep them: `,
  );
  return answer?.trim() === stage;
}
