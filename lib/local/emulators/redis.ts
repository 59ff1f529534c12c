import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { ChildExit } from '../supervision/supervised-child.ts';
import { superviseProgram } from '../supervision/supervised-program.ts';
import { findFreePort } from './free-port.ts';
import { ping } from './redis-ping.ts';
import { exitError, untilAnswers } from './until-answers.ts';

export interface RedisOptions {
  /** `REDIS_URL`: a server that is not ours to start or stop. */
  readonly url?: string;
  readonly dataDir: string;
  /** Of one that is started. Default: one that is free. */
  readonly port?: number;
  /** Where programs are looked for. Default: PATH of this process. */
  readonly searchPath?: string;
  readonly onUnexpectedExit?: (error: Error) => void;
}

export interface Redis {
  /** `redis://127.0.0.1:PORT`, or the URL that was given. */
  readonly url: string;
  /** Ends what was started here; may be called again. */
  stop(): Promise<void>;
}

const programs = ['redis-server', 'valkey-server'];
const attempts = 5;
const pingTimeoutMs = 1_000;

/**
 * The Redis of tier 2: the one at `url`, else a server found on the search path, started on a free port; else undefined,
 * and the cache does without tier 2.
 *
 * @throws Error in one sentence when the server at `url` does not answer, or the one found does not start
 */
export async function findRedis(options: RedisOptions): Promise<Redis | undefined> {
  if (options.url !== undefined) return useServer(options.url);
  const program = findProgram(options.searchPath ?? process.env.PATH ?? '');
  return program === undefined ? undefined : startServer(program, options);
}

async function useServer(url: string): Promise<Redis> {
  try {
    await ping(url, pingTimeoutMs);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    // A URL may hold a password.
    const address = URL.canParse(url) ? new URL(url).host : 'REDIS_URL';
    throw new Error(`The Redis at ${address} does not answer: ${reason}.`, { cause: error });
  }
  return { url, stop: async () => {} };
}

function findProgram(searchPath: string): string | undefined {
  const candidates = programs.flatMap((program) =>
    searchPath
      .split(delimiter)
      .filter((directory) => directory !== '')
      .map((directory) => join(directory, program)),
  );
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

async function startServer(program: string, options: RedisOptions): Promise<Redis> {
  mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  if (options.port !== undefined) return startOnPort(program, options.port, options);
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    try {
      return await startOnPort(program, port, options);
    } catch (error) {
      const taken = error instanceof Error && /address already in use/i.test(error.message);
      if (!taken || attempt === attempts) throw error;
    }
  }
}

async function startOnPort(program: string, port: number, options: RedisOptions): Promise<Redis> {
  const lastLines: string[] = [];
  let ready = false;
  const failure = (exit: ChildExit) => exitError(exit, [...exit.lastStderrLines, ...lastLines]);
  const child = await superviseProgram({
    name: 'redis',
    runDirectory: join(options.dataDir, 'run'),
    command: program,
    args: serverArguments(port, options.dataDir),
    env: {},
    // Redis complains on its standard output.
    onStdoutLine: (line) => {
      lastLines.push(line);
      if (lastLines.length > 5) lastLines.shift();
    },
    onUnexpectedExit: (exit) => {
      if (ready) options.onUnexpectedExit?.(failure(exit));
    },
  });
  const url = `redis://127.0.0.1:${port}`;
  try {
    await untilAnswers(child, () => ping(url, pingTimeoutMs).catch(() => false), failure);
  } catch (error) {
    await child.stop();
    throw error;
  }
  ready = true;
  return { url, stop: () => child.stop() };
}

/** A cache that holds nothing back: no files, and like ElastiCache Serverless it evicts only keys with a time to live. */
function serverArguments(port: number, dataDir: string): readonly string[] {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    'protected-mode': 'yes',
    daemonize: 'no',
    save: '',
    appendonly: 'no',
    dir: dataDir,
    maxmemory: '256mb',
    'maxmemory-policy': 'volatile-lru',
    loglevel: 'warning',
  };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}
