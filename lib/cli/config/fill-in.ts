import { type Command, InvalidArgumentError, type Option } from 'commander';
import type { ConfigOption } from '../../contracts/config/options.ts';
import { CliError } from '../failure.ts';
import { isCollected } from '../options.ts';
import { deploymentSettings, type EffectiveOption, effectiveOptions, originInWords } from './effective.ts';
import type { ReadConfig } from './read.ts';

/** What nobody needs to give twice: one of these on the command line stands for all. */
const instead: readonly (readonly string[])[] = [
  ['users', 'rate', 'artillery'],
  ['duration', 'artillery'],
  ['rampUp', 'artillery'],
  ['thinkTime', 'artillery'],
  ['http2', 'artillery'],
  ['path', 'scenarios'],
  ['json', 'prometheus'],
];

/**
 * Fills in what the command line does not say: by the environment, else by the file. What commands read of the environment
 * themselves, such as the address of Headroom, the file says in its place.
 * @param environment is added to
 * @throws CliError where something cannot be taken
 */
export function fillIn(command: Command, environment: NodeJS.ProcessEnv, config: ReadConfig | undefined): void {
  fillDeployment(command, deploymentSettings(environment, config));
  for (const effective of effectiveOptions(environment, config)) {
    const { option, origin } = effective;
    if (origin.kind === 'default') continue;
    const flag = flagFor(option, command);
    if (flag !== undefined) fillFlag(command, flag, effective);
    else if (origin.kind === 'file' && isReadAsVariable(option)) {
      environment[option.variable] = textOf(effective, environment);
    }
  }
}

/** `--option name=value` of the commands about a deployment: what is given there comes last, and holds. */
function fillDeployment(command: Command, settings: Readonly<Record<string, unknown>>): void {
  if (!command.options.some(({ long }) => long === '--option')) return;
  const given = command.opts<{ option?: unknown[] }>().option ?? [];
  command.setOptionValueWithSource('option', [...Object.entries(settings), ...given], 'config');
}

const isReadAsVariable = ({ section, flag }: ConfigOption): boolean =>
  section === 'connection' || (section !== 'deployment' && flag === undefined);

/** The command's own option of that name, where the option of the file is about this command. */
function flagFor({ section, flag, command: of }: ConfigOption, command: Command): Option | undefined {
  if (flag === undefined || section === 'connection') return undefined;
  const isAbout = of === undefined || (command.name() === of && command.parent?.parent === null);
  return isAbout ? command.options.find(({ long }) => long === flag) : undefined;
}

function fillFlag(command: Command, flag: Option, { option, value, origin }: EffectiveOption): void {
  const name = flag.attributeName();
  const isSaid = (attribute: string): boolean => command.getOptionValueSource(attribute) === 'cli';
  const others = instead.filter((group) => group.includes(name)).flat();
  if (isSaid(name) || others.some(isSaid)) return;
  try {
    const parsed = parsedValue(flag, value);
    if (parsed !== undefined) command.setOptionValueWithSource(name, parsed, origin.kind === 'file' ? 'config' : 'env');
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    throw new CliError(`${originInWords(origin)}: ${option.key} is wrong. ${error.message}`);
  }
}

function parsedValue(flag: Option, value: unknown): unknown {
  if (flag.isBoolean() || flag.negate) {
    const text = String(value);
    if (text !== 'true' && text !== 'false') throw new InvalidArgumentError('It must be true or false.');
    // A flag that is only ever on is left out where it is off.
    return text === 'true' ? true : flag.negate ? false : undefined;
  }
  const pieces = Array.isArray(value)
    ? value.map(String)
    : flag.variadic || isCollected(flag)
      ? String(value).split(',')
      : [String(value)];
  const parse = flag.parseArg as ((text: string, before: unknown) => unknown) | undefined;
  return pieces.reduce<unknown>(
    (before, piece) => (parse === undefined ? piece : parse(piece.trim(), before)),
    undefined,
  );
}

/** As the environment would say it. */
function textOf({ option, value, origin }: EffectiveOption, environment: NodeJS.ProcessEnv): string {
  const [, name] = option.isSecret ? (/^\$\{(\w+)\}$/.exec(String(value)) ?? []) : [];
  if (name === undefined) return String(value);
  const secret = environment[name];
  if (secret !== undefined && secret !== '') return secret;
  throw new CliError(
    `${originInWords(origin)}: ${option.key} is to be in the environment as ${name}, which is not set.`,
  );
}
