// Runs one emulator in a process that a test can kill: argv is its kind and its data directory.
import { startDynamoDb } from '../../../../lib/local/emulators/dynamodb.ts';
import type { EmulatorOptions } from '../../../../lib/local/emulators/emulator.ts';
import { startQueues } from '../../../../lib/local/emulators/queues.ts';

const start = {
  queues: startQueues,
  dynoxide: (options: EmulatorOptions) => startDynamoDb({ ...options, engine: 'dynoxide' }),
  dynalite: (options: EmulatorOptions) => startDynamoDb({ ...options, engine: 'dynalite' }),
};

const [, , kind, dataDir = ''] = process.argv;
const { endpoint } = await start[kind as keyof typeof start]({ dataDir });
process.on('disconnect', () => process.exit());
process.send?.(endpoint);
