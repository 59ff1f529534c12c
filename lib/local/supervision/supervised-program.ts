import { spawn } from 'node:child_process';
import { endLeftover } from './pid-files.ts';
import { type SupervisedChild, type Supervision, superviseChild } from './supervised-child.ts';

export interface Program extends Supervision {
  /** A path, or a name found on PATH. */
  readonly command: string;
  readonly args: readonly string[];
  readonly workingDirectory?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Starts a native program that does not outlive this process, after ending what an earlier run left of it.
 *
 * @throws Error when it could not be started
 */
export async function superviseProgram(program: Program): Promise<SupervisedChild> {
  await endLeftover(program.runDirectory, program.name);
  const child = spawn(program.command, program.args, {
    ...(program.workingDirectory === undefined ? {} : { cwd: program.workingDirectory }),
    ...(program.env === undefined ? {} : { env: program.env }),
    stdio: ['ignore', 'pipe', 'pipe'],
    // A session of its own: Ctrl-C goes to the runtime, which stops its parts in order.
    detached: true,
  });
  return superviseChild(child, program);
}
