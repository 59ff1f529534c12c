import { type Command, InvalidArgumentError, type Option } from 'commander';
import { projectName } from '../contracts/names.ts';

/** The options by which every command finds its Headroom. */
export function withConnection(command: Command, options: { urlIsTarget?: true } = {}): Command {
  command.option('--api-url <address>', 'the address of Headroom (or HEADROOM_URL; else the one running here)');
  // The short form, where it can mean nothing else.
  if (!options.urlIsTarget) command.option('--url <address>', 'the same');
  return command
    .option('--api-key <key>', 'an API key (or HEADROOM_API_KEY)')
    .option('--json', 'print the result as JSON');
}

export const withProject = (command: Command): Command =>
  command.option('--project <name>', 'the project (or HEADROOM_PROJECT)', parseProject);

export const withTls = (command: Command): Command =>
  command.option('--insecure', 'take any certificate of the target, such as one that it signed itself');

export function parseProject(text: string): string {
  if (!projectName.safeParse(text).success) throw new InvalidArgumentError('It must be 1 to 40 of a-z, 0-9 and -.');
  return text;
}

/** A whole number between two bounds. */
export const wholeNumber =
  (min: number, max: number) =>
  (text: string): number => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isInteger(value) || value < min || value > max) {
      throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
    }
    return value;
  };

export const positiveNumber = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value) || value <= 0) {
    throw new InvalidArgumentError('It must be a number above 0.');
  }
  return value;
};

export const percentNumber = (text: string): number => {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0 && value <= 100)) {
    throw new InvalidArgumentError('It must be a number from 0 to 100 (percent).');
  }
  return value;
};

export function httpAddress(text: string): string {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new InvalidArgumentError('It must be an address that begins with http:// or https://.');
  }
  return text;
}

const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `500ms`, `30s`, `2m`, `1h`, `7d`; a bare number counts in the unit given. @returns milliseconds */
export const duration =
  (bareUnit: 'ms' | 's') =>
  (text: string): number => {
    const [, amount, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)?$/.exec(text.trim()) ?? [];
    const unitMs = unitsMs[unit ?? bareUnit];
    if (amount === undefined || unitMs === undefined) {
      throw new InvalidArgumentError('It must be a duration such as 500ms, 30s, 2m, 1h or 7d.');
    }
    return Number(amount) * unitMs;
  };

export const seconds = (text: string): number => duration('s')(text) / 1000;
export const milliseconds = (text: string): number => Math.round(duration('ms')(text));

/** `a,b`: several in one. */
export const listOf = (text: string): string[] => text.split(',').map((each) => each.trim());

const collecting = new WeakSet<object>();

/** For options that may be given several times. */
export function collect<Value>(parse: (text: string) => Value): (text: string, given?: Value[]) => Value[] {
  const parseNext = (text: string, given: Value[] = []): Value[] => [...given, parse(text)];
  collecting.add(parseNext);
  return parseNext;
}

export const isCollected = ({ parseArg }: Option): boolean => parseArg !== undefined && collecting.has(parseArg);
