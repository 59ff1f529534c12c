import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { programPath } from '../../support/programs.ts';
import { GENERATOR_CORE, onCore } from './cores.ts';

/** Whether it is in one of the folders of PATH. */
export const isInstalled = (command: string): boolean => programPath(command) !== undefined;

export interface CommandOutput {
  printed: string;
  /** Processor time, from its start to its end. */
  cpuSeconds: number;
}

/** Runs a generator to its end, on its core. @throws Error when it fails */
export async function runCommand(command: readonly string[], env: Record<string, string> = {}): Promise<CommandOutput> {
  const timed = ['-c', 'TIMEFORMAT="%U %S"; time "$@"', 'bash', ...onCore(GENERATOR_CORE, command)];
  const child = spawn('bash', timed, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const [[code], printed, said] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new Error(`${command[0]} ended with ${code}: ${said.slice(-1_000)}`);
  const [user = 0, system = 0] = (said.trimEnd().split('\n').at(-1) ?? '').split(' ').map(Number);
  return { printed, cpuSeconds: user + system };
}

/** The number that the pattern's first group finds. @throws Error when it finds none */
export function numberIn(printed: string, pattern: RegExp): number {
  const found = Number(pattern.exec(printed)?.[1]);
  if (Number.isNaN(found)) throw new Error(`${pattern} is not in what was printed: ${printed.slice(0, 1_000)}`);
  return found;
}
