import { Command, Option } from 'commander';
import type { z } from 'zod';
import { type Project, type projectResources, projectSettings } from '../contracts/projects.ts';
import { type Client, HeadroomError } from '../sdk/client.ts';
import { type CommandFlags, connectTo } from './connection.ts';
import type { CliContext } from './context.ts';
import { answerLines } from './derived/answer-lines.ts';
import { withRouteCommands } from './derived/route-commands.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { fileContent } from './json-or-yaml.ts';
import { httpAddress, listOf, parseProject, positiveNumber, withConnection } from './options.ts';
import { printAnswer } from './print-answer.ts';
import { requireValid } from './request-faults.ts';
import { textTable } from './text-table.ts';

type Done = (code: ExitCode) => void;
type Settings = z.input<typeof projectSettings>;
type Resources = z.output<typeof projectResources>;

interface RegisterFlags extends CommandFlags {
  baseUrl?: string;
  description?: string;
  environment?: Settings['environment'];
  level?: Settings['level'];
  autoOptimization?: boolean;
  monitoring?: boolean;
  awsBudget?: number;
  stack?: string;
  lambdas?: string[];
  apis?: string[];
  tables?: string[];
  queues?: string[];
  caches?: string[];
  file?: string;
}

export function projectsCommand(context: CliContext, done: Done): Command {
  const command = new Command('projects')
    .summary('the services that Headroom looks after: register, list, show, verify, delete')
    .description('Registers services, shows them, proves who owns their targets, and deletes them.')
    .addHelpText('after', examples)
    .addCommand(registerCommand(context, done));
  return withRouteCommands(
    command,
    {
      listProjects: {
        name: 'list',
        summary: 'list the projects that the key may see',
        examples: ['headroom projects list'],
        report: ({ items }, { colours, width }) =>
          items.length === 0
            ? ['No projects yet: `headroom projects register` makes one.']
            : textTable(
                ['left', 'left', 'left', 'left'],
                [
                  ['project', 'address', 'environment', 'ownership'].map((text) => colours.dim(text)),
                  ...items.map(({ project, baseUrl, environment, verification }) => [
                    project,
                    baseUrl,
                    environment,
                    verification.state,
                  ]),
                ],
                { width, drop: [2], shorten: 1 },
              ),
      },
      getProject: {
        name: 'show',
        summary: 'show a project, and how to prove who owns its target',
        examples: ['headroom projects show shop'],
        projectIsArgument: true,
      },
      verifyProject: {
        name: 'verify',
        summary: 'look again whether the target is proven to be its owner’s; exits with 1 where it is not',
        examples: ['headroom projects verify shop'],
        projectIsArgument: true,
        exitCode: ({ state }) => (state === 'unverified' ? exitCodes.thresholdFailed : exitCodes.ok),
      },
      eraseTelemetry: {
        name: 'erase-telemetry',
        examples: ['headroom projects erase-telemetry shop --yes'],
        projectIsArgument: true,
        loses: 'all that the service has reported would be deleted for good',
      },
      deleteProject: {
        name: 'delete',
        examples: ['headroom projects delete shop --yes'],
        projectIsArgument: true,
        loses: 'the project and its settings would be deleted',
        report: () => ['Deleted. What it measured expires by its retention.'],
      },
    },
    context,
    done,
  );
}

const examples = `
Examples:
  headroom projects register shop --base-url https://shop.example.com
  headroom projects list
  headroom projects show shop --json
  headroom projects verify shop`;

function registerCommand(context: CliContext, done: Done): Command {
  const summary = 'register a service, or change what is given of one';
  const command = new Command('register')
    .summary(summary)
    .description('Registers a service, or changes what is given of one: the rest stays as it is.')
    .argument('<project>', 'its name: 1 to 40 of a-z, 0-9 and -', parseProject)
    .option('--base-url <address>', 'where the service is; a new project needs it', httpAddress)
    .option('--description <text>', 'for people')
    .addOption(new Option('--environment <name>', 'chooses thresholds').choices(['development', 'production']))
    .addOption(
      new Option('--level <level>', 'how bold optimizations may be').choices([
        'conservative',
        'balanced',
        'aggressive',
      ]),
    )
    .option('--auto-optimization', 'let scheduled checks apply what helps')
    .option('--no-auto-optimization', 'let them only plan')
    .option('--monitoring', 'take what the service reports')
    .option('--no-monitoring', 'take nothing of it')
    .option('--aws-budget <usd>', 'what CloudWatch may be asked for on a day', positiveNumber)
    .option('--stack <name>', 'its CloudFormation stack')
    .option('--lambdas <names>', 'its functions, separated by commas; likewise the next four', listOf)
    .option('--apis <names>', 'its API Gateways', listOf)
    .option('--tables <names>', 'its DynamoDB tables', listOf)
    .option('--queues <names>', 'its SQS queues', listOf)
    .option('--caches <names>', 'its ElastiCache caches', listOf)
    .option('--file <file>', 'settings as JSON or YAML; options go before it')
    .addHelpText('after', registerExamples);
  return withConnection(command).action(async (project: string, _: RegisterFlags, self: Command) =>
    done(await register(project, self.optsWithGlobals<RegisterFlags>(), context)),
  );
}

const registerExamples = `
Examples:
  headroom projects register shop --base-url https://shop.example.com --environment production
  headroom projects register shop --lambdas shop-api,shop-orders --tables shop --stack shop
  headroom projects register shop --file shop.yaml`;

async function register(project: string, flags: RegisterFlags, context: CliContext): Promise<ExitCode> {
  const file = flags.file === undefined ? {} : fileContent(flags.file, context.workingDirectory);
  const { client } = connectTo(flags, context);
  const kept = await existing(client, project);
  const body = { ...settingsOf(kept), ...(file as object), ...fieldsOf(flags, kept?.resources ?? {}) };
  requireValid(projectSettings, body, { baseUrl: '--base-url', awsMetricsUsdPerDay: '--aws-budget' });
  const answer = await client.call('putProject', { params: { project }, body: body as Settings });
  return printAnswer(answer, flags, context, (told) => [
    `The project ${project} is ${kept === undefined ? 'registered' : 'changed'}.`,
    ...answerLines(
      told.verification.state === 'unverified' ? told.verification : { baseUrl: told.baseUrl },
      context.terminal,
    ),
  ]);
}

async function existing(client: Client, project: string): Promise<Project | undefined> {
  try {
    return await client.call('getProject', { params: { project } });
  } catch (error) {
    if (error instanceof HeadroomError && error.code === 'not-found') return undefined;
    throw error;
  }
}

/** What of a project is settable. */
function settingsOf(kept: Project | undefined): object {
  if (kept === undefined) return {};
  const { project: _, verification: __, createdAt: ___, updatedAt: ____, ...settings } = kept;
  return settings;
}

function fieldsOf(flags: RegisterFlags, kept: Resources): object {
  const { baseUrl, description, environment, level, autoOptimization, monitoring, awsBudget } = flags;
  const { stack, lambdas, apis, tables, queues, caches } = flags;
  const resources = defined({ stack, lambdas, apis, tables, queues, caches });
  return defined({
    baseUrl,
    description,
    environment,
    level,
    autoOptimization,
    monitoringEnabled: monitoring,
    awsMetricsUsdPerDay: awsBudget,
    resources: Object.keys(resources).length === 0 ? undefined : { ...kept, ...resources },
  });
}

const defined = (fields: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
