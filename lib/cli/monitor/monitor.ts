import { Command } from 'commander';
import { type CommandFlags, type Connection, connectTo } from '../connection.ts';
import type { CliContext } from '../context.ts';
import { CliError, type ExitCode, exitCodes } from '../failure.ts';
import { seconds, withConnection, withProject } from '../options.ts';
import { repeatedly } from '../repeatedly.ts';
import { Poller } from './poller.ts';
import { runSession } from './session.ts';
import type { MonitorState } from './state.ts';
import { snapshotOf } from './view.ts';

interface MonitorFlags extends CommandFlags {
  interval: number;
  once?: true;
}

const shortestSeconds = 0.2;
/** Of one that is printed: it is not mended by the next one. API Gateway answers within 30 s. */
const patienceMs = 31_000;

export function monitorCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('monitor')
    .summary('all at a glance, again and again: scores, throughput, cache, alerts, what is running')
    .description(
      'Fills the terminal with scores, throughput, response times, the cache, open alerts and what is running, and keeps\nit up to date. Where there is no terminal, it prints that once.',
    )
    .option('--interval <time>', 'between two looks', seconds, 2)
    .option('--once', 'print it once, and end')
    .addHelpText('after', examples);
  return withConnection(withProject(command)).action(async (flags: MonitorFlags) =>
    done(await monitor(flags, context)),
  );
}

const examples = `
Examples:
  headroom monitor
  headroom monitor --project shop --interval 5s
  headroom monitor --once
  headroom monitor --json | jq .alerts

Keys: q quits, up and down (or 1 to 9) choose a project, r asks anew, ? helps.
With --json it prints a line at each look, until Ctrl-C or with --once.`;

async function monitor(flags: MonitorFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, interrupts, input } = context;
  if (flags.interval < shortestSeconds) throw new CliError(`--interval must be at least ${shortestSeconds} s.`);
  const { screen } = terminal;
  const fills = !flags.json && !flags.once && screen !== undefined && input?.isTTY === true;
  // Where the view fills the terminal, nothing else is written there.
  const quiet = { out: terminal.out, err: terminal.err, colours: terminal.colours, width: terminal.width };
  const connection = connectTo(flags, fills ? { ...context, terminal: { ...quiet, bars: undefined } } : context);
  const intervalMs = flags.interval * 1000;
  const parts = { ...partsOf(connection), intervalMs };
  const pollerOf = (onChange: () => void): Poller => new Poller({ ...parts, onChange });
  if (fills) {
    await runSession({ input, output: screen, context, intervalMs, pollerOf });
    return exitCodes.ok;
  }
  const poller = new Poller({ ...parts, timeoutMs: patienceMs, onChange: () => {} });
  const look = async (): Promise<void> => {
    await poller.refreshWhole();
    const { told } = poller.state;
    // Nothing at all was told: that is no look.
    if (told.platform.value === undefined) throw new CliError(told.platform.error ?? 'Headroom told nothing.');
    const canvas = { colours: terminal.colours, nowMs: Date.now() };
    const lines = flags.json
      ? [JSON.stringify(asJson(poller.state))]
      : snapshotOf(poller.state, terminal.width, canvas);
    for (const line of lines) terminal.out(line);
  };
  if (flags.json && !flags.once) {
    await repeatedly(look, { intervalMs, signal: interrupts.signal, onFailure: terminal.err });
  } else await look();
  poller.stop();
  return exitCodes.ok;
}

const partsOf = ({ client, apiUrl, project }: Connection) => ({ client, apiUrl, project });

/** What was told, by the names of the view; `errors` by the same names. */
function asJson({ apiUrl, chosen, told }: MonitorState): Record<string, unknown> {
  const entries = Object.entries(told);
  const errors = entries.flatMap(([name, { error }]) => (error === undefined ? [] : [[name, error]]));
  return {
    timestamp: new Date().toISOString(),
    apiUrl,
    project: chosen,
    ...Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    errors: Object.fromEntries(errors),
  };
}
