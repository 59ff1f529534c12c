import { Command, Option } from 'commander';
import type { PipelineRun } from '../contracts/pipelines.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import { type PipelineKind, pipelineKind, type Schedule } from '../contracts/schedules.ts';
import type { Client } from '../sdk/client.ts';
import { type ConnectionFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { CliError, clause, type ExitCode, exitCodes } from './failure.ts';
import { fileContent } from './json-or-yaml.ts';
import { withConnection, withProject } from './options.ts';
import { scheduleLines } from './schedule-report.ts';

type Done = (code: ExitCode) => void;
type Entry = OperationRequest<'putSchedule'>['body']['entries'][number];

interface ScheduleFlags extends ConnectionFlags {
  url?: string;
  json?: true;
}

interface SetFlags extends ScheduleFlags {
  kind?: PipelineKind;
  cron?: string;
  timeZone?: string;
  file?: string;
  enable?: true;
}

interface RunFlags extends ScheduleFlags {
  wait?: true;
}

const pollMs = 2000;

export function scheduleCommand(context: CliContext, done: Done): Command {
  const named = (name: string, summary: string) =>
    withConnection(withProject(new Command(name).summary(summary).argument('<id>')));
  return new Command('schedule')
    .summary('what runs by itself for a project, and when')
    .description('Shows and changes what runs by itself, and runs it now.')
    .addCommand(
      withConnection(withProject(new Command('list').summary('list the entries, and when each runs next'))).action(
        async (flags: ScheduleFlags) => done(await list(flags, context)),
      ),
    )
    .addCommand(
      named('set', 'make an entry, or change what is given of it')
        .addOption(new Option('--kind <kind>', 'what it runs').choices(pipelineKind.options))
        .option('--cron <expression>', 'minute, hour, day of the month, month, day of the week')
        .option('--time-zone <zone>', 'such as Europe/Berlin; UTC by default')
        .option('--file <file>', 'its settings, as JSON or YAML')
        .option('--enable', 'run it from now on')
        .action(async (id: string, flags: SetFlags) => done(await set(id, flags, context))),
    )
    .addCommand(
      named('enable', 'run an entry from now on').action(async (id: string, flags: ScheduleFlags) =>
        done(await change(id, flags, context, (entry) => ({ ...known(id, entry), enabled: true }))),
      ),
    )
    .addCommand(
      named('disable', 'let an entry rest').action(async (id: string, flags: ScheduleFlags) =>
        done(await change(id, flags, context, (entry) => ({ ...known(id, entry), enabled: false }))),
      ),
    )
    .addCommand(
      named('run', 'run an entry now, whether it is enabled or not')
        .option('--wait', 'until it is over; exits with 1 when a limit broke')
        .action(async (id: string, flags: RunFlags) => done(await run(id, flags, context))),
    )
    .addHelpText('after', examples);
}

const examples = `
Examples:
  headroom schedule list --project shop
  headroom schedule enable daily --project shop
  headroom schedule set nightly --kind daily --cron '30 2 * * *' --time-zone Europe/Berlin --enable
  headroom schedule run weekly --wait`;

async function list(flags: ScheduleFlags, context: CliContext): Promise<ExitCode> {
  const connection = connectTo(flags, context);
  const project = requireProject(connection);
  return shown(await connection.client.call('getSchedule', { params: { project } }), flags, context);
}

const set = (id: string, flags: SetFlags, context: CliContext): Promise<ExitCode> => {
  const { kind, cron, timeZone, file, enable } = flags;
  const settings = file === undefined ? undefined : fileContent(file, context.workingDirectory);
  return change(id, flags, context, (entry) => {
    const base = entry ?? { id, kind: kind ?? needed('--kind'), cron: cron ?? needed('--cron') };
    return {
      ...base,
      ...(kind === undefined ? {} : { kind }),
      ...(cron === undefined ? {} : { cron }),
      ...(timeZone === undefined ? {} : { timeZone }),
      ...(settings === undefined ? {} : { settings: settings as Entry['settings'] }),
      ...(enable === undefined ? {} : { enabled: true }),
    };
  });
};

/** Reads the schedule, changes one entry, and puts it back. */
async function change(
  id: string,
  flags: ScheduleFlags,
  context: CliContext,
  changed: (entry: Entry | undefined) => Entry,
): Promise<ExitCode> {
  const connection = connectTo(flags, context);
  const params = { project: requireProject(connection) };
  const { entries } = await connection.client.call('getSchedule', { params });
  const entry = changed(entries.find((each) => each.id === id));
  const isNew = entries.every((each) => each.id !== id);
  const body = { entries: isNew ? [...entries, entry] : entries.map((each) => (each.id === id ? entry : each)) };
  return shown(await connection.client.call('putSchedule', { params, body }), flags, context);
}

async function run(id: string, flags: RunFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, interrupts } = context;
  const connection = connectTo(flags, context);
  const project = requireProject(connection);
  const accepted = await connection.client.call('startCheck', { params: { project }, body: { schedule: id } });
  if (!flags.wait) {
    terminal.out(flags.json ? JSON.stringify(accepted, null, 2) : `The run ${accepted.checkId} has begun.`);
    return exitCodes.ok;
  }
  const ended = await endOf(connection.client, project, accepted.checkId, interrupts.signal);
  if (flags.json) terminal.out(JSON.stringify(ended, null, 2));
  else {
    for (const { name, status, detail = '' } of ended.steps) terminal.out(`  ${name} ${status}: ${detail}`);
  }
  if (ended.status === 'failed') {
    throw new CliError(`The run ${ended.checkId} failed: ${clause(ended.reason ?? 'no reason was given')}.`);
  }
  return ended.status === 'passed' ? exitCodes.ok : exitCodes.thresholdFailed;
}

async function endOf(client: Client, project: string, checkId: string, signal: AbortSignal): Promise<PipelineRun> {
  const following = client.poll(
    'getCheck',
    { params: { project, checkId } },
    { until: ({ endedAt }) => endedAt !== undefined, intervalMs: pollMs, signal },
  );
  let last: PipelineRun | undefined;
  for await (const answer of following) if (answer.kind === 'pipeline') last = answer;
  if (last === undefined) throw new CliError(`The run ${checkId} was never shown.`);
  return last;
}

function known(id: string, entry: Entry | undefined): Entry {
  if (entry !== undefined) return entry;
  throw new CliError(`There is no entry ${id}.`, { next: '`headroom schedule list` shows those that there are.' });
}

function needed(flag: string): never {
  throw new CliError(`There is no such entry yet, and a new one needs ${flag}.`);
}

function shown(schedule: Schedule, { json }: ScheduleFlags, { terminal }: CliContext): ExitCode {
  if (json) terminal.out(JSON.stringify(schedule, null, 2));
  else for (const line of scheduleLines(schedule, terminal)) terminal.out(line);
  return exitCodes.ok;
}
