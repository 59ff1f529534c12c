import { parentPort } from 'node:worker_threads';
import { stopMessage, type ThreadReady } from './emulator-thread.ts';

/** The thread's side of `startEmulatorThread`: says that it is ready, and calls `close` when it shall end. */
export function announceReady(port: number, close: () => Promise<void>): void {
  const parent = parentPort;
  if (parent === null) throw new Error('An emulator thread was run as a program.');
  parent.once('message', async (message) => {
    if (message !== stopMessage) return;
    await close();
    parent.close();
  });
  parent.postMessage({ port } satisfies ThreadReady);
}
