import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DeploymentInput } from '../contracts/deployment-options.ts';
import { stackNameOf } from './stack.ts';

/**
 * The command line of CDK, in a process of its own: its toolkit as a library is a hundred megabytes more, and what it does to this process
 * (its own logs, its own handling of signals) is not ours to undo.
 */
export interface Cdk {
  program: string;
  /** Before those of a call. */
  args: readonly string[];
  /** Where `cdk.json` is. */
  directory: string;
}

export const installedCdk = (repository: string): Cdk => ({
  program: process.execPath,
  args: [join(createRequire(join(repository, 'package.json')).resolve('aws-cdk/package.json'), '..', 'bin', 'cdk')],
  directory: repository,
});

export interface CdkRun {
  code: number;
  /** What it wrote, both ways. */
  text: string;
}

/** `-c` takes text alone. */
export function contextOf(options: DeploymentInput): string[] {
  return Object.entries(options).flatMap(([name, value]) =>
    value === undefined ? [] : ['-c', `${name}=${textOf(value)}`],
  );
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.join(',');
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value)
      .map(([key, text]) => `${key}=${text}`)
      .join(',');
  }
  return String(value);
}

/** @param signal ends it; what CloudFormation has begun goes on */
export function runCdk(
  cdk: Cdk,
  command: 'deploy' | 'diff',
  options: DeploymentInput,
  { onLine = () => {}, signal }: { onLine?: (line: string) => void; signal?: AbortSignal } = {},
): Promise<CdkRun> {
  const stack = stackNameOf(options.stage ?? 'main');
  const own = command === 'deploy' ? ['--require-approval', 'never', '--progress', 'events'] : [];
  const args = [...cdk.args, command, stack, ...own, '--no-color', ...contextOf(options)];
  return new Promise((resolve, reject) => {
    const child = spawn(cdk.program, args, {
      cwd: cdk.directory,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(signal === undefined ? {} : { signal }),
    });
    let text = '';
    let rest = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
        const lines = `${rest}${chunk}`.split('\n');
        rest = lines.pop() ?? '';
        for (const line of lines) onLine(line);
      });
    }
    child.on('error', reject).on('close', (code) => resolve({ code: code ?? 1, text }));
  });
}
