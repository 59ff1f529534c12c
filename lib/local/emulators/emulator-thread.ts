import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { Emulator } from './emulator.ts';

/** What the thread must tell once it answers requests; any error before that is its failure to start. */
export interface ThreadReady {
  readonly port: number;
}

/** What the thread is told when it shall end. It closes its data and lets its event loop run empty. */
export const stopMessage = 'stop';

const stopGraceMs = 5_000;

/** Runs an emulator in a thread of its own: it cannot outlive the process, and does not block the runtime's loop. */
export async function startEmulatorThread(
  name: string,
  module: URL,
  workerData: unknown,
  onUnexpectedExit?: (error: Error) => void,
): Promise<Emulator> {
  const worker = new Worker(module, { name, workerData, execArgv: [], env: { ...process.env, NODE_OPTIONS: '' } });
  let lastError: Error | undefined;
  let stopping: Promise<void> | undefined;
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.on('error', (error) => {
    lastError = error instanceof Error ? error : new Error(String(error));
  });
  const ready = await Promise.race([
    new Promise<ThreadReady>((resolve) => worker.once('message', resolve)),
    exited.then(() => {
      throw new Error(`${name} could not be started: ${lastError?.message ?? 'it ended'}`, { cause: lastError });
    }),
  ]);
  void exited.then(() => {
    if (stopping === undefined) onUnexpectedExit?.(lastError ?? new Error(`${name} ended`));
  });
  return {
    endpoint: `http://127.0.0.1:${ready.port}`,
    stop() {
      stopping ??= (async () => {
        worker.postMessage(stopMessage);
        const patience = new AbortController();
        const late = delay(stopGraceMs, undefined, { signal: patience.signal }).then(
          () => worker.terminate(),
          () => {},
        );
        await Promise.race([exited, late]);
        patience.abort();
        await exited;
      })();
      return stopping;
    },
  };
}
