import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';

const program = resolve('bin/headroom.ts');

export interface Ended {
  code: number | null;
  out: string;
  err: string;
}

const { HEADROOM_URL: _, HEADROOM_API_KEY: __, HEADROOM_PROJECT: ___, ...clean } = process.env;

/** The command line as a process of its own, which knows of no platform but by `env`. */
export function begin(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string,
): { child: ChildProcess; ended: Promise<Ended> } {
  const child = spawn(process.execPath, [program, ...args], { cwd, env: { ...clean, ...env } });
  let out = '';
  let err = '';
  child.stdout.on('data', (text) => {
    out += text;
  });
  child.stderr.on('data', (text) => {
    err += text;
  });
  return { child, ended: once(child, 'close').then(([code]) => ({ code, out, err })) };
}
