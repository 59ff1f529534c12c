import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { isNewer, isOlder } from '../../contracts/item-versions.ts';
import type { CliContext } from '../context.ts';
import { CliError, type ExitCode, exitCodes } from '../failure.ts';
import { defaultDataDirectory } from '../runtime-file.ts';
import { textTable } from '../text-table.ts';
import type { DataPlace, DataPort } from './data-port.ts';

interface Flags {
  stage?: string;
  data: string;
  withCache?: true;
  merge?: true;
  check?: true;
  json?: true;
}

/** Where the data is: in a deployment, or in a data directory on this machine. */
const withPlace = (command: Command): Command =>
  command
    .option('--stage <name>', 'of the deployment of this stage, with your own AWS credentials')
    .option(
      '--data <directory>',
      'of a data directory on this machine, where no platform runs now',
      defaultDataDirectory,
    )
    .option('--json', 'print the result as JSON');

export function exportCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return withPlace(
    new Command('export')
      .summary('write all data into a file')
      .description(
        'Writes all data into a file: projects, keys (their hashes), telemetry, load tests, runs, alerts. Made again after it was cut off, it goes on.',
      ),
  )
    .argument('<file>', 'where to: lines of JSON, gzipped')
    .option('--with-cache', 'also what caches hold in DynamoDB')
    .addHelpText('after', exportExamples)
    .action(async (file: string, flags: Flags) => done(await exportTo(file, flags, context)));
}

const exportExamples = `
Examples:
  headroom export headroom.ndjson.gz
  headroom export headroom.ndjson.gz --stage main --with-cache`;

export function restoreCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return withPlace(
    new Command('restore')
      .summary('put the data of a file back')
      .description('Puts the data of an exported file into a deployment, or a data directory, that holds nothing yet.'),
  )
    .argument('<file>', 'what `headroom export` wrote')
    .option('--with-cache', 'also what caches held, where the file has it')
    .option('--merge', 'into one that holds something: what is there stays, what is not there is put')
    .addHelpText('after', restoreExamples)
    .action(async (file: string, flags: Flags) => done(await restoreFrom(file, flags, context)));
}

const restoreExamples = `
Examples:
  headroom restore headroom.ndjson.gz --data .headroom
  headroom restore headroom.ndjson.gz --stage lab`;

export function upgradeCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  return withPlace(
    new Command('upgrade')
      .summary('tell whether data that is there can be read by this version')
      .description(
        'Counts the items of each kind and version. Older ones are brought up when they are read; newer ones need a newer Headroom.',
      ),
  )
    .requiredOption('--check', 'look, and change nothing')
    .addHelpText('after', upgradeExamples)
    .action(async (flags: Flags) => done(await checkUpgrade(flags, context)));
}

const upgradeExamples = `
Examples:
  headroom upgrade --check
  headroom upgrade --check --stage main`;

const placeOf = ({ stage, data, withCache }: Flags, { workingDirectory }: CliContext, create: boolean): DataPlace => ({
  ...(stage === undefined ? { dataDirectory: resolve(workingDirectory, data) } : { stage }),
  withCache: withCache === true,
  create,
});

/** @throws CliError of one sentence */
async function withData<Result>(
  flags: Flags,
  context: CliContext,
  use: (data: DataPort) => Promise<Result>,
  create = false,
): Promise<Result> {
  try {
    const data = await context.ports.openData(placeOf(flags, context, create));
    try {
      return await use(data);
    } finally {
      await data.close();
    }
  } catch (cause) {
    if (context.interrupts.signal.aborted) throw cause;
    throw new CliError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

const sayItems =
  ({ terminal }: CliContext) =>
  (items: number): void =>
    terminal.err(`${items} items`);

async function exportTo(file: string, flags: Flags, context: CliContext): Promise<ExitCode> {
  const { terminal, workingDirectory, interrupts } = context;
  const { items, isResumed } = await withData(flags, context, (data) =>
    data.export(resolve(workingDirectory, file), { onProgress: sayItems(context), signal: interrupts.signal }),
  );
  if (flags.json) terminal.out(JSON.stringify({ file, items, isResumed }));
  else
    terminal.out(
      `${items.history} items${flags.withCache ? `, and ${items.cache} of caches,` : ''} are in ${file}. It holds hashes of keys: keep it safe.`,
    );
  return exitCodes.ok;
}

async function restoreFrom(file: string, flags: Flags, context: CliContext): Promise<ExitCode> {
  const { terminal, workingDirectory, interrupts } = context;
  const path = resolve(workingDirectory, file);
  // Before a data directory is made for it.
  if (!existsSync(path)) throw new CliError(`${file} cannot be read: there is no such file.`);
  const options = { merge: flags.merge === true, onProgress: sayItems(context), signal: interrupts.signal };
  const { items, skipped } = await withData(flags, context, (data) => data.restore(path, options), true);
  if (flags.json) terminal.out(JSON.stringify({ file, items, skipped }));
  else
    terminal.out(
      `${items.history + items.cache - skipped} items were put back${skipped > 0 ? `; ${skipped} were there and stay as they are` : ''}.`,
    );
  return exitCodes.ok;
}

async function checkUpgrade(flags: Flags, context: CliContext): Promise<ExitCode> {
  const { terminal } = context;
  const counts = await withData(flags, context, (data) => data.countVersions());
  const newer = counts.filter(isNewer);
  if (flags.json)
    terminal.out(
      JSON.stringify(
        counts.map((count) => ({ ...count, verdict: verdictOf(count) })),
        null,
        2,
      ),
    );
  else {
    const rows = counts.map((count) => [count.type, String(count.version), String(count.items), verdictOf(count)]);
    const head = ['kind', 'version', 'items', ''].map((text) => terminal.colours.dim(text));
    for (const line of textTable(['left', 'right', 'right', 'left'], [head, ...rows], terminal)) terminal.out(line);
    terminal.out(
      newer.length > 0
        ? 'This Headroom is older than the data: install a newer one.'
        : 'All of it can be read; nothing has to be done.',
    );
  }
  return newer.length > 0 ? exitCodes.thresholdFailed : exitCodes.ok;
}

function verdictOf(count: { type: string; version: number }): string {
  if (isNewer(count)) return 'of a newer Headroom';
  return isOlder(count) ? 'brought up when it is read' : 'newest';
}
