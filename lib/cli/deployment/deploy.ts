import { createInterface } from 'node:readline/promises';
import { Command } from 'commander';
import { costAtRest } from '../../contracts/deployment-cost.ts';
import { type DeploymentInput, parseDeploymentOptions } from '../../contracts/deployment-options.ts';
import type { CliContext } from '../context.ts';
import { CliError, clause, type ExitCode, exitCodes } from '../failure.ts';
import { type DeploymentFlags, deploymentOf, withDeployment } from './flags.ts';
import type { DeploymentsPort } from './port.ts';
import { costLines, findingLines, sayEvent } from './report.ts';

interface Flags extends DeploymentFlags {
  preflight?: true;
  diff?: true;
  yes?: true;
  json?: true;
}

export function deployCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return withDeployment(
    new Command('deploy')
      .summary('deploy the platform to your AWS account')
      .description(
        'Looks whether a deployment would work and what it costs, deploys it, and makes the first admin key.',
      ),
  )
    .option('--preflight', 'only look whether it would work')
    .option('--diff', 'only show what would change')
    .option('--yes', 'do not ask')
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(async (flags: Flags) => done(await deploy(flags, context)));
}

const examples = `
Examples:
  headroom deploy --preflight
  headroom deploy --stage main --option alarmEmail=ops@example.com
  headroom deploy --stage lab --option cacheTier=none --yes

It uses your own AWS credentials and region, as the AWS CLI finds them, and needs
an account where CDK was set up once (\`npx cdk bootstrap\`).`;

async function deploy(flags: Flags, context: CliContext): Promise<ExitCode> {
  const { terminal } = context;
  const options = deploymentOf(flags);
  const deployments = await openDeployments(context);
  const findings = await deployments.preflight(options);
  const isPossible = findings.every(({ verdict }) => verdict !== 'fail');
  if (flags.preflight && flags.json) terminal.out(JSON.stringify(findings, null, 2));
  else for (const line of findingLines(findings, terminal)) terminal[flags.preflight ? 'out' : 'err'](line);
  if (!isPossible) {
    throw new CliError('It would fail.', { next: 'Mend what is marked `fail` above, and try again.' });
  }
  if (flags.preflight) return exitCodes.ok;
  if (flags.diff) return showDiff(deployments, options, context);

  for (const line of costLines('at rest', costAtRest(parseDeploymentOptions({ ...options })), terminal)) {
    terminal.err(line);
  }
  if (!flags.yes) await agree('Deploy it?', context);
  return deployNow(deployments, options, flags, context);
}

async function deployNow(
  deployments: DeploymentsPort,
  options: DeploymentInput,
  flags: Flags,
  { terminal, ports, interrupts }: CliContext,
): Promise<ExitCode> {
  const stage = options.stage ?? 'main';
  const before = await deployments.stack(stage);
  terminal.err('Building and uploading the functions; CloudFormation begins after that.');
  const { outputs, status } = await deployments
    .deploy(options, sayEvent(terminal), interrupts.signal)
    .catch((cause: unknown) => {
      throw new CliError(`It was not deployed: ${clause(messageOf(cause))}.`, {
        next: 'What was there before is as it was.',
        cause,
      });
    });
  const { ApiUrl = '', HistoryTableName = '' } = outputs;
  const isFirst = before.status === undefined;
  const key = isFirst
    ? await ports.createKeyInTable(HistoryTableName, { name: 'first', scope: 'admin' }).catch(() => undefined)
    : undefined;
  if (flags.json) {
    terminal.out(JSON.stringify({ stage, status, url: ApiUrl, apiKey: key?.token, outputs }, null, 2));
    return exitCodes.ok;
  }
  terminal.out(`Headroom answers at ${ApiUrl}`);
  if (key !== undefined) terminal.out(`Your admin key, shown this once: ${key.token}`);
  else if (isFirst) terminal.out(`Make the first key: headroom keys create --admin --table ${HistoryTableName}`);
  terminal.out(`Use it: export HEADROOM_URL=${ApiUrl} HEADROOM_API_KEY=${key === undefined ? 'hr_...' : 'that key'}`);
  return exitCodes.ok;
}

async function showDiff(
  deployments: DeploymentsPort,
  options: DeploymentInput,
  { terminal }: CliContext,
): Promise<ExitCode> {
  const { code, text } = await deployments.diff(options);
  terminal.out(text.trimEnd());
  return code === 0 ? exitCodes.ok : exitCodes.couldNotRun;
}

/** @throws CliError of one sentence, without credentials or a region */
export async function openDeployments({ ports }: CliContext): Promise<DeploymentsPort> {
  const deployments = await ports.deployments();
  try {
    await deployments.caller();
  } catch (cause) {
    throw new CliError(messageOf(cause), { cause });
  }
  return deployments;
}

/** @throws CliError when nobody can be asked, or the answer is another */
export async function agree(question: string, { ports, terminal }: CliContext, wanted = 'yes'): Promise<void> {
  const answer = await ports.ask(`${question} (${wanted}) `);
  if (answer === undefined) {
    throw new CliError('There is nobody to ask.', { next: 'Say --yes to go on without.' });
  }
  if (answer.trim() !== wanted) throw new CliError('Nothing was done.');
  terminal.err('');
}

/** @returns undefined where the input is no terminal */
export async function askOn(
  input: NodeJS.ReadStream,
  output: NodeJS.WriteStream,
  question: string,
): Promise<string | undefined> {
  if (!input.isTTY) return undefined;
  const lines = createInterface({ input, output });
  try {
    return await lines.question(question);
  } finally {
    lines.close();
  }
}

const messageOf = (cause: unknown): string => (cause instanceof Error ? cause.message || cause.name : String(cause));
