import { Command, Option } from 'commander';
import { type AlertSeverity, alertSeverities } from '../../contracts/alerts.ts';
import { type Channel, type ChannelKind, channelKinds } from '../../contracts/channels.ts';
import type { OperationRequest } from '../../contracts/routes.ts';
import { type ConnectionFlags, connect, connectTo } from '../connection.ts';
import type { CliContext } from '../context.ts';
import { CliError, type ExitCode, exitCodes } from '../failure.ts';
import { fileContent } from '../json-or-yaml.ts';
import { withKeptChannels } from '../kept/alerts.ts';
import { collect, parseProject, withConnection } from '../options.ts';
import { channelLines } from './report.ts';

type Done = (code: ExitCode) => void;
type Settings = OperationRequest<'putChannel'>['body'];

interface Flags extends ConnectionFlags {
  url?: string;
  json?: true;
}

interface AddFlags extends Flags {
  kind?: ChannelKind;
  to?: string;
  secretEnv?: string;
  minSeverity?: AlertSeverity;
  for?: string[];
  file?: string;
}

export function channelsCommand(context: CliContext, done: Done): Command {
  const named = (name: string, summary: string, options?: { urlIsTarget: true }) =>
    withConnection(new Command(name).summary(summary).argument('<id>'), options);
  const command = new Command('channels')
    .summary('whom alerts are told: list, add, test, remove')
    .description('Shows, makes, tries and removes the channels that alerts are told through.')
    .addCommand(
      withConnection(new Command('list').summary('list the channels, without their secrets')).action(
        async (flags: Flags) => done(await list(flags, context)),
      ),
    )
    .addCommand(
      // Whoever gives a channel's address as `--url` shall not send Headroom's key there.
      named('add', 'make a channel, or change it', { urlIsTarget: true })
        .addOption(new Option('--kind <kind>', 'what it is').choices(channelKinds))
        .option('--to <address>', 'the address, the topic’s ARN or the event bus')
        .option('--url <address>', 'the same')
        .option('--secret-env <variable>', 'the environment variable that holds the address, key or secret')
        .addOption(new Option('--min-severity <severity>', 'only these and graver').choices(alertSeverities))
        .option('--for <project>', 'only of this project; may be given several times', collect(parseProject))
        .option('--file <file>', 'its settings, as JSON or YAML, in place of the options')
        .action(async (id: string, flags: AddFlags) => done(await add(id, flags, context))),
    )
    .addCommand(
      named('test', 'send a notification that says that it is a test; exits with 1 where it was not taken').action(
        async (id: string, flags: Flags) => done(await test(id, flags, context)),
      ),
    )
    .addCommand(
      named('remove', 'remove a channel, with its secrets').action(async (id: string, flags: Flags) =>
        done(await remove(id, flags, context)),
      ),
    );
  return withKeptChannels(command, context, done);
}

async function list(flags: Flags, context: CliContext): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  const channels: Channel[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.call('listChannels', { query: cursor === undefined ? {} : { cursor } });
    channels.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const { terminal } = context;
  if (flags.json) terminal.out(JSON.stringify(channels, null, 2));
  else for (const line of channelLines(channels, terminal)) terminal.out(line);
  return exitCodes.ok;
}

async function add(id: string, flags: AddFlags, context: CliContext): Promise<ExitCode> {
  const { file } = flags;
  const body =
    file === undefined ? settingsOf(flags, context) : (fileContent(file, context.workingDirectory) as Settings);
  const { client } = connect(flags, context);
  const channel = await client.call('putChannel', { params: { channelId: id }, body });
  if (flags.json) context.terminal.out(JSON.stringify(channel, null, 2));
  else for (const line of channelLines([channel], context.terminal)) context.terminal.out(line);
  return exitCodes.ok;
}

/** Which settings `--to` and the secret stand for. The platform says what is wrong with them. */
const fields: Record<ChannelKind, { to?: string; secret?: string }> = {
  sns: { to: 'topicArn' },
  slack: { to: 'url', secret: 'url' },
  teams: { to: 'url', secret: 'url' },
  pagerduty: { to: 'url', secret: 'routingKey' },
  webhook: { to: 'url', secret: 'secret' },
  eventbridge: { to: 'eventBus' },
};

function settingsOf(flags: AddFlags, context: CliContext): Settings {
  const { kind, url, to = url, secretEnv, minSeverity, for: projects } = flags;
  if (kind === undefined) throw new CliError('A channel needs --kind, or --file.');
  const { to: place, secret: hidden } = fields[kind];
  if (secretEnv !== undefined && hidden === undefined)
    throw new CliError(`A channel of the kind ${kind} has no secret.`);
  const secret = secretEnv === undefined ? undefined : context.environment[secretEnv];
  if (secretEnv !== undefined && !secret) throw new CliError(`The environment variable ${secretEnv} is not set.`);
  return {
    kind,
    ...(to === undefined || place === undefined ? {} : { [place]: to }),
    ...(secret === undefined || hidden === undefined ? {} : { [hidden]: secret }),
    ...(minSeverity === undefined ? {} : { minSeverity }),
    ...(projects === undefined ? {} : { projects }),
  } as Settings;
}

async function test(id: string, flags: Flags, context: CliContext): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  const result = await client.call('testChannel', { params: { channelId: id } });
  const { delivered, detail, durationMs } = result;
  if (flags.json) context.terminal.out(JSON.stringify(result, null, 2));
  else context.terminal.out(`${detail} (${durationMs} ms)`);
  return delivered ? exitCodes.ok : exitCodes.thresholdFailed;
}

async function remove(id: string, flags: Flags, context: CliContext): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  await client.call('deleteChannel', { params: { channelId: id } });
  context.terminal.err(`The channel ${id} was removed.`);
  return exitCodes.ok;
}
