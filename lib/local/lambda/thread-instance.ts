import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { compileCacheEnvironment } from '../supervision/compile-cache.ts';
import { keepRecentLines } from '../supervision/recent-lines.ts';
import { siblingModule } from '../supervision/sibling-module.ts';
import type { Instance, InstanceOptions } from './instance.ts';

/** Less than this is not enough to load a bundle with the AWS SDK in it. */
const leastHeapMb = 128;

export async function startThread(options: InstanceOptions): Promise<Instance> {
  const worker = new Worker(siblingModule(import.meta.url, 'thread-entry'), {
    name: options.name,
    argv: [],
    workerData: { niceness: options.niceness },
    execArgv: [],
    env: { ...compileCacheEnvironment(), ...options.environment },
    stdout: true,
    stderr: true,
    resourceLimits: { maxOldGenerationSizeMb: Math.max(leastHeapMb, options.memoryMb) },
  });
  keepRecentLines(worker.stdout, 0, options.onLine);
  keepRecentLines(worker.stderr, 0, options.onLine);
  worker.on('message', options.onMessage);
  let fault: string | undefined;
  worker.on('error', (error) => {
    fault = error instanceof Error ? error.message : String(error);
  });
  const ended = once(worker, 'exit').then(([code]) => fault ?? `exit status ${code}`);
  return {
    send: (message) => worker.postMessage(message),
    ended,
    async end() {
      await worker.terminate();
      await ended;
    },
  };
}
