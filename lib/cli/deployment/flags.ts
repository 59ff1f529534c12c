import { type Command, InvalidArgumentError } from 'commander';
import { type DeploymentInput, deploymentOptions, parseDeploymentOptions } from '../../contracts/deployment-options.ts';
import { nearest } from '../../contracts/nearest.ts';
import { CliError } from '../failure.ts';
import { collect } from '../options.ts';

export interface DeploymentFlags {
  stage?: string;
  option?: Array<[name: string, value: string]>;
}

/** The options of a deployment: its stage, and any other by its name. */
export const withDeployment = (command: Command): Command =>
  command
    .option('--stage <name>', 'which deployment of the account (main)')
    .option(
      '--option <name=value>',
      'an option of the deployment, as docs/deployment.md lists them',
      collect(parsePair),
    );

function parsePair(text: string): [string, string] {
  const [name = '', value] = text.split(/=(.*)/s);
  if (value === undefined) {
    throw new InvalidArgumentError('It must be name=value, with the name of an option of the deployment.');
  }
  const known = Object.keys(deploymentOptions.in.shape);
  if (!known.includes(name)) {
    const near = nearest(name, known);
    const next = near === undefined ? '; docs/deployment.md lists all' : `: did you mean ${near}?`;
    throw new InvalidArgumentError(`There is no option ${name}${next}`);
  }
  return [name, value];
}

/**
 * What the command line says; a configuration file stands among its pairs.
 * @throws CliError with all that is wrong
 */
export function deploymentOf({ stage, option = [] }: DeploymentFlags): DeploymentInput {
  const options = { ...Object.fromEntries(option), ...(stage === undefined ? {} : { stage }) };
  try {
    parseDeploymentOptions(options);
  } catch (cause) {
    throw new CliError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
  return options;
}
