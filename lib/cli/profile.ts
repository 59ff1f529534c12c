import { Command } from 'commander';
import type { ProfileInput, ProjectProfile, ShownProfile } from '../contracts/profiles.ts';
import { type ConnectionFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { routeCommand } from './derived/route-command.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { wrapped } from './fit.ts';
import { fileContent } from './json-or-yaml.ts';
import { type OptimizeFlags, optimize } from './optimize.ts';
import { withRunFlags } from './optimize-flags.ts';
import { withConnection, withProject } from './options.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

type Done = (code: ExitCode) => void;

interface ProfileFlags extends ConnectionFlags {
  url?: string;
  json?: true;
}

export function profileCommand(context: CliContext, done: Done): Command {
  return new Command('profile')
    .summary('the rules by which services are optimized, and the targets that are to be reached')
    .description('Shows profiles, makes ones of your own, and puts them in force.')
    .addCommand(
      withConnection(new Command('list').summary('list the profiles')).action(async (flags: ProfileFlags) =>
        done(await list(flags, context)),
      ),
    )
    .addCommand(
      withConnection(
        withProject(
          new Command('get')
            .summary('show a profile; without an id the one of the project, with what its rules come to')
            .argument('[id]'),
        ),
      ).action(async (id: string | undefined, flags: ProfileFlags) => done(await get(id, flags, context))),
    )
    .addCommand(
      withConnection(
        new Command('set')
          .summary('make a profile of your own, or replace it, from a file of JSON or YAML')
          .argument('<id>')
          .requiredOption('--file <file>', 'name, rules and targetMetrics'),
      ).action(async (id: string, flags: ProfileFlags & { file: string }) => done(await set(id, flags, context))),
    )
    .addCommand(applyCommand(context, done))
    .addCommand(
      routeCommand(
        {
          name: 'delete',
          operation: 'deleteProfile',
          summary: 'delete a profile of your own',
          examples: ['headroom profile delete christmas --yes'],
          loses: 'the profile would be deleted',
        },
        context,
        done,
      ),
    )
    .addHelpText('after', examples);
}

const examples = `
Examples:
  headroom profile list
  headroom profile get performance-focused
  headroom profile get performance-focused --json > christmas.json
  headroom profile set christmas --file christmas.yaml
  headroom profile apply christmas --project shop --yes`;

/** It is chosen at once; what it changes in the service is planned, and applied with `--yes`. */
function applyCommand(context: CliContext, done: Done): Command {
  const command = new Command('apply')
    .summary('choose a profile for a project, and put it in force')
    .argument('<id>')
    .option('--dry-run', 'only show what it would change; nothing is chosen either')
    .option('--yes', 'apply what it changes, measured step by step');
  return withConnection(withRunFlags(withProject(command))).action(async (id: string, flags: OptimizeFlags) => {
    if (flags.dryRun !== true) {
      const connection = connectTo(flags, context);
      const project = requireProject(connection);
      await connection.client.call('putProjectProfile', { params: { project }, body: { profileId: id } });
      context.terminal.err(`${project} goes by the profile ${id} now.`);
    }
    done(await optimize(id, flags, context));
  });
}

async function list(flags: ProfileFlags, context: CliContext): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  const profiles: ShownProfile[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.call('listProfiles', { query: cursor === undefined ? {} : { cursor } });
    profiles.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const { colours, width } = context.terminal;
  const rows = profiles.map(({ profileId, builtIn, name, description = '' }) => [
    colours.bold(profileId),
    builtIn ? 'built in' : '',
    description === '' ? name : `${name}: ${description}`,
  ]);
  const lines = textTable(['left', 'left', 'left'], rows, { width, shorten: 2 });
  return shown(profiles, lines, flags, context);
}

async function get(id: string | undefined, flags: ProfileFlags, context: CliContext): Promise<ExitCode> {
  const connection = connectTo(flags, context);
  if (id !== undefined) {
    const told = await connection.client.call('getProfile', { params: { profileId: id } });
    return shown(settable(told), profileLines(told, context.terminal), flags, context);
  }
  const project = requireProject(connection);
  const told = await connection.client.call('getProjectProfile', { params: { project } });
  return shown(told, projectLines(told, context.terminal), flags, context);
}

/** As `profile set` takes it. */
const settable = ({ name, description, rules, targetMetrics }: ShownProfile): ProfileInput => ({
  name,
  ...(description === undefined ? {} : { description }),
  rules,
  targetMetrics,
});

async function set(id: string, flags: ProfileFlags & { file: string }, context: CliContext): Promise<ExitCode> {
  const body = fileContent(flags.file, context.workingDirectory) as ProfileInput;
  const told = await connectTo(flags, context).client.call('putProfile', { params: { profileId: id }, body });
  return shown(told, profileLines(told, context.terminal), flags, context);
}

function profileLines({ profileId, name, description, rules, targetMetrics }: ShownProfile, look: Look): string[] {
  const { colours, width } = look;
  const sections = Object.entries({ ...rules, targetMetrics });
  const rows = sections.flatMap(([section, values]) =>
    Object.entries(values).map(([rule, value]) => [`${section}.${rule}`, String(value)]),
  );
  return [
    `${colours.bold(name)} ${colours.dim(profileId)}`,
    ...(description === undefined ? [] : wrapped(description, width, '  ')),
    ...textTable(['left', 'right'], rows),
  ];
}

function projectLines({ project, profileId, chosenAt, effects, apply }: ProjectProfile, look: Look): string[] {
  const { colours, width } = look;
  const rows = effects.map(({ rule, value, effect }) => [rule, value, effect]);
  return [
    chosenAt === undefined
      ? `${colours.bold(project)} has chosen no profile; ${colours.bold(profileId)} would mean`
      : `${colours.bold(project)} goes by ${colours.bold(profileId)} ${colours.dim(`since ${chosenAt.slice(0, 16)}`)}`,
    ...textTable(['left', 'right', 'left'], rows, { width, shorten: 2 }),
    ...wrapped(`In force with ${apply}`, width),
  ];
}

function shown(answer: unknown, lines: string[], { json }: ProfileFlags, { terminal }: CliContext): ExitCode {
  for (const line of json ? [JSON.stringify(answer, null, 2)] : lines) terminal.out(line);
  return exitCodes.ok;
}
