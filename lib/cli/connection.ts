import { type Client, createClient } from '../sdk/client.ts';
import type { CliContext } from './context.ts';
import { CliError } from './failure.ts';
import { findRuntimeFile, isRunning } from './runtime-file.ts';
import { sayingThatItWaits } from './waiting.ts';

export interface ConnectionFlags {
  apiUrl?: string;
  apiKey?: string;
  project?: string;
}

/** Of commands whose `--url` is Headroom's address. */
export interface CommandFlags extends ConnectionFlags {
  url?: string;
  json?: true;
}

export interface Connection {
  client: Client;
  apiUrl: string;
  project: string | undefined;
}

/** Which Headroom is meant: by flags, else by `HEADROOM_*`, else the one that runs on this machine. */
export function connect(flags: ConnectionFlags, context: CliContext): Connection {
  const { environment, workingDirectory } = context;
  const url = flags.apiUrl ?? environment.HEADROOM_URL;
  const apiKey = flags.apiKey ?? environment.HEADROOM_API_KEY;
  const project = flags.project ?? environment.HEADROOM_PROJECT;
  const found = url !== undefined && apiKey !== undefined ? undefined : findRuntimeFile(workingDirectory);
  // The key of this machine's platform is for no other.
  const local = found !== undefined && (url === undefined || url === found.apiUrl) ? found : undefined;
  if (url === undefined && local === undefined) {
    throw new CliError('No Headroom was found from this directory upwards.', {
      next: 'Start one with `npm start`, or give --api-url and --api-key (or HEADROOM_URL and HEADROOM_API_KEY).',
    });
  }
  if (url === undefined && local !== undefined && !isRunning(local)) {
    throw new CliError(`The Headroom of this directory (${local.apiUrl}) does not run.`, {
      next: 'Start it with `npm start`.',
    });
  }
  const apiUrl = url ?? local?.apiUrl ?? '';
  const key = apiKey ?? local?.apiKey;
  if (key === undefined) {
    throw new CliError(`There is no API key for ${apiUrl}.`, { next: 'Give one with --api-key or HEADROOM_API_KEY.' });
  }
  if (!URL.canParse(apiUrl))
    throw new CliError(`${apiUrl} is not an address.`, { next: 'It must begin with https://.' });
  const client = sayingThatItWaits(createClient({ url: apiUrl, apiKey: key }), context.terminal);
  context.client = client;
  return { client, apiUrl, project };
}

export function requireProject({ project }: Connection): string {
  if (project !== undefined) return project;
  throw new CliError('No project is named.', { next: 'Give one with --project or HEADROOM_PROJECT.' });
}

/** For the commands whose `--url` is Headroom's address. */
export function connectTo({ url, ...flags }: ConnectionFlags & { url?: string }, context: CliContext): Connection {
  return connect(url === undefined ? flags : { apiUrl: url, ...flags }, context);
}
