import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { cacheNamespace } from '../contracts/cache.ts';
import { cacheTierChoice } from '../contracts/cache-policy.ts';
import { invalidationReport, optimizationReport, statsReport, warmReport } from './cache-report.ts';
import { type CacheFlags, getValue, type SetFlags, setValue } from './cache-values.ts';
import { connectTo } from './connection.ts';
import type { CliContext } from './context.ts';
import { routeCommand } from './derived/route-command.ts';
import { CliError, type ExitCode, exitCodes } from './failure.ts';
import { httpAddress, listOf, seconds, wholeNumber, withConnection, withProject } from './options.ts';

type Done = (code: ExitCode) => void;

/** What has nothing but a namespace, and perhaps keys, to say. */
const inNamespace = (name: string, summary: string): Command =>
  withConnection(
    new Command(name)
      .summary(summary)
      .description(`${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`)
      .argument('<namespace>', 'a project’s name, or name.part', parseNamespace),
  );

export function cacheCommand(context: CliContext, done: Done): Command {
  return new Command('cache')
    .summary('the cache: statistics, values, clearing, warming, policy')
    .description('Looks into a namespace of the cache, and changes it.')
    .addCommand(
      inNamespace('stats', 'show hit rate, sizes, most read keys, savings and cost').action(
        async (namespace: string, flags: CacheFlags) => done(await stats(namespace, flags, context)),
      ),
    )
    .addCommand(
      inNamespace('get', 'print a value, or write it to a file')
        .argument('<key>')
        .option('--output <file>', 'write its bytes there')
        .action(async (namespace: string, key: string, flags: CacheFlags & { output?: string }) =>
          done(await getValue(namespace, key, flags, context)),
        ),
    )
    .addCommand(setCommand(context, done))
    .addCommand(
      inNamespace('delete', 'delete values everywhere')
        .argument('<keys...>')
        .action(async (namespace: string, keys: string[], flags: CacheFlags) =>
          done(await invalidate(namespace, { keys }, flags, context)),
        ),
    )
    .addCommand(
      clearing(inNamespace('clear', 'invalidate all of a namespace, or a part of it')).action(
        async (namespace: string, flags: ClearFlags) => done(await clear(namespace, flags, context)),
      ),
    )
    .addCommand(warmCommand(context, done))
    .addCommand(
      inNamespace('optimize', 'remove what expired left behind, and move entries to where they fit').action(
        async (namespace: string, flags: CacheFlags) => done(await optimize(namespace, flags, context)),
      ),
    )
    .addCommand(policyCommand(context, done))
    .addCommand(
      routeCommand(
        {
          name: 'invalidation',
          operation: 'getCacheInvalidation',
          summary: 'how far an invalidation is that goes on in the background',
          examples: ['headroom cache invalidation shop 01JD2V8Q6Y0000000000000000'],
        },
        context,
        done,
      ),
    )
    .addHelpText('after', examples);
}

/** The same as `cache clear`, for the namespace that is called as the project. */
export function clearCacheCommand(context: CliContext, done: Done): Command {
  const command = new Command('clear-cache')
    .summary('invalidate a namespace of the cache, or a part of it')
    .description('Invalidates a namespace of the cache, or a part of it: the same as `cache clear`.')
    .argument('[namespace]', 'a project’s name, or name.part; the project when left out', parseNamespace);
  return clearing(withConnection(withProject(command))).action(
    async (namespace: string | undefined, flags: ClearFlags) => {
      const meant = namespace ?? connectTo(flags, context).project;
      if (meant === undefined) {
        throw new CliError('No namespace is named.', { next: 'Name one, or give --project or HEADROOM_PROJECT.' });
      }
      done(await clear(meant, flags, context));
    },
  );
}

const examples = `
Examples:
  headroom cache stats shop
  headroom cache set shop greeting 'hello' --ttl 10m --tags texts
  headroom cache get shop greeting
  headroom cache clear shop.pages --pattern '/products/*'
  headroom cache warm shop --file entries.json
  headroom cache policy shop --change '{"defaultTtlSeconds":600}'`;

function parseNamespace(text: string): string {
  if (cacheNamespace.safeParse(text).success) return text;
  throw new InvalidArgumentError('It must be a project’s name, or name.part; each 1 to 40 of a-z, 0-9 and -.');
}

/** Prints an answer as it came, or as people read it. */
function show<Answer>(answer: Answer, { json }: CacheFlags, context: CliContext, report: (answer: Answer) => string[]) {
  const lines = json ? [JSON.stringify(answer, null, 2)] : report(answer);
  for (const line of lines) context.terminal.out(line);
  return exitCodes.ok;
}

async function stats(namespace: string, flags: CacheFlags, context: CliContext): Promise<ExitCode> {
  const answer = await connectTo(flags, context).client.call('getCacheStats', { params: { namespace } });
  return show(answer, flags, context, (told) => statsReport(namespace, told, context.terminal));
}

function setCommand(context: CliContext, done: Done): Command {
  return inNamespace('set', 'store a value: what is written, a file, or standard input')
    .argument('<key>')
    .argument('[value]', 'the value; - for standard input')
    .addOption(new Option('--file <file>', 'store its bytes').argParser(readFile))
    .option('--type <type>', 'its content type (text/plain for what is written here)')
    .option('--ttl <duration>', 'how long it is fresh: 30s, 10m, 2h', seconds)
    .option('--tags <tags>', 'separated by commas', listOf)
    .addOption(new Option('--tier <tier>', 'where it is kept').choices(cacheTierChoice.options))
    .action(async (namespace: string, key: string, value: string | undefined, flags: SetFlags) =>
      done(await setValue(namespace, key, value, flags, context)),
    );
}

interface ClearFlags extends CacheFlags {
  pattern?: string;
  tags?: string[];
  soft?: true;
}

const clearing = (command: Command): Command =>
  command
    .addOption(
      new Option('--pattern <pattern>', 'only keys like this: * is any text, ? any character').conflicts('tags'),
    )
    .option('--tags <tags>', 'only what has one of these, separated by commas', listOf)
    .option('--soft', 'with --pattern or --tags: it may still be served while it is loaded anew');

async function clear(namespace: string, flags: ClearFlags, context: CliContext): Promise<ExitCode> {
  const { pattern, tags, soft = false } = flags;
  if (pattern !== undefined) return invalidate(namespace, { pattern, soft }, flags, context);
  if (tags !== undefined) return invalidate(namespace, { tags, soft }, flags, context);
  if (soft)
    throw new CliError('--soft needs --pattern or --tags.', { next: "To spare everything: --soft --pattern '*'." });
  const answer = await connectTo(flags, context).client.call('clearCache', { params: { namespace } });
  return show(answer, flags, context, invalidationReport);
}

async function invalidate(
  namespace: string,
  body: { keys: string[] } | { pattern: string; soft: boolean } | { tags: string[]; soft: boolean },
  flags: CacheFlags,
  context: CliContext,
): Promise<ExitCode> {
  const answer = await connectTo(flags, context).client.call('invalidateCache', { params: { namespace }, body });
  return show(answer, flags, context, invalidationReport);
}

interface WarmFlags extends CacheFlags {
  urls?: string[];
  file?: Buffer;
  top?: number;
}

function warmCommand(context: CliContext, done: Done): Command {
  return inNamespace('warm', 'fill a namespace before it is asked')
    .addOption(
      new Option(
        '--urls <addresses...>',
        'fetch these, and store each under its address; not where the cache stands beside Redis',
      )
        .argParser((text: string, given: string[] = []) => [...given, httpAddress(text)])
        .conflicts(['file', 'top']),
    )
    .addOption(
      new Option('--file <file>', 'JSON: [{ "key": ..., "value": ..., "ttlSeconds"?, "tags"? }]')
        .argParser(readFile)
        .conflicts('top'),
    )
    .option('--top <n>', 'bring so many of the most read keys into memory', wholeNumber(1, 1_000))
    .action(async (namespace: string, flags: WarmFlags) => done(await warm(namespace, flags, context)));
}

async function warm(namespace: string, flags: WarmFlags, context: CliContext): Promise<ExitCode> {
  const { urls, file, top: fromTopKeys } = flags;
  const entries = file && jsonOf<{ key: string }[]>(file.toString('utf8'), 'The file');
  if (urls === undefined && entries === undefined && fromTopKeys === undefined) {
    throw new CliError('Nothing says what to warm it with.', { next: 'Give --urls, --file or --top.' });
  }
  const answer = await connectTo(flags, context).client.call('warmCache', {
    params: { namespace },
    body: { urls, entries, fromTopKeys },
  });
  show(answer, flags, context, warmReport);
  return answer.failed.length === 0 ? exitCodes.ok : exitCodes.thresholdFailed;
}

async function optimize(namespace: string, flags: CacheFlags, context: CliContext): Promise<ExitCode> {
  const answer = await connectTo(flags, context).client.call('optimizeCache', { params: { namespace } });
  return show(answer, flags, context, optimizationReport);
}

function policyCommand(context: CliContext, done: Done): Command {
  return inNamespace('policy', 'show how a namespace caches, or change it; in force everywhere within 5 s')
    .option('--change <json>', 'members of the policy to replace; the others stay as they are')
    .addOption(
      new Option('--file <file>', 'a whole policy as JSON: what it leaves out is as by default')
        .argParser(readFile)
        .conflicts('change'),
    )
    .action(async (namespace: string, flags: CacheFlags & { change?: string; file?: Buffer }) =>
      done(await policy(namespace, flags, context)),
    );
}

async function policy(
  namespace: string,
  flags: CacheFlags & { change?: string; file?: Buffer },
  context: CliContext,
): Promise<ExitCode> {
  const { client } = connectTo(flags, context);
  const params = { namespace };
  const { change, file } = flags;
  if (file !== undefined)
    await client.call('putCachePolicy', { params, body: jsonOf(file.toString('utf8'), 'The file') });
  else if (change !== undefined) {
    const changed = jsonOf<object>(change, 'What --change says');
    await client.call('putCachePolicy', {
      params,
      body: { ...(await client.call('getCachePolicy', { params })), ...changed },
    });
  }
  const answer = await client.call('getCachePolicy', { params });
  return show(answer, flags, context, (told) => [JSON.stringify(told, null, 2)]);
}

function readFile(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new InvalidArgumentError(`It cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

/** What it is for, the API says: it names each wrong field. */
function jsonOf<Value>(text: string, what: string): Value {
  try {
    return JSON.parse(text) as Value;
  } catch (cause) {
    throw new CliError(`${what} is not JSON.`, { cause });
  }
}
