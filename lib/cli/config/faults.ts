import type { z } from 'zod';
import { configFile } from '../../contracts/config/file.ts';
import { configOptions } from '../../contracts/config/options.ts';
import { nearest } from '../../contracts/nearest.ts';

export interface ConfigFault {
  keys: readonly PropertyKey[];
  text: string;
}

/** What is wrong with a file, in words: each unknown key with the nearest one that there is, each wrong value with what it must be. */
export function faultsOf(issues: readonly z.core.$ZodIssue[], values: unknown): ConfigFault[] {
  return issues.flatMap((issue): ConfigFault[] => {
    const { path } = issue;
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        keys: [...path, key],
        text: `there is no option ${[...path, key].join('.')}${meant(key, path)}`,
      }));
    }
    const value = path.reduce<unknown>((at, key) => (at as Record<PropertyKey, unknown> | undefined)?.[key], values);
    return [{ keys: path, text: `${path.join('.') || 'the file'} ${wordsOf(issue, value)}` }];
  });
}

/** Variables that read as those of an option, and are of none. */
export function faultsOfVariables(environment: NodeJS.ProcessEnv): string[] {
  const known = configOptions.map(({ variable }) => variable);
  return Object.keys(environment)
    .filter((name) => /^HEADROOM_(START|DEPLOY|CHECK|LOADTEST)_/.test(name) && !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return `there is no variable ${name}${near === undefined ? '' : `: did you mean ${near}?`}`;
    });
}

function meant(key: string, path: readonly PropertyKey[]): string {
  const [section] = path;
  const here =
    section === undefined
      ? Object.keys(configFile.shape)
      : configOptions.filter((each) => each.section === section).map(({ name }) => name);
  const near = nearest(key, here);
  if (near !== undefined) return `: did you mean ${[...path, near].join('.')}?`;
  // In another section, or by the name of its flag.
  const elsewhere =
    configOptions.find(({ name, flag }) => name === key || flag === `--${key}`) ??
    configOptions.find(({ name }) => nearest(key, [name]) !== undefined);
  if (elsewhere !== undefined) return `: did you mean ${elsewhere.key}?`;
  return `; there are ${here.join(', ')}`;
}

const kinds: Readonly<Record<string, string>> = {
  int: 'a whole number',
  object: 'options, each with its value',
  array: 'a list',
};

function wordsOf(issue: z.core.$ZodIssue, value: unknown): string {
  const { message } = issue;
  if (issue.code === 'invalid_value') {
    const choices = issue.values.map(String);
    const near = typeof value === 'string' ? nearest(value, choices) : undefined;
    return `must be one of ${choices.join(', ')}${near === undefined ? '' : `: did you mean ${near}?`}`;
  }
  if (issue.code === 'invalid_union') {
    const [first] = issue.errors.flat().filter((each) => each.code !== 'invalid_type');
    return first === undefined ? 'is of the wrong kind' : first.message;
  }
  if (issue.code === 'invalid_type') return `must be ${kinds[issue.expected] ?? `a ${issue.expected}`}`;
  if (issue.code === 'too_small') return `must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}`;
  if (issue.code === 'too_big') return `must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}`;
  return /^must|^is|^means/.test(message) ? message : `is wrong: ${message}`;
}
