import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command } from 'commander';
import type { Route } from '../../contracts/route.ts';
import { type Operation, type OperationAnswer, route } from '../../contracts/routes.ts';
import type { Client } from '../../sdk/client.ts';
import { type CommandFlags, type Connection, connectTo, requireProject } from '../connection.ts';
import type { CliContext } from '../context.ts';
import { CliError, type ExitCode, exitCodes } from '../failure.ts';
import { parseProject, wholeNumber, withConnection, withProject } from '../options.ts';
import { followPages, moreText, mostItems } from '../pages.ts';
import { printAnswer } from '../print-answer.ts';
import type { Look } from '../terminal.ts';
import { answerLines } from './answer-lines.ts';
import { asSummary, flagOf, sentence } from './names.ts';
import { queryOf, withQueryArgument, withQueryOptions } from './query-options.ts';
import { type BodyFlags, bodyOf, withBodyOptions } from './request-body.ts';

/** A command that is an operation of the API, and says so: what it takes and gives follows from the operation's route. */
export interface RouteCommand<Op extends Operation = Operation> {
  readonly name: string;
  readonly operation: Op;
  /** Default: the route's own. */
  readonly summary?: string;
  /** Command lines. */
  readonly examples: readonly string[];
  /** Default: its fields, under each other, or as a table. */
  readonly report?: (answer: OperationAnswer<Op>, look: Look) => readonly string[];
  /** Default: done. */
  readonly exitCode?: (answer: OperationAnswer<Op>) => ExitCode;
  /** What is lost: it needs `--yes`. */
  readonly loses?: string;
  /** The project is what it is about, and stands where other commands have an id. */
  readonly projectIsArgument?: true;
  /** A field of the query that stands as an argument. */
  readonly queryArgument?: string;
  /** `--url` means something else in the command around it. */
  readonly urlIsTarget?: true;
}

interface RouteFlags extends CommandFlags, BodyFlags {
  limit?: number;
  yes?: true;
  output?: string;
}

const defaultLimit = 50;

export function routeCommand<Op extends Operation>(
  spec: RouteCommand<Op>,
  context: CliContext,
  done: (code: ExitCode) => void,
): Command {
  const called = route(spec.operation);
  const summary = spec.summary ?? asSummary(called.summary);
  const command = new Command(spec.name).summary(summary).description(sentence(summary));
  const args = argumentsOf(called, spec);
  for (const name of args) {
    if (name === 'project') command.argument('[project]', 'or --project, or HEADROOM_PROJECT', parseProject);
    else command.argument(`<${flagOf(name)}>`, argumentText(name));
  }
  if (called.params?.shape.project !== undefined) withProject(command);
  if (spec.queryArgument !== undefined) withQueryArgument(command, called, spec.queryArgument);
  withQueryOptions(command, called, spec.queryArgument);
  if (isList(called)) {
    command.option('--limit <n>', `at most so many (${defaultLimit} by default)`, wholeNumber(1, mostItems));
  }
  if (called.body !== undefined) withBodyOptions(command);
  if (spec.loses !== undefined) command.option('--yes', `really: ${spec.loses}`);
  if (!isJson(called)) command.option('--output <file>', 'write it there');
  return withConnection(command, spec.urlIsTarget ? { urlIsTarget: true } : {})
    .addHelpText('after', `\nExamples:\n${spec.examples.map((line) => `  ${line}`).join('\n')}`)
    .action(async (...given: unknown[]) => {
      const self = given.at(-1) as Command;
      const flags: RouteFlags = { ...shared(self.parent, spec), ...self.opts() };
      const values = Object.fromEntries(args.map((name, index) => [name, given[index] as string | undefined]));
      const queried = spec.queryArgument === undefined ? {} : { [spec.queryArgument]: given[args.length] };
      done(await carryOut(spec, called, { values, flags: { ...flags, ...queried } }, context));
    });
}

/** What may stand before the command's name, too: `headroom optimize --project shop list`. */
function shared(parent: Command | null, { urlIsTarget }: Pick<RouteCommand, 'urlIsTarget'>): CommandFlags {
  const { apiUrl, apiKey, project, json, url }: CommandFlags = parent?.opts() ?? {};
  const given = { apiUrl, apiKey, project, json, url: urlIsTarget ? undefined : url };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

interface Given {
  values: Readonly<Record<string, string | undefined>>;
  flags: RouteFlags;
}

async function carryOut<Op extends Operation>(
  spec: RouteCommand<Op>,
  called: Route,
  { values, flags }: Given,
  context: CliContext,
): Promise<ExitCode> {
  if (spec.loses !== undefined && flags.yes !== true) {
    throw new CliError(`Nothing was done: ${spec.loses}.`, { next: 'Say --yes if that is meant.' });
  }
  const body = bodyOf(called, flags, context);
  const connection = connectTo(flags, context);
  const params = paramsOf(called, values, connection);
  const query = queryOf(called, flags as unknown as Record<string, unknown>);
  const { signal } = context.interrupts;
  const request = { params, query, signal, ...(body === undefined ? {} : { body }) };
  if (!isJson(called)) return writeBytes(connection.client, spec.operation, request, flags, context);
  const answer = await answerTo(connection.client, spec.operation, { called, request, flags, context });
  printAnswer(answer as OperationAnswer<Op>, flags, context, (told) =>
    (spec.report ?? answerLines)(told, context.terminal),
  );
  return spec.exitCode?.(answer as OperationAnswer<Op>) ?? exitCodes.ok;
}

type AnyRequest = Record<string, unknown> & { query: Record<string, unknown> };
/** As the table of routes has it; which operation it is, is known only while it runs. */
type AnyCall = (operation: Operation, request: AnyRequest) => Promise<unknown>;

async function answerTo(
  client: Client,
  operation: Operation,
  { called, request, flags, context }: { called: Route; request: AnyRequest; flags: RouteFlags; context: CliContext },
): Promise<unknown> {
  const call = client.call as unknown as AnyCall;
  if (!isList(called)) return call(operation, request);
  const limit = flags.limit ?? defaultLimit;
  const { items, isCut } = await followPages(async (page) => {
    const query = { ...request.query, ...page };
    return (await call(operation, { ...request, query })) as { items: unknown[]; nextCursor?: string };
  }, limit);
  if (isCut) context.terminal.err(moreText(items.length));
  return { items };
}

async function writeBytes(
  client: Client,
  operation: Operation,
  request: AnyRequest,
  { output }: RouteFlags,
  { terminal, workingDirectory }: CliContext,
): Promise<ExitCode> {
  const exchange = client.exchange as unknown as (...given: Parameters<AnyCall>) => Promise<{ bytes: Uint8Array }>;
  const { bytes } = await exchange(operation, request);
  if (output === undefined) terminal.out(Buffer.from(bytes).toString('utf8').replace(/\n$/, ''));
  else await writeFile(resolve(workingDirectory, output), bytes);
  return exitCodes.ok;
}

const argumentsOf = ({ params }: Route, { projectIsArgument }: Pick<RouteCommand, 'projectIsArgument'>): string[] =>
  Object.keys(params?.shape ?? {}).filter((name) => projectIsArgument || name !== 'project');

const argumentText = (name: string): string =>
  name === 'namespace' ? 'a project’s name, or name.part' : 'as the list shows it';

function paramsOf({ params }: Route, values: Given['values'], connection: Connection): Record<string, string> {
  const names = Object.keys(params?.shape ?? {});
  return Object.fromEntries(
    names.map((name) => [name, values[name] ?? (name === 'project' ? requireProject(connection) : '')]),
  );
}

const isList = ({ query }: Route): boolean => query?.shape.cursor !== undefined;

const isJson = ({ answers }: Route): boolean =>
  Object.values(answers).every(({ contentType, encodings }) => contentType === undefined && encodings === undefined);
