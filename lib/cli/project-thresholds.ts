import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type Threshold,
  type ThresholdName,
  type ThresholdPreset,
  type Thresholds,
  thresholdNames,
  thresholdPreset,
  thresholdSettings,
} from '../contracts/thresholds.ts';
import { type CommandFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { withRouteCommands } from './derived/route-commands.ts';
import { CliError, type ExitCode } from './failure.ts';
import { collect, withConnection, withProject } from './options.ts';
import { printAnswer } from './print-answer.ts';
import { requireValid } from './request-faults.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

type Done = (code: ExitCode) => void;
type Setting = readonly [name: ThresholdName, threshold: Threshold];

interface SetFlags extends CommandFlags {
  preset?: ThresholdPreset;
  set?: Setting[];
}

export function thresholdsCommand(context: CliContext, done: Done): Command {
  const command = new Command('thresholds')
    .summary('when a project alerts: show, set')
    .description('Shows and changes the thresholds beyond which a project alerts.')
    .addHelpText('after', examples)
    .addCommand(setCommand(context, done));
  return withRouteCommands(
    command,
    {
      getThresholds: {
        name: 'show',
        summary: 'show the thresholds in force',
        examples: ['headroom thresholds show --project shop'],
        report: thresholdLines,
      },
    },
    context,
    done,
  );
}

const examples = `
Examples:
  headroom thresholds show --project shop
  headroom thresholds set --project shop --preset production
  headroom thresholds set --project shop --set slowRequestMs=800:10 --set errorRatePercent=2`;

function setCommand(context: CliContext, done: Done): Command {
  const command = new Command('set')
    .summary('choose a preset and what departs from it; without --preset, what is set is added to what is in force')
    .description('Chooses a preset, and what departs from it. Without --preset, what is not named stays as it is.')
    .addOption(new Option('--preset <name>', 'begin from these').choices(thresholdPreset.options))
    .option(
      '--set <name=value[:minutes]>',
      `${thresholdNames.join(', ')}; held for so many minutes, 5 by default; repeatable`,
      collect(settingOf),
    )
    .addHelpText('after', examples);
  return withConnection(withProject(command)).action(async (flags: SetFlags) => done(await change(flags, context)));
}

/** `slowRequestMs=800:10`. */
function settingOf(text: string): Setting {
  const [, name = '', value, minutes] = /^(\w+)=([\d.]+)(?::(\d+))?$/.exec(text) ?? [];
  if (!(thresholdNames as readonly string[]).includes(name)) {
    throw new InvalidArgumentError(`It must be NAME=VALUE or NAME=VALUE:MINUTES, of ${thresholdNames.join(', ')}.`);
  }
  return [name as ThresholdName, { value: Number(value), forMinutes: Number(minutes ?? 5) }];
}

async function change(flags: SetFlags, context: CliContext): Promise<ExitCode> {
  const { preset, set = [] } = flags;
  if (preset === undefined && set.length === 0) {
    throw new CliError('Nothing says what to change.', { next: 'Give --preset or --set.' });
  }
  const connection = connectTo(flags, context);
  const params = { project: requireProject(connection) };
  const { client } = connection;
  const base = preset === undefined ? await client.call('getThresholds', { params }) : { preset };
  const body = { ...base, ...Object.fromEntries(set) };
  requireValid(thresholdSettings, body, {});
  const answer = await client.call('putThresholds', { params, body });
  return printAnswer(answer, flags, context, (told) => thresholdLines(told, context.terminal));
}

function thresholdLines(thresholds: Thresholds, { colours }: Look): string[] {
  const rows = thresholdNames.map((name) => {
    const { value, forMinutes } = thresholds[name] ?? {};
    return value === undefined ? [name, 'none', ''] : [name, String(value), `for ${forMinutes} min`];
  });
  return [`${colours.bold('Thresholds')} preset ${thresholds.preset}`, ...textTable(['left', 'right', 'left'], rows)];
}
