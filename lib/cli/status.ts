import { Command } from 'commander';
import type { ProjectSummary } from '../contracts/analysis.ts';
import type { Budget } from '../contracts/budgets.ts';
import { decimal } from '../contracts/figures.ts';
import type { FunctionStatus, PlatformStatus, QueueStatus } from '../contracts/status.ts';
import { type Connection, type ConnectionFlags, connectTo } from './connection.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { ms, percentage, perSecond } from './figures.ts';
import { objectiveReport } from './objective-report.ts';
import { withConnection, withProject } from './options.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

interface StatusFlags extends ConnectionFlags {
  url?: string;
  json?: true;
}

export function statusCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('status')
    .summary('the platform’s parts, and every project at a glance')
    .description(
      'Shows the state of the platform’s parts and a line for every project; with --project, its objectives too.',
    );
  return withConnection(withProject(command))
    .addHelpText('after', examples)
    .action(async (flags: StatusFlags) => done(await status(flags, context)));
}

const examples = `
Examples:
  headroom status
  headroom status --project shop --json

Exit codes: 0 every part is up, 1 a part is down, 2 it could not be asked.`;

interface Found {
  apiUrl: string;
  platform: PlatformStatus;
  projects: ProjectSummary[];
  /** Of the one project that was asked for. */
  objectives?: Budget[];
}

async function status(flags: StatusFlags, context: CliContext): Promise<ExitCode> {
  const { terminal } = context;
  const connection = connectTo(flags, context);
  const found = await ask(connection);
  if (flags.json) terminal.out(JSON.stringify(found, null, 2));
  else for (const line of report(found, terminal)) terminal.out(line);
  return found.platform.status === 'up' ? exitCodes.ok : exitCodes.thresholdFailed;
}

async function ask({ client, apiUrl, project }: Connection): Promise<Found> {
  const platform = await client.call('getStatus');
  const names = project === undefined ? await projectNames(client) : [project];
  const projects = await Promise.all(names.map((name) => client.call('getSummary', { params: { project: name } })));
  if (project === undefined) return { apiUrl, platform, projects };
  return { apiUrl, platform, projects, objectives: await client.call('getBudgets', { params: { project } }) };
}

async function projectNames(client: Connection['client']): Promise<string[]> {
  const names: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.call('listProjects', {
      query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) },
    });
    names.push(...page.items.map(({ project }) => project));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return names;
}

const bandColour = { excellent: 'green', good: 'yellow', poor: 'red', 'no-data': 'dim' } as const;

function report({ apiUrl, platform, projects, objectives = [] }: Found, look: Look): string[] {
  const { colours } = look;
  const state = platform.status === 'up' ? colours.green('up') : colours.red('degraded');
  return [
    `Headroom ${platform.version} at ${apiUrl} is ${state}`,
    ...textTable(
      ['left', 'left', 'right', 'left'],
      platform.parts.map(({ name, state: partState, latencyMs, breaker, detail }) => [
        name,
        partState === 'up' ? colours.green('up') : colours.red('down'),
        latencyMs === undefined ? '' : ms(latencyMs),
        colours.dim(
          [breaker === undefined || breaker === 'closed' ? '' : `breaker ${breaker}`, detail]
            .filter(Boolean)
            .join('; '),
        ),
      ]),
    ),
    ...queueTable(platform.queues, look),
    ...functionTable(platform.functions, look),
    ...alertLines(platform, look),
    '',
    ...(projects.length === 0 ? ['No projects yet.'] : projectTable(projects, look)),
    ...(objectives.length === 0 ? [] : ['', ...objectiveReport(objectives, look)]),
  ];
}

/** Those in which something is. */
function queueTable(queues: readonly QueueStatus[], { colours }: Look): string[] {
  const busy = queues.filter(
    ({ waiting = 0, delayed = 0, inFlight = 0, deadLetters }) => waiting + delayed + inFlight + deadLetters > 0,
  );
  if (busy.length === 0) return [];
  const rows = busy.map(({ queue, waiting, delayed, inFlight, oldestAgeSeconds, deadLetters }) => [
    queue,
    ...[waiting, delayed, inFlight].map((count) => String(count ?? '-')),
    oldestAgeSeconds === undefined ? '-' : `${Math.round(oldestAgeSeconds)} s`,
    deadLetters === 0 ? '0' : colours.red(String(deadLetters)),
  ]);
  const head = ['queue', 'waiting', 'delayed', 'in flight', 'oldest', 'dead letters'].map((text) => colours.dim(text));
  return ['', ...textTable(['left', 'right', 'right', 'right', 'right', 'right'], [head, ...rows])];
}

/** Those that failed, or were refused, in the last minutes. */
function functionTable(functions: readonly FunctionStatus[], { colours }: Look): string[] {
  const amiss = functions.filter(({ errors, throttles }) => errors + throttles > 0);
  if (amiss.length === 0) return [];
  const rows = amiss.map(({ name, invocations, errors, throttles, errorRatePercent, avgDurationMs }) => [
    name,
    String(invocations),
    colours.red(`${errors} (${percentage(errorRatePercent)})`),
    String(throttles),
    ms(avgDurationMs),
  ]);
  const head = ['function', 'calls', 'errors', 'refused', 'avg'].map((text) => colours.dim(text));
  return ['', ...textTable(['left', 'right', 'right', 'right', 'right'], [head, ...rows])];
}

function alertLines({ failingChannels, deadNotifications }: PlatformStatus, { colours }: Look): string[] {
  const failing = failingChannels.map(
    ({ channelId, failures, since }) =>
      `The channel ${channelId} fails since ${since.slice(0, 16).replace('T', ' ')} (${failures} times).`,
  );
  const dead =
    deadNotifications === 0 ? [] : [`${deadNotifications} notifications were given up: see /v1/notifications.`];
  return [...failing, ...dead].map((line) => colours.red(line));
}

const heading = ['project', 'state', 'score', 'rate', 'avg', 'p95', 'errors', 'memory'];

const projectTable = (projects: readonly ProjectSummary[], { colours, width }: Look): string[] =>
  textTable(
    heading.map((_, column) => (column < 2 ? 'left' : 'right')),
    [
      heading.map((text) => colours.dim(text)),
      ...projects.map(({ project, status: band, healthScore, keyMetrics: figures }) => [
        project,
        colours[bandColour[band]](band === 'no-data' ? 'no data' : band),
        healthScore === undefined ? '-' : decimal(healthScore),
        perSecond(figures.requestsPerSecond),
        ms(figures.avgResponseTimeMs),
        ms(figures.p95ResponseTimeMs),
        percentage(figures.errorRatePercent),
        figures.memoryUsageMb === undefined ? '-' : `${decimal(figures.memoryUsageMb)} MB`,
      ]),
    ],
    { width, drop: [7, 4], shorten: 0 },
  );
