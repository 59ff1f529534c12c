import { type Command, InvalidArgumentError, Option } from 'commander';
import { z } from 'zod';
import type { Route } from '../../contracts/route.ts';
import { flagOf } from './names.ts';

/** Both are for machines: the pages of a list are followed, up to `--limit`. */
const paging: readonly string[] = ['cursor', 'limit'];
/** More cannot be read in a help; what they are, the refusal says. */
const mostChoices = 12;

/** An option for each field of an operation's query, refused by its schema before anything is sent. */
export function withQueryOptions(command: Command, { query }: Pick<Route, 'query'>, except?: string): Command {
  const fields = Object.entries(query?.shape ?? {}).filter(([name]) => !paging.includes(name) && name !== except);
  for (const [name, schema] of fields) {
    const { choices } = described(schema);
    const option = new Option(`--${flagOf(name)} <${placeholderOf(name, choices)}>`, textOf(name, schema));
    if (choices !== undefined && choices.length <= mostChoices) option.choices(choices);
    else option.argParser(parsedBy(schema));
    if (!z.safeParse(schema, undefined).success) option.makeOptionMandatory();
    command.addOption(option);
  }
  return command;
}

/** The one field that a command is about. */
export function withQueryArgument(command: Command, { query }: Pick<Route, 'query'>, name: string): Command {
  const schema = query?.shape[name];
  if (schema === undefined) throw new TypeError(`The query has no field ${name}.`);
  return command.argument(`<${flagOf(name)}>`, textOf(name, schema), parsedBy(schema));
}

interface Described {
  description: string | undefined;
  choices: string[] | undefined;
}

/** Of a schema, or of what it wraps. A JSON Schema would say it too, and take longer than the command. */
function described(schema: z.core.$ZodType): Described {
  const { description } = z.globalRegistry.get(schema) ?? {};
  const inner = innerOf(schema);
  if (inner !== undefined) {
    const within = described(inner);
    return { description: description ?? within.description, choices: within.choices };
  }
  return { description, choices: schema instanceof z.ZodEnum ? schema.options.map(String) : undefined };
}

function innerOf(schema: z.core.$ZodType): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodOptional) return schema.def.innerType;
  return schema instanceof z.ZodPipe ? schema.def.out : undefined;
}

const placeholderOf = (name: string, choices: string[] | undefined): string => {
  if (choices !== undefined) return name === 'sort' ? 'order' : name.toLowerCase();
  if (/^(?:from|to)$/.test(name)) return 'time';
  return /^(?:minutes|days|horizon)$/.test(name) ? 'n' : 'text';
};

/** Of fields that the API leaves unsaid, since their names say it. */
const plainMeanings: Readonly<Record<string, string>> = {
  minutes: 'how far back to look',
  format: 'of the report',
  project: 'only of this project',
  status: 'only of this status',
  severity: 'only of this severity',
  type: 'only of this type',
  queue: 'only of this queue',
};

function textOf(name: string, schema: z.core.$ZodType): string {
  const { data: usual } = z.safeParse(schema, undefined);
  const text = (described(schema).description ?? plainMeanings[name] ?? '').replace(/^Default: /, 'by default ');
  const plain = text.charAt(0).toLowerCase() + text.slice(1);
  const times = /^(?:from|to)$/.test(name) ? 'a time such as 2026-01-31T02:00:00Z; ' : '';
  return `${times}${plain}${usual === undefined ? '' : ` (${String(usual)} by default)`}`;
}

const parsedBy =
  (schema: z.core.$ZodType) =>
  (text: string): string => {
    const { error } = z.safeParse(schema, text);
    if (error === undefined) return text;
    const [issue] = error.issues;
    throw new InvalidArgumentError(`It ${issue?.message.replace(/^Invalid/, 'is an invalid') ?? 'is wrong'}.`);
  };

/** The query that the options came to. */
export const queryOf = ({ query }: Pick<Route, 'query'>, flags: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.keys(query?.shape ?? {})
      .filter((name) => !paging.includes(name) && flags[name] !== undefined)
      .map((name) => [name, flags[name]]),
  );
