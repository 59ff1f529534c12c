import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { decimal } from '../contracts/figures.ts';
import type { OperationRequest } from '../contracts/routes.ts';
import type { ImportedScenarios } from '../contracts/scenario-imports.ts';
import { type ConnectionFlags, connectTo, requireProject } from './connection.ts';
import type { CliContext } from './context.ts';
import { CliError, type ExitCode, exitCodes } from './failure.ts';
import { type ImportSource, readImportFile } from './import-file.ts';
import { withConnection, withProject } from './options.ts';
import { writeOutput } from './output-file.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

interface ImportFlags extends ConnectionFlags {
  url?: string;
  json?: true;
  from: ImportSource;
  path?: string;
  format?: 'auto' | 'combined' | 'json';
  asFlow?: true;
  unsafe?: true;
  output?: string;
}

export function scenariosCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const command = new Command('import')
    .summary('make scenarios from an OpenAPI document, a HAR recording or an access log')
    .description(
      'Makes scenarios for `headroom loadtest --scenarios`, and prints them as JSON. What was left out, and why, goes to standard error.',
    )
    .argument('[file]', 'the document; may be left out for openapi: then the target is asked for its own')
    .addOption(
      new Option('--from <source>', 'what the file is').choices(['openapi', 'har', 'access-log']).makeOptionMandatory(),
    )
    .option('--path <path>', 'openapi: where the target has it; by default the usual places are tried')
    .addOption(
      new Option('--format <format>', 'access-log: of its lines; auto by default').choices([
        'auto',
        'combined',
        'json',
      ]),
    )
    .option('--as-flow', 'har: one flow in the order of the recording, with its pauses')
    .option('--unsafe', 'also what changes something, not only GET and HEAD; a recording is taken whole')
    .option('--output <file>', 'write the scenarios there, and print a table of them')
    .addHelpText('after', examples)
    .action(async (file: string | undefined, flags: ImportFlags) => done(await importScenarios(file, flags, context)));
  return new Command('scenarios')
    .summary('scenarios for load tests: import')
    .description('Makes the scenarios that a load test plays.')
    .addCommand(withConnection(withProject(command)));
}

const examples = `
Examples:
  headroom scenarios import --from openapi --project shop --output scenarios.json
  headroom scenarios import --from openapi openapi.yaml --unsafe --project shop
  headroom scenarios import --from har visit.har --as-flow --project shop
  headroom scenarios import --from access-log /var/log/nginx/access.log --project shop --output scenarios.json
  headroom loadtest --project shop --scenarios scenarios.json

Only requests to the project's own address are taken from a recording. Headers with
credentials never become part of a scenario: add them to the file where they are needed.
Exit codes: 0 done, 2 nothing was found to make scenarios from, or it could not be done.`;

type Body = OperationRequest<'importScenarios'>['body'];

async function importScenarios(file: string | undefined, flags: ImportFlags, context: CliContext): Promise<ExitCode> {
  const { terminal, workingDirectory, interrupts } = context;
  const body = await bodyOf(file, flags, context);
  const connection = connectTo(flags, context);
  const project = requireProject(connection);
  const made = await connection.client.call('importScenarios', {
    params: { project },
    body,
    signal: interrupts.signal,
  });
  for (const line of notes(made, terminal)) terminal.err(line);
  if (made.scenarios.length === 0) {
    throw new CliError('There is nothing to make scenarios from.', {
      next:
        made.skipped.length === 0 ? 'The document is empty.' : 'What was found, and why it was left out, stands above.',
    });
  }
  if (flags.output !== undefined) {
    const file = resolve(workingDirectory, flags.output);
    await writeOutput(file, `${JSON.stringify(made.scenarios, null, 2)}\n`, 'The scenarios');
  }
  if (flags.json) terminal.out(JSON.stringify(made, null, 2));
  else if (flags.output === undefined) terminal.out(JSON.stringify(made.scenarios, null, 2));
  else for (const line of table(made, terminal)) terminal.out(line);
  return exitCodes.ok;
}

async function bodyOf(
  file: string | undefined,
  { from, path, format, asFlow, unsafe }: ImportFlags,
  { workingDirectory, terminal }: CliContext,
): Promise<Body> {
  const misplaced = [
    ...(path !== undefined && (from !== 'openapi' || file !== undefined)
      ? ['--path is for an OpenAPI document that the target serves']
      : []),
    ...(format !== undefined && from !== 'access-log' ? ['--format is for an access log'] : []),
    ...(asFlow && from !== 'har' ? ['--as-flow is for a HAR recording'] : []),
  ];
  if (misplaced.length > 0) throw new CliError(`${misplaced.join(', and ')}.`);
  const changes = unsafe ? { includeUnsafe: true } : {};
  if (file === undefined) {
    if (from !== 'openapi') throw new CliError('No file is given.', { next: `Name the ${from} file to read.` });
    return { source: from, ...(path === undefined ? {} : { path }), ...changes };
  }
  const { document, note } = await readImportFile(resolve(workingDirectory, file), file, from);
  if (note !== undefined) terminal.err(note);
  if (from === 'openapi') return { source: from, document, ...changes };
  if (from === 'har') return { source: from, document, ...changes, ...(asFlow ? { asFlow } : {}) };
  return { source: from, document, ...changes, ...(format === undefined ? {} : { format }) };
}

function notes({ skipped, arrivalRate }: ImportedScenarios, { colours, width }: Look): string[] {
  const rows = skipped.map(({ count, reason, example }) => [String(count), reason, colours.dim(example ?? '')]);
  return [
    ...textTable(['right', 'left', 'left'], rows, { width, drop: [2], shorten: 1 }),
    ...(arrivalRate === undefined ? [] : [`In its busiest minute: ${arrivalRate} requests per second (--rate).`]),
  ];
}

function table({ scenarios }: ImportedScenarios, { colours, width }: Look): string[] {
  const weights = scenarios.reduce((sum, { weight }) => sum + weight, 0);
  const rows = scenarios.map(({ name, weight, data, flow }) => [
    `${decimal((weight / weights) * 100)} %`,
    name,
    flow !== undefined ? `${flow.length} requests` : data?.rows !== undefined ? `${data.rows.length} rows of data` : '',
  ]);
  const heading = ['share', 'scenario', ''].map((text) => colours.dim(text));
  return textTable(['right', 'left', 'left'], [heading, ...rows], { width, drop: [2], shorten: 1 });
}
