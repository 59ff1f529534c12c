import { Command, Option } from 'commander';
import { type AlertSeverity, type AlertType, alertSeverities, alertTypes } from '../../contracts/alerts.ts';
import { type ConnectionFlags, connectTo } from '../connection.ts';
import type { CliContext } from '../context.ts';
import { type ExitCode, exitCodes } from '../failure.ts';
import { withKeptNotifications } from '../kept/alerts.ts';
import { milliseconds, wholeNumber, withConnection, withProject } from '../options.ts';
import { followPages, moreText, mostItems } from '../pages.ts';
import { channelsCommand } from './channels.ts';
import { cloudWatchCommand } from './cloudwatch.ts';
import { alertDetails, alertLines } from './report.ts';

type Done = (code: ExitCode) => void;

interface Flags extends ConnectionFlags {
  url?: string;
  json?: true;
  project?: string;
}

interface ListFlags extends Flags {
  all?: true;
  severity?: AlertSeverity;
  type?: AlertType;
  limit: number;
}

interface SilenceFlags extends Flags {
  type?: AlertType;
  severity?: AlertSeverity;
  subject?: string;
  for: number;
  why: string;
}

const typeOption = () => new Option('--type <type>', 'only of this type').choices(alertTypes);
const severityOption = () => new Option('--severity <severity>', 'only of this severity').choices(alertSeverities);

export function alertsCommand(context: CliContext, done: Done): Command {
  const one = (name: string, summary: string) => withConnection(new Command(name).summary(summary).argument('<id>'));
  const act = (name: 'acknowledge' | 'resolve', summary: string) =>
    one(name, summary)
      .option('--why <text>', 'kept in its history')
      .action(async (id: string, flags: Flags & { why?: string }) => done(await doTo(name, id, flags, context)));
  const command = new Command('alerts')
    .summary('what needs somebody to look, and whom it is told')
    .description('Shows alerts, says what is done about them, and keeps the channels that they are told through.')
    .addCommand(
      withConnection(
        withProject(new Command('list').summary('list the alerts that are not resolved, the newest first')),
      )
        .option('--all', 'those that are resolved, too')
        .addOption(severityOption())
        .addOption(typeOption())
        .option('--limit <count>', 'at most so many', wholeNumber(1, mostItems), 50)
        .action(async (flags: ListFlags) => done(await list(flags, context))),
    )
    .addCommand(
      one('show', 'show an alert').action(async (id: string, flags: Flags) => done(await show(id, flags, context))),
    )
    .addCommand(act('acknowledge', 'say that somebody looks after it'))
    .addCommand(act('resolve', 'close it until its condition was gone once'))
    .addCommand(
      withConnection(withProject(new Command('silence').summary('keep alerts from being told for a time')))
        .addOption(typeOption())
        .addOption(severityOption())
        .option('--subject <pattern>', '`*` stands for any text, `?` for one character')
        .requiredOption('--for <duration>', 'such as 30m or 8h', milliseconds)
        .requiredOption('--why <text>', 'for who finds it')
        .action(async (flags: SilenceFlags) => done(await silence(flags, context))),
    )
    .addCommand(channelsCommand(context, done))
    .addCommand(cloudWatchCommand(context, done))
    .addHelpText('after', examples);
  return withKeptNotifications(command, context, done);
}

const examples = `
Examples:
  headroom alerts list --project shop
  headroom alerts acknowledge 01JD2V8Q6Y0000000000000000 --why 'Looking at it'
  headroom alerts silence --project shop --type slow-requests --for 2h --why 'Migration'
  headroom alerts channels add on-call --kind pagerduty --secret-env PAGERDUTY_KEY --min-severity high
  headroom alerts channels test on-call
  headroom alerts cloudwatch set --project shop --type errors throttles`;

async function list(flags: ListFlags, context: CliContext): Promise<ExitCode> {
  const { client, project } = connectTo(flags, context);
  const { all, severity, type, limit } = flags;
  const query = {
    ...(all ? {} : { resolved: 'false' as const }),
    ...(severity === undefined ? {} : { severity }),
    ...(type === undefined ? {} : { type }),
  };
  const { items, isCut } = await followPages(
    (page) =>
      project === undefined
        ? client.call('listAlerts', { query: { ...query, ...page } })
        : client.call('listProjectAlerts', { params: { project }, query: { ...query, ...page } }),
    limit,
  );
  const { terminal } = context;
  if (flags.json) terminal.out(JSON.stringify(items, null, 2));
  else for (const line of alertLines(items, terminal)) terminal.out(line);
  if (isCut) terminal.err(moreText(items.length));
  return exitCodes.ok;
}

async function show(alertId: string, flags: Flags, context: CliContext): Promise<ExitCode> {
  const alert = await connectTo(flags, context).client.call('getAlert', { params: { alertId } });
  if (flags.json) context.terminal.out(JSON.stringify(alert, null, 2));
  else for (const line of alertDetails(alert, context.terminal)) context.terminal.out(line);
  return exitCodes.ok;
}

async function doTo(
  name: 'acknowledge' | 'resolve',
  alertId: string,
  flags: Flags & { why?: string },
  context: CliContext,
): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  const operation = name === 'acknowledge' ? 'acknowledgeAlert' : 'resolveAlert';
  const body = flags.why === undefined ? {} : { why: flags.why };
  const alert = await client.call(operation, { params: { alertId }, body });
  if (flags.json) context.terminal.out(JSON.stringify(alert, null, 2));
  else context.terminal.out(`${alert.type} ${alert.subject} is ${alert.status}.`);
  return exitCodes.ok;
}

async function silence(flags: SilenceFlags, context: CliContext): Promise<ExitCode> {
  const { client, project } = connectTo(flags, context);
  const { type, severity, subject, for: durationMs, why } = flags;
  const matchers = {
    ...(project === undefined ? {} : { project }),
    ...(type === undefined ? {} : { type }),
    ...(severity === undefined ? {} : { severity }),
    ...(subject === undefined ? {} : { subject }),
  };
  const endsAt = new Date(Date.now() + durationMs).toISOString();
  const made = await client.call('createSilence', { body: { matchers, endsAt, why } });
  if (flags.json) context.terminal.out(JSON.stringify(made, null, 2));
  else context.terminal.out(`Silenced until ${made.endsAt} (${made.silenceId}).`);
  return exitCodes.ok;
}
