import { fork, type Serializable } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { compileCacheEnvironment } from './compile-cache.ts';
import { endLeftover } from './pid-files.ts';
import { type SupervisedChild, type Supervision, superviseChild } from './supervised-child.ts';

export interface ChildModule extends Supervision {
  readonly module: URL;
  readonly args?: readonly string[];
  /** The environment of the child: nothing is inherited but where this process keeps what it compiled. */
  readonly env: NodeJS.ProcessEnv;
  readonly execArgv?: readonly string[];
  readonly onMessage?: (message: unknown) => void;
}

export interface SupervisedModule extends SupervisedChild {
  /** Resolves false when the child has ended and cannot hear any more. */
  send(message: Serializable): Promise<boolean>;
}

/**
 * Runs a JavaScript or TypeScript module in a Node process of its own, with structured messages both ways. It gets
 * `disconnect` when this process dies, and is killed then even if it is too busy to notice.
 */
export async function superviseModule(options: ChildModule): Promise<SupervisedModule> {
  await endLeftover(options.runDirectory, options.name);
  const child = fork(fileURLToPath(options.module), options.args ?? [], {
    env: { ...compileCacheEnvironment(), ...options.env },
    execArgv: [...(options.execArgv ?? [])],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
    detached: true,
  });
  if (options.onMessage !== undefined) child.on('message', options.onMessage);
  const supervised = await superviseChild(child, options);
  return {
    ...supervised,
    send(message) {
      return new Promise((resolve) => {
        if (!child.connected) return resolve(false);
        child.send(message, (error) => resolve(error === null || error === undefined));
      });
    },
  };
}
