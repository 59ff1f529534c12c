import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { parse } from 'yaml';
import type { Route } from '../../contracts/route.ts';
import type { CliContext } from '../context.ts';
import { CliError, clause } from '../failure.ts';
import { requireValid } from '../request-faults.ts';

export interface BodyFlags {
  file?: string;
  body?: string;
}

/** How an operation that takes a body is given one. */
export const withBodyOptions = (command: Command): Command =>
  command
    .option('--file <file>', 'what to send, as JSON or YAML; - for standard input')
    .option('--body <json>', 'the same, written here');

/**
 * @returns undefined when the operation takes none
 * @throws CliError that names what is wrong of it, before anything is sent
 */
export function bodyOf({ body: schema }: Pick<Route, 'body'>, flags: BodyFlags, context: CliContext): unknown {
  if (schema === undefined) return undefined;
  const body = givenBody(flags, context);
  if (body === undefined) {
    if (schema.safeParse({}).success) return {};
    throw new CliError('Nothing says what to send.', { next: 'Give it with --file or --body.' });
  }
  requireValid(schema, body, {});
  return body;
}

function givenBody({ file, body }: BodyFlags, { workingDirectory }: CliContext): unknown {
  if (file !== undefined && body !== undefined) throw new CliError('Give either --file or --body.');
  if (body !== undefined) return parsed(body, 'What --body says');
  return file === undefined ? undefined : fileContent(file, workingDirectory);
}

/** A file of JSON or YAML. @throws CliError when it cannot be read, or is neither */
export function fileContent(file: string, workingDirectory: string): unknown {
  let text: string;
  try {
    text = readFileSync(file === '-' ? 0 : resolve(workingDirectory, file), 'utf8');
  } catch (cause) {
    throw new CliError(`The file ${file} cannot be read: ${clause((cause as Error).message)}.`, { cause });
  }
  return parsed(text, `The file ${file}`);
}

/** YAML takes JSON too. */
function parsed(text: string, what: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    const [why = ''] = (cause as Error).message.split('\n');
    throw new CliError(`${what} is neither JSON nor YAML: ${clause(why.replace(/:$/, ''))}.`, { cause });
  }
}
