import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, createClient } from '../../lib/sdk/client.ts';

const repository = join(import.meta.dirname, '../..');

export interface Ready {
  apiUrl: string;
  apiKey: string;
  dashboardUrl: string;
  dataDir: string;
  redis: boolean;
}

export interface StartedPlatform {
  ready: Ready;
  client: Client;
  child: ChildProcess;
  /** What it has written so far. */
  output(): string;
  /** Sends the signal and resolves to how the process ended. */
  end(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

interface StartByCommand {
  readyFile: string;
  environment?: NodeJS.ProcessEnv;
  /** A clone of the repository in which `npm start` is run. Default: this one, without npm. */
  clone?: string;
}

/** Runs `headroom start`, as a user would, in a process of its own. Resolves once the ready file is there. */
export async function startByCommand(
  args: readonly string[],
  { readyFile, environment = {}, clone }: StartByCommand,
): Promise<StartedPlatform> {
  const options = ['--port', '0', '--ready-file', readyFile, ...args];
  const { child, output, ended } =
    clone === undefined
      ? runCommand(['start', ...options], environment)
      : runProgram('npm', ['start', '--', ...options], { cwd: clone, environment, isGroup: true });
  const ready = await Promise.race([readyFileOf(readyFile), ended.then(() => undefined)]);
  if (ready === undefined) throw new Error(`headroom start ended before it was ready:\n${output()}`);
  return {
    ready,
    client: createClient({ url: ready.apiUrl, apiKey: ready.apiKey }),
    child,
    output,
    async end(signal) {
      // As Ctrl-C in a terminal: npm itself hands on none.
      if (clone !== undefined && child.pid !== undefined) process.kill(-child.pid, signal);
      else child.kill(signal);
      return ended;
    },
  };
}

/** Runs the `headroom` command; `ended` resolves when its process has. */
export const runCommand = (args: readonly string[], environment: NodeJS.ProcessEnv = {}) =>
  runProgram(process.execPath, ['--conditions=headroom-source', join(repository, 'bin/headroom.ts'), ...args], {
    cwd: repository,
    environment,
  });

interface RunProgram {
  cwd: string;
  environment: NodeJS.ProcessEnv;
  /** It and what it starts are signalled together. */
  isGroup?: boolean;
}

function runProgram(program: string, args: readonly string[], { cwd, environment, isGroup = false }: RunProgram) {
  const child = spawn(program, args, {
    cwd,
    env: { ...process.env, NO_COLOR: '1', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: isGroup,
  });
  const streams = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => {
    streams.stdout += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    streams.stderr += chunk;
  });
  const ended = once(child, 'close').then(([code, signal]): { code: number | null; signal: NodeJS.Signals | null } => ({
    code,
    signal,
  }));
  return { child, ended, streams, output: () => streams.stdout + streams.stderr };
}

/** The file appears whole: it is renamed into its place. */
async function readyFileOf(path: string): Promise<Ready> {
  while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 50));
  return JSON.parse(readFileSync(path, 'utf8')) as Ready;
}
