import type { Argument, Command, Option } from 'commander';
import { isCollected } from '../options.ts';

export interface Candidate {
  readonly value: string;
  readonly description: string;
}

/** What the running platform knows, and what lies on this machine. */
export type Source = 'projects' | 'profiles' | 'files';

export interface Completion {
  readonly candidates: readonly Candidate[];
  /** To be added to them. */
  readonly source?: Source;
  /** Stands before each of what the source gives: `--project=`. */
  readonly prefix: string;
  /** What was given on the line so far, by attribute: `apiUrl`. */
  readonly given: Readonly<Record<string, string>>;
}

/**
 * What may stand at the end of a command line. Follows the tree of commands, so it knows every command and option there is.
 * @param words after the program's name; the last is the one to be completed, and may be empty
 */
export function completionOf(program: Command, words: readonly string[]): Completion {
  const current = words.at(-1) ?? '';
  const { command, operands, pending, used, given } = walk(program, words.slice(0, -1));
  const found = (candidates: readonly Candidate[], source?: Source, prefix = ''): Completion => ({
    candidates: candidates.filter(({ value }) => value.startsWith(current)),
    ...(source === undefined ? {} : { source }),
    prefix,
    given,
  });
  if (pending !== undefined) return found(valuesOf(pending), sourceOf(pending.flags));
  const [, flag, assigned] = /^(--[\w-]+)(=)/.exec(current) ?? [];
  if (flag !== undefined && assigned !== undefined) {
    const option = command.options.find((each) => each.long === flag);
    if (option === undefined) return found([]);
    const values = valuesOf(option).map((each) => ({ ...each, value: `${flag}=${each.value}` }));
    return found(values, sourceOf(option.flags), `${flag}=`);
  }
  if (current.startsWith('-')) return found(optionsOf(command, used));
  const inner = operands === 0 ? command.commands.filter(isShown).map(asCandidate) : [];
  const argument = command.registeredArguments[operands] ?? variadic(command);
  const choices = (argument?.argChoices ?? []).map((value) => ({ value, description: '' }));
  return found([...inner, ...choices], argument === undefined ? undefined : sourceOf(argument.name(), command));
}

interface Walked {
  command: Command;
  operands: number;
  /** An option whose value comes next. */
  pending: Option | undefined;
  used: Set<string>;
  given: Record<string, string>;
}

function walk(program: Command, words: readonly string[]): Walked {
  const at: Walked = { command: program, operands: 0, pending: undefined, used: new Set(), given: {} };
  for (const word of words) {
    const [flag = '', value] = word.startsWith('--') ? word.split(/=(.*)/s) : [word];
    const option = at.command.options.find(({ long, short }) => long === flag || short === flag);
    if (option !== undefined) {
      at.used.add(option.attributeName());
      if (value !== undefined) at.given[option.attributeName()] = value;
      at.pending = option.required && value === undefined ? option : undefined;
    } else if (at.pending !== undefined) {
      at.given[at.pending.attributeName()] = word;
      // Of an option that takes several, more may follow.
      if (!at.pending.variadic) at.pending = undefined;
    } else if (!word.startsWith('-')) {
      const inner = at.operands === 0 ? at.command.commands.find((each) => each.name() === word) : undefined;
      if (inner === undefined) at.operands++;
      else at.command = inner;
    }
  }
  return at;
}

const isShown = (command: Command): boolean => !(command as Command & { _hidden?: boolean })._hidden;
const asCandidate = (command: Command): Candidate => ({ value: command.name(), description: command.summary() });
const variadic = ({ registeredArguments }: Command): Argument | undefined => {
  const last = registeredArguments.at(-1);
  return last?.variadic ? last : undefined;
};

const valuesOf = ({ argChoices = [] }: Option): Candidate[] => argChoices.map((value) => ({ value, description: '' }));

/** By what it is called in the help: `--project <name>`, `[project]`, `<file>`. */
function sourceOf(name: string, command?: Command): Source | undefined {
  if (/(?:^|--)(?:project|namespace)s?\b/.test(name)) return 'projects';
  if (/^profile\b/.test(name) || (name === 'id' && command?.parent?.name() === 'profile')) return 'profiles';
  return /(?:<|^)(?:file|dir)/.test(name) ? 'files' : undefined;
}

function optionsOf(command: Command, used: ReadonlySet<string>): Candidate[] {
  const listed = command.createHelp().visibleOptions(command);
  const isOver = (option: Option): boolean =>
    used.has(option.attributeName()) && !option.variadic && !isCollected(option);
  return listed.flatMap((option) =>
    option.long == null || isOver(option) ? [] : [{ value: option.long, description: option.description }],
  );
}
