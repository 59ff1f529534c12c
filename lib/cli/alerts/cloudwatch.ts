import { Command, Option } from 'commander';
import {
  type CloudWatchAlarm,
  type CloudWatchAlarms,
  type CloudWatchAlarmType,
  cloudWatchAlarmTypes,
} from '../../contracts/cloudwatch-alarms.ts';
import { type ConnectionFlags, connectTo, requireProject } from '../connection.ts';
import type { CliContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../failure.ts';
import { wholeNumber, withConnection, withProject } from '../options.ts';
import type { Look } from '../terminal.ts';
import { textTable } from '../text-table.ts';

type Done = (code: ExitCode) => void;

interface Flags extends ConnectionFlags {
  url?: string;
  json?: true;
}

interface SetFlags extends Flags {
  type?: CloudWatchAlarmType[];
  maxQueueAge?: number;
}

export function cloudWatchCommand(context: CliContext, done: Done): Command {
  const named = (name: string, summary: string) => withConnection(withProject(new Command(name).summary(summary)));
  return new Command('cloudwatch')
    .summary('CloudWatch alarms made of thresholds: list, set, remove')
    .description('Makes CloudWatch alarms of a project’s thresholds, on its resources, and keeps them so.')
    .addCommand(
      named('list', 'show them as they are now; exits with 1 where others changed them').action(async (flags: Flags) =>
        done(await list(flags, context)),
      ),
    )
    .addCommand(
      named('set', 'make them, and mend what others changed')
        .addOption(new Option('--type <types...>', 'only alarms of these types').choices(cloudWatchAlarmTypes))
        .option('--max-queue-age <seconds>', 'how old a message of a queue may be', wholeNumber(60, 1_209_600))
        .action(async (flags: SetFlags) => done(await set(flags, context))),
    )
    .addCommand(
      named('remove', 'remove all of them').action(async (flags: Flags) => done(await remove(flags, context))),
    );
}

async function list(flags: Flags, context: CliContext): Promise<ExitCode> {
  const connection = connectTo(flags, context);
  const params = { project: requireProject(connection) };
  return shown(await connection.client.call('getCloudWatchAlarms', { params }), flags, context);
}

async function set({ type, maxQueueAge, ...flags }: SetFlags, context: CliContext): Promise<ExitCode> {
  const connection = connectTo(flags, context);
  const params = { project: requireProject(connection) };
  const body = {
    ...(type === undefined ? {} : { types: type }),
    ...(maxQueueAge === undefined ? {} : { maxQueueAgeSeconds: maxQueueAge }),
  };
  return shown(await connection.client.call('putCloudWatchAlarms', { params, body }), flags, context);
}

async function remove(flags: Flags, context: CliContext): Promise<ExitCode> {
  const connection = connectTo(flags, context);
  const project = requireProject(connection);
  await connection.client.call('deleteCloudWatchAlarms', { params: { project } });
  context.terminal.err(`The CloudWatch alarms of ${project} were removed.`);
  return exitCodes.ok;
}

function shown(found: CloudWatchAlarms, { json }: Flags, { terminal }: CliContext): ExitCode {
  if (json) terminal.out(JSON.stringify(found, null, 2));
  else for (const line of alarmLines(found, terminal)) terminal.out(line);
  return found.alarms.every(({ drift }) => drift === 'none') ? exitCodes.ok : exitCodes.thresholdFailed;
}

function alarmLines({ alarms, elsewhere, costUsdPerMonth }: CloudWatchAlarms, { colours, width }: Look): string[] {
  const rows = alarms.map((alarm) => [
    stateOf(alarm, colours),
    alarm.type ?? '-',
    alarm.resource ?? '-',
    alarm.drift === 'none' ? '' : colours.yellow(alarm.drift),
    colours.dim(alarm.name),
  ]);
  return [
    ...(rows.length === 0 ? ['There are no alarms: the project names no resources that they could be on.'] : []),
    ...textTable(['left', 'left', 'left', 'left', 'left'], rows, { width, drop: [4], shorten: 2 }),
    ...(elsewhere.length === 0 ? [] : [`Of other regions, without alarms: ${elsewhere.join(', ')}.`]),
    colours.dim(`They cost ${costUsdPerMonth.toFixed(2)} USD a month.`),
  ];
}

function stateOf({ state }: CloudWatchAlarm, colours: Look['colours']): string {
  if (state === 'ALARM') return colours.red(state);
  return state === 'OK' ? colours.green(state) : colours.dim(state?.toLowerCase().replace('_', ' ') ?? 'not there');
}
