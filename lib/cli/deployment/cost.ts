import { Command, InvalidArgumentError } from 'commander';
import type { MeasuredUse } from '../../contracts/deployment.ts';
import { costAtRest, costOfMeasured, costOfUse, type Usage } from '../../contracts/deployment-cost.ts';
import { parseDeploymentOptions } from '../../contracts/deployment-options.ts';
import { prices } from '../../contracts/prices.ts';
import type { CliContext } from '../context.ts';
import { CliError, type ExitCode, exitCodes } from '../failure.ts';
import { wholeNumber } from '../options.ts';
import { openDeployments } from './deploy.ts';
import { type DeploymentFlags, deploymentOf, withDeployment } from './flags.ts';
import { costLines } from './report.ts';

interface Flags extends DeploymentFlags {
  requests?: number;
  instances?: number;
  cacheOperations?: number;
  loadTest?: NonNullable<Usage['loadTests']>;
  actual?: true;
  days: number;
  json?: true;
}

export function costCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return withDeployment(
    new Command('cost')
      .summary('what a deployment costs: at rest, for some use, or as it was used')
      .description('Tells what a deployment costs. Needs neither a platform nor credentials, but for --actual.'),
  )
    .option('--requests <number>', 'requests to the API a month: 10e6', parseCount)
    .option('--instances <number>', 'instances of services that report around the clock', parseCount)
    .option('--cache-operations <number>', 'reads and writes of caches over HTTP a month', parseCount)
    .option('--load-test <users,seconds,times>', 'load tests a month: 1000,300,20', parseLoadTests)
    .option('--actual', 'what the deployment was used for, as CloudWatch counted it')
    .option('--days <number>', 'with --actual: of the last so many days', wholeNumber(1, 400), 30)
    .option('--json', 'print the result as JSON')
    .addHelpText('after', examples)
    .action(async (flags: Flags) => done(await tellCost(flags, context)));
}

const examples = `
Examples:
  headroom cost
  headroom cost --option cacheTier=none
  headroom cost --requests 10e6 --instances 20 --load-test 1000,300,20
  headroom cost --actual --stage main --days 7`;

function parseCount(text: string): number {
  const count = Number(text);
  if (text.trim() === '' || !Number.isFinite(count) || count < 0) {
    throw new InvalidArgumentError('It must be a number, as in 10000000 or 10e6.');
  }
  return count;
}

function parseLoadTests(text: string): NonNullable<Usage['loadTests']> {
  const [users = Number.NaN, seconds = Number.NaN, times = 1, ...more] = text.split(',').map(Number);
  if (![users, seconds, times].every((one) => one > 0 && Number.isFinite(one)) || more.length > 0) {
    throw new InvalidArgumentError('It must be users, seconds and times, as in 1000,300,20.');
  }
  return { users, seconds, times };
}

async function tellCost(flags: Flags, context: CliContext): Promise<ExitCode> {
  const { terminal } = context;
  const options = parseDeploymentOptions({ ...deploymentOf(flags) });
  const { requests, instances, cacheOperations, loadTest } = flags;
  const use: Usage = {
    ...(requests === undefined ? {} : { requests }),
    ...(instances === undefined ? {} : { instances }),
    ...(cacheOperations === undefined ? {} : { cacheOperations }),
    ...(loadTest === undefined ? {} : { loadTests: loadTest }),
  };
  const atRest = costAtRest(options);
  const measured = flags.actual ? await measure(options.stage, flags.days, context) : undefined;
  const ofUse = measured === undefined ? costOfUse(use, options) : costOfMeasured(measured, options);
  if (flags.json) {
    const { asOf, region } = prices;
    terminal.out(JSON.stringify({ prices: { asOf, region, currency: 'USD' }, atRest, ofUse, measured }, null, 2));
    return exitCodes.ok;
  }
  if (measured === undefined) for (const line of costLines('at rest', atRest, terminal)) terminal.out(line);
  if (ofUse.length > 0) {
    const title = measured === undefined ? 'for this use' : `as used, ${flags.days} days scaled to a month`;
    for (const line of ['', ...costLines(title, ofUse, terminal)]) terminal.out(line);
  }
  terminal.out(`List prices of ${prices.region}, ${prices.asOf}, without the free tiers of an account.`);
  return exitCodes.ok;
}

async function measure(stage: string, days: number, context: CliContext): Promise<MeasuredUse> {
  const deployments = await openDeployments(context);
  const measured = await deployments.measuredUse(stage, days);
  if (measured === undefined) throw new CliError(`There is no stack headroom-${stage} in this account and region.`);
  return measured;
}
