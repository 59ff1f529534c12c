import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'vitest';

export interface InTerminal {
  /** All that was written to the terminal. */
  output(): string;
  type(keys: string): void;
  /** Resolves once what was written since `from` matches. */
  shows(pattern: RegExp, from?: number): Promise<void>;
  child: ChildProcess;
  ended: Promise<number | null>;
}

/** A command line of a shell in a terminal of its own (`script` of util-linux), of 80 columns and 24 rows. */
export function inTerminal(commandLine: string, environment: NodeJS.ProcessEnv, cwd: string): InTerminal {
  const line = `stty cols 80 rows 24; ${commandLine}`;
  const child = spawn('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], {
    cwd,
    env: { ...process.env, TERM: 'xterm-256color', ...environment },
  });
  let written = '';
  child.stdout.on('data', (piece) => {
    written += piece;
  });
  return {
    output: () => written,
    type: (keys) => child.stdin.write(keys),
    shows: (pattern, from = 0) => expect.poll(() => written.slice(from), { interval: 20 }).toMatch(pattern),
    child,
    ended: once(child, 'close').then(([code]) => code),
  };
}
