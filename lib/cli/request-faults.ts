import type { z } from 'zod';
import { nearest } from '../contracts/nearest.ts';
import { CliError } from './failure.ts';

/** The fields of a request, by their path (`breakCriteria.maxErrorRatePercent`), and the flags that fill them in. */
export type FlagNames = Readonly<Record<string, string>>;

/**
 * Refuses a request as the platform would, before anything is sent, in the words of the command line.
 * @throws CliError that names the flags or fields at fault
 */
export function requireValid(schema: z.ZodType, request: unknown, flags: FlagNames): void {
  const { error } = schema.safeParse(request);
  if (error === undefined) return;
  const faults = error.issues.flatMap((issue) => {
    // Others name what was meant themselves.
    const isPlain = issue.code === 'unrecognized_keys' && issue.message.startsWith('Unrecognized');
    return isPlain ? issue.keys.map((key) => unknownField(key, issue.path, schema)) : [faultOf(issue, request, flags)];
  });
  const sentence = faults.join('; ');
  throw new CliError(sentence.endsWith('?') ? sentence : `${sentence}.`);
}

function faultOf(issue: z.core.$ZodIssue, request: unknown, flags: FlagNames): string {
  const { path, message } = issue;
  const fault = withFlags(message, flags);
  // Of several fields together: the sentence names them itself.
  if (fault.startsWith('give ')) return `G${fault.slice(1)}`;
  if (fault.startsWith('--')) return fault;
  const name = path.join('.');
  const at = flags[name] ?? flags[String(path[0])] ?? name;
  const given = path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown>)?.[key], request);
  if (issue.code === 'invalid_type' && given === undefined) return `${at} is missing`;
  if (at === '') return fault;
  return /^[A-Z]/.test(fault) ? `${at}: ${fault}` : `${at} ${fault}`;
}

function unknownField(key: string, path: readonly PropertyKey[], schema: z.ZodType): string {
  const near = path.length === 0 ? nearest(key, fieldsOf(schema)) : undefined;
  return `there is no field ${[...path, key].join('.')}${near === undefined ? '' : `: did you mean ${near}?`}`;
}

const fieldsOf = (schema: z.ZodType & { shape?: object }): string[] => Object.keys(schema.shape ?? {});

const withFlags = (message: string, flags: FlagNames): string =>
  message.replaceAll(/[A-Za-z]+/g, (word) => (Object.hasOwn(flags, word) ? (flags[word] ?? word) : word));
