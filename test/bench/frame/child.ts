import { fork } from 'node:child_process';
import { once } from 'node:events';

export interface ChildCall {
  id: number;
  argument: unknown;
}

/** With the id 0: the work has been set up. */
export interface ChildAnswer {
  id: number;
  result?: unknown;
  error?: string;
}

export interface Child<Argument, Result> {
  ask(argument: Argument): Promise<Result>;
  stop(): Promise<void>;
}

export interface ChildOptions {
  /** Flags for Node. */
  execArgv?: readonly string[];
}

/**
 * Starts a process that runs the work which the module exports as its default, and waits until it is set up. Setup, arguments and
 * results are plain data.
 * @throws Error when that fails
 */
export async function startChild<Argument, Result>(
  module: URL,
  setup: unknown,
  { execArgv = [] }: ChildOptions = {},
): Promise<Child<Argument, Result>> {
  const process = fork(new URL('child-entry.ts', import.meta.url), [module.href, JSON.stringify(setup)], {
    // Not those of this process, which may be a test runner's.
    execArgv: ['--conditions=headroom-source', '--disable-warning=ExperimentalWarning', ...execArgv],
    // What a subject has to say about a Redis that is down is not asked for.
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  const expect = (id: number): Promise<unknown> => {
    const answered = Promise.withResolvers<unknown>();
    waiting.set(id, answered);
    return answered.promise;
  };
  process.on('message', ({ id, result, error }: ChildAnswer) => {
    const answered = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) answered?.resolve(result);
    else answered?.reject(new Error(`${module.pathname}: ${error}`));
  });
  const exited = once(process, 'exit').then(([code, signal]) => {
    for (const { reject } of waiting.values()) reject(new Error(`${module.pathname} ended with ${code ?? signal}`));
  });
  const stop = async (): Promise<void> => {
    process.kill('SIGKILL');
    await exited;
  };
  let calls = 0;
  try {
    await expect(0);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    async ask(argument) {
      calls += 1;
      const answered = expect(calls);
      process.send({ id: calls, argument } satisfies ChildCall);
      return (await answered) as Result;
    },
    stop,
  };
}
