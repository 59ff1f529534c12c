import { mkdirSync } from 'node:fs';
import { siblingModule } from '../supervision/sibling-module.ts';
import type { Emulator, EmulatorOptions } from './emulator.ts';
import { startEmulatorThread } from './emulator-thread.ts';

/**
 * Starts SQS and SNS on this machine, on one endpoint, with their data on disk.
 *
 * Unlike AWS: a topic delivers to SQS queues only, and of several long polls that wait on a queue when a message comes,
 * those that get none return empty at once.
 *
 * @throws Error when it cannot be started, with its own words
 */
export async function startQueues(options: EmulatorOptions): Promise<Emulator> {
  const { dataDir, port = 0, onUnexpectedExit } = options;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const thread = siblingModule(import.meta.url, 'queues-thread');
  return startEmulatorThread('queues', thread, { dataDir, port }, onUnexpectedExit);
}
