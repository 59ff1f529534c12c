import { Command, InvalidArgumentError, Option } from 'commander';
import {
  type ApiKey,
  type CreatedKey,
  type CreateKeyRequest,
  createKeyRequest,
  type Scope,
  scopes,
} from '../contracts/keys.ts';
import { type ConnectionFlags, connectTo } from './connection.ts';
import type { CliContext } from './context.ts';
import { CliError, clause, type ExitCode, exitCodes } from './failure.ts';
import { milliseconds, parseProject, seconds, wholeNumber, withConnection } from './options.ts';
import type { Look } from './terminal.ts';
import { textTable } from './text-table.ts';

interface Flags extends ConnectionFlags {
  url?: string;
  json?: true;
}

interface CreateFlags extends Flags {
  admin?: true;
  scope?: Scope;
  name?: string;
  projects?: string[];
  table?: string;
  expires?: string;
  requestsPerMinute?: number;
}

interface RotateFlags extends Flags {
  grace: number;
}

export function keysCommand(context: CliContext, done: (code: ExitCode) => void): Command {
  const create = withConnection(
    new Command('create').summary(creates).description(`${sentence(creates)} Without --scope it may read.`),
  )
    .addOption(
      new Option('--scope <scope>', 'what it may do; each includes those after it').choices(scopes).conflicts('admin'),
    )
    .option('--admin', 'the same as --scope admin')
    .option('--name <name>', 'what it is for', parseName)
    .option('--projects <names>', 'bind it to these projects, separated by commas', parseProjects)
    .option('--expires <when>', 'take it no more after 90d, 12h, or a date such as 2027-01-31', parseEnd)
    .option(
      '--requests-per-minute <n>',
      'what it may ask of one process, in place of what the deployment says',
      wholeNumber(1, 1_000_000),
    )
    .addOption(
      new Option(
        '--table <name>',
        'write it straight into the table of a deployment, with your own AWS credentials',
      ).conflicts(['apiUrl', 'url', 'apiKey']),
    )
    .addHelpText('after', createExamples)
    .action(async (flags: CreateFlags) => done(await createKey(flags, context)));
  const list = withConnection(new Command('list').summary(lists).description(sentence(lists))).action(
    async (flags: Flags) => done(await listKeys(flags, context)),
  );
  const revoke = withConnection(new Command('revoke').summary(revokes).description(sentence(revokes)))
    .argument('<id>', 'its keyId, as `keys list` shows it')
    .action(async (keyId: string, flags: Flags) => done(await revokeKey(keyId, flags, context)));
  const rotate = withConnection(new Command('rotate').summary(rotates).description(sentence(rotates)))
    .argument('<id>', 'its keyId, as `keys list` shows it')
    .option('--grace <time>', 'so long is the old secret taken too, at most 7d; 0 where it has leaked', seconds, 3_600)
    .action(async (keyId: string, flags: RotateFlags) => done(await rotateKey(keyId, flags, context)));
  return new Command('keys')
    .summary('API keys: create, list, rotate, revoke')
    .description(
      'Creates, lists, rotates and revokes API keys. Needs a key with the scope admin, or access to the table.',
    )
    .addCommand(create)
    .addCommand(list)
    .addCommand(rotate)
    .addCommand(revoke)
    .addHelpText('after', examples);
}

const creates = 'make an API key, and show it this once';
const lists = 'list the API keys';
const rotates = 'give an API key a new secret, and show it this once';
const revokes = 'revoke an API key; in force everywhere within 30 s';

const sentence = (summary: string): string => `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;

const examples = `
Examples:
  headroom keys create --scope write --name 'shop service' --projects shop
  headroom keys list
  headroom keys rotate 01JD2V8Q6Y0000000000000000 --grace 1d
  headroom keys revoke 01JD2V8Q6Y0000000000000000`;

const createExamples = `
Examples:
  headroom keys create --scope operate --name ci --projects shop,search --expires 90d
  headroom keys create --admin --name first --table TABLE

The first key of a deployment on AWS is made with --table: TABLE is the stack's
output HistoryTableName. Your own credentials must allow dynamodb:PutItem on it.`;

function parseName(text: string): string {
  if (!createKeyRequest.shape.name.safeParse(text).success)
    throw new InvalidArgumentError('It must have 1 to 100 characters.');
  return text;
}

const parseProjects = (text: string): string[] => text.split(',').map((name) => parseProject(name.trim()));

/** A time from now, or a date. @returns ISO 8601 */
function parseEnd(text: string): string {
  const isSpan = /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text.trim());
  const end = isSpan ? Date.now() + milliseconds(text) : Date.parse(text);
  if (!Number.isFinite(end)) throw new InvalidArgumentError('It must be a time from now such as 90d, or a date.');
  return new Date(end).toISOString();
}

const clientOf = (flags: Flags, context: CliContext) => connectTo(flags, context).client;

async function createKey(flags: CreateFlags, context: CliContext): Promise<ExitCode> {
  const { admin, scope = admin ? 'admin' : 'read', name = 'made by the command line', projects, table } = flags;
  const request: CreateKeyRequest = {
    name,
    scope,
    ...(projects === undefined ? {} : { projects }),
    ...(flags.expires === undefined ? {} : { expiresAt: flags.expires }),
    ...(flags.requestsPerMinute === undefined ? {} : { requestsPerMinute: flags.requestsPerMinute }),
  };
  const key =
    table === undefined
      ? await clientOf(flags, context).call('createKey', { body: request })
      : await createInTable(table, request, context);
  const { terminal } = context;
  if (flags.json) terminal.out(JSON.stringify(key, null, 2));
  else {
    terminal.out(key.token);
    terminal.err(
      `Key ${key.keyId}, scope ${key.scope}${bindingOf(key)}${endOf(key)}. It is shown this once: only its hash is kept.`,
    );
  }
  return exitCodes.ok;
}

async function createInTable(table: string, request: CreateKeyRequest, { ports }: CliContext): Promise<CreatedKey> {
  try {
    return await ports.createKeyInTable(table, request);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message || cause.name : String(cause);
    throw new CliError(`The key could not be written to the table ${table}: ${clause(why)}.`, {
      next: 'Check the name of the table, the region and your AWS credentials.',
      cause,
    });
  }
}

async function listKeys(flags: Flags, context: CliContext): Promise<ExitCode> {
  const client = clientOf(flags, context);
  const keys: ApiKey[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.call('listKeys', { query: { limit: 200, ...(cursor === undefined ? {} : { cursor }) } });
    keys.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  const { terminal } = context;
  if (flags.json) terminal.out(JSON.stringify(keys, null, 2));
  else for (const line of keyTable(keys, terminal)) terminal.out(line);
  return exitCodes.ok;
}

const keyTable = (keys: readonly ApiKey[], { colours, width }: Look): string[] =>
  textTable(
    ['left', 'left', 'left', 'left', 'left', 'left', 'left'],
    [
      ['id', 'scope', 'projects', 'created', 'used', 'expires', 'name'].map((text) => colours.dim(text)),
      ...keys.map(({ keyId, scope, projects, createdAt, lastUsedAt, expiresAt, name }) => [
        keyId,
        scope,
        projects?.join(', ') ?? 'all',
        minuteOf(createdAt),
        lastUsedAt === undefined ? 'never' : minuteOf(lastUsedAt),
        expiresAt === undefined ? 'never' : minuteOf(expiresAt),
        name,
      ]),
    ],
    { width, drop: [3, 4], shorten: 6 },
  );

const minuteOf = (time: string): string => time.slice(0, 16).replace('T', ' ');

const endOf = ({ expiresAt }: ApiKey): string => (expiresAt === undefined ? '' : `, until ${minuteOf(expiresAt)} UTC`);

const bindingOf = ({ projects }: ApiKey): string => (projects === undefined ? '' : `, for ${projects.join(', ')}`);

async function rotateKey(keyId: string, flags: RotateFlags, context: CliContext): Promise<ExitCode> {
  const body = { graceSeconds: Math.round(flags.grace) };
  const key = await clientOf(flags, context).call('rotateKey', { params: { keyId }, body });
  const { terminal } = context;
  if (flags.json) terminal.out(JSON.stringify(key, null, 2));
  else {
    const { previousSecretUntil: until } = key;
    const old = until === undefined ? 'is taken no more within 30 s' : `is taken until ${minuteOf(until)} UTC`;
    terminal.out(key.token);
    terminal.err(`Key ${keyId} has a new secret, shown this once; the old one ${old}.`);
  }
  return exitCodes.ok;
}

async function revokeKey(keyId: string, flags: Flags, context: CliContext): Promise<ExitCode> {
  await clientOf(flags, context).call('revokeKey', { params: { keyId } });
  if (flags.json) context.terminal.out(JSON.stringify({ keyId, revoked: true }));
  else context.terminal.out(`The key ${keyId} is revoked; it stops working everywhere within 30 s.`);
  return exitCodes.ok;
}
