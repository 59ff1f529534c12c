import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import { scenario } from '../contracts/load-scenario.ts';
import { scenarioNameOf } from '../contracts/scenario-name.ts';
import type { CliContext } from './context.ts';
import { CliError } from './failure.ts';
import { collect } from './options.ts';

export interface ScenarioFlags {
  path?: string;
  method?: string;
  header?: [name: string, value: string][];
  body?: string;
  scenarios?: string;
}

export type ScenarioInput = z.input<typeof scenario>;

export const withScenarios = (command: Command): Command =>
  command
    .option('--path <path>', 'the path to ask for, with its query; {{random(1,100)}} is filled in anew each time')
    .option('--method <method>', 'GET by default, POST with --body', (text) => text.toUpperCase())
    .option('--header <name:value>', 'a header; may be given several times', collect(parseHeader))
    .option('--body <text>', 'the body; JSON is sent as JSON')
    .option('--scenarios <file>', 'a JSON file with a list of scenarios, in place of the four above');

function parseHeader(text: string): [string, string] {
  const [, name, value] = /^([^:\s]+):\s*(.*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new InvalidArgumentError("It must read like 'name: value'.");
  return [name, value];
}

/** @returns undefined when no flag speaks of scenarios */
export async function scenariosOf(
  flags: ScenarioFlags,
  { workingDirectory }: CliContext,
  defaultPath?: string,
): Promise<ScenarioInput[] | undefined> {
  const { path, method, header, body, scenarios: file } = flags;
  const single = [path, method, header, body].some((flag) => flag !== undefined);
  if (file !== undefined) {
    if (single) throw new CliError('Give either --scenarios, or --path, --method, --header and --body.');
    return readScenarios(resolve(workingDirectory, file), file);
  }
  if (!single && defaultPath === undefined) return undefined;
  const asked = { method: method ?? (body === undefined ? 'GET' : 'POST'), path: path ?? defaultPath ?? '/' };
  const one = {
    name: scenarioNameOf(asked),
    ...asked,
    ...(header === undefined ? {} : { headers: Object.fromEntries(header) }),
    ...(body === undefined ? {} : { body: jsonOr(body) }),
  };
  return [checked(scenario, one, 'The scenario')];
}

async function readScenarios(path: string, shown: string): Promise<ScenarioInput[]> {
  let content: unknown;
  try {
    content = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new CliError(`The scenarios cannot be read from ${shown}: ${(cause as Error).message}.`, { cause });
  }
  const list = typeof content === 'object' && content !== null && 'scenarios' in content ? content.scenarios : content;
  return checked(z.array(scenario).min(1), list, `The file ${shown}`);
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown, what: string): z.input<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return value as z.input<Schema>;
  const faults = result.error.issues.map(({ path, message }) => [path.join('.'), message].filter(Boolean).join(': '));
  throw new CliError(`${what} is not valid: ${faults.join('; ')}.`);
}

const jsonOr = (text: string): ScenarioInput['body'] => {
  if (!/^\s*[{[]/.test(text)) return text;
  try {
    return JSON.parse(text) as ScenarioInput['body'];
  } catch {
    // A template that is no JSON before it is filled in.
    return text;
  }
};
