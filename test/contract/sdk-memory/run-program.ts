import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Ended {
  readonly code: number | string | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one of `programs` with these options of Node to its end, without Headroom around it. */
export const runProgram = (
  file: string,
  { nodeOptions = [], args = [] }: { nodeOptions?: readonly string[]; args?: readonly string[] } = {},
): Promise<Ended> =>
  new Promise((resolve) => {
    const program = fileURLToPath(new URL(`./programs/${file}`, import.meta.url));
    const given = ['--conditions=headroom-source', ...nodeOptions, program, ...args];
    execFile(process.execPath, given, { env: { NODE_OPTIONS: '' } }, (error, stdout, stderr) => {
      const code = error === null ? 0 : (error.signal ?? error.code ?? undefined);
      resolve({ code, stdout, stderr });
    });
  });
