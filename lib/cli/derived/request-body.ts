import type { Command } from 'commander';
import type { Route } from '../../contracts/route.ts';
import type { CliContext } from '../context.ts';
import { CliError } from '../failure.ts';
import { fileContent, textContent } from '../json-or-yaml.ts';
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
  if (body !== undefined) return textContent(body, 'What --body says');
  return file === undefined ? undefined : fileContent(file, workingDirectory);
}
