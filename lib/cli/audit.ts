import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import type { AuditFilter, AuditRecord } from '../contracts/audit.ts';
import { type ConnectionFlags, connectTo } from './connection.ts';
import type { CliContext } from './context.ts';
import { type ExitCode, exitCodes } from './failure.ts';
import { parseProject, wholeNumber, withConnection } from './options.ts';
import { writeOutput } from './output-file.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

interface Flags extends ConnectionFlags, Omit<AuditFilter, 'project'> {
  url?: string;
  json?: true;
}

interface ListFlags extends Flags {
  limit: number;
}

interface ExportFlags extends Flags {
  output?: string;
}

export function auditCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const filtered = (name: string, summary: string): Command =>
    withConnection(
      new Command(name).summary(summary).description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`),
    )
      .option('--project <name>', 'only what concerns it', parseProject)
      .option('--actor <id or name>', 'only what this key, person or part of Headroom did')
      .option('--operation <name>', 'only these, such as revokeKey')
      .option('--from <time>', 'not before this time, such as 2026-01-31', instant)
      .option('--to <time>', 'before this time', instant);
  return new Command('audit')
    .summary('who changed what: list, export')
    .description('Shows the trail of every change. Needs a key with the scope admin.')
    .addCommand(
      filtered('list', 'list changes, the newest first')
        .option('--limit <count>', 'at most so many', wholeNumber(1, 10_000), 50)
        .action(async (flags: ListFlags) => done(await list(flags, context))),
    )
    .addCommand(
      filtered('export', 'write all of them as lines of JSON, the newest first')
        .option('--output <file>', 'into this file, in place of the standard output')
        .action(async (flags: ExportFlags) => done(await exportAll(flags, context))),
    )
    .addHelpText('after', examples);
}

const examples = `
Examples:
  headroom audit list --project shop --from 2026-01-01
  headroom audit list --operation revokeKey --json
  headroom audit export --from 2026-01-01 --to 2026-02-01 --output january.ndjson`;

function instant(text: string): string {
  const time = Date.parse(text);
  if (!Number.isFinite(time)) throw new InvalidArgumentError('It must be a time such as 2026-01-31T02:00:00Z.');
  return new Date(time).toISOString();
}

const filterOf = ({ project, actor, operation, from, to }: Flags): AuditFilter =>
  Object.fromEntries(
    Object.entries({ project, actor, operation, from, to }).filter(([, value]) => value !== undefined),
  );

async function list(flags: ListFlags, context: CliContext): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  const records: AuditRecord[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(200, flags.limit - records.length);
    const query = { ...filterOf(flags), limit, ...(cursor === undefined ? {} : { cursor }) };
    const page = await client.call('listAudit', { query });
    records.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && records.length < flags.limit);
  const { terminal } = context;
  if (flags.json) terminal.out(JSON.stringify(records, null, 2));
  else if (records.length === 0) terminal.err('Nothing was changed.');
  else for (const line of auditTable(records, terminal)) terminal.out(line);
  return exitCodes.ok;
}

const auditTable = (records: readonly AuditRecord[], { colours, width }: Look): string[] =>
  textTable(
    ['left', 'left', 'left', 'left', 'left', 'left'],
    [
      ['at (UTC)', 'by', 'operation', 'projects', 'state', 'resource'].map((text) => colours.dim(text)),
      ...records.map(({ at, actor, operation, projects, state, status, resource }) => [
        at.slice(0, 19).replace('T', ' '),
        actor.name,
        operation,
        projects?.join(', ') ?? '',
        status === undefined ? state : `${state} ${status}`,
        resource,
      ]),
    ],
    { width, drop: [3], shorten: 5 },
  );

async function exportAll(flags: ExportFlags, context: CliContext): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  const { terminal } = context;
  const lines: string[] = [];
  let cursor: string | undefined;
  do {
    const query = { ...filterOf(flags), ...(cursor === undefined ? {} : { cursor }) };
    const { headers, bytes } = await client.exchange('exportAudit', { query });
    const told = new TextDecoder()
      .decode(bytes)
      .split('\n')
      .filter((line) => line !== '');
    if (flags.output === undefined) for (const line of told) terminal.out(line);
    else lines.push(...told);
    cursor = headers.get('headroom-next-cursor') ?? undefined;
  } while (cursor !== undefined);
  if (flags.output !== undefined) {
    await writeOutput(
      resolve(context.workingDirectory, flags.output),
      lines.map((line) => `${line}\n`).join(''),
      'The trail',
    );
    terminal.err(`${lines.length} changes are in ${flags.output}.`);
  }
  return exitCodes.ok;
}
