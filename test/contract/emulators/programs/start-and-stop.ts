// Starts every emulator, stops it, and does not exit: an event loop that runs empty is what the test waits for.
import { join } from 'node:path';
import { startCloudWatch } from '../../../../lib/local/emulators/cloudwatch/cloudwatch.ts';
import { startDynamoDb } from '../../../../lib/local/emulators/dynamodb.ts';
import { startQueues } from '../../../../lib/local/emulators/queues.ts';
import { findRedis } from '../../../../lib/local/emulators/redis.ts';

const dataDir = (name: string) => join(process.argv[2] ?? '', name);
const parts = await Promise.all([
  startDynamoDb({ dataDir: dataDir('dynamodb') }),
  startDynamoDb({ dataDir: dataDir('dynalite'), engine: 'dynalite' }),
  startQueues({ dataDir: dataDir('queues') }),
  startCloudWatch({ dataDir: dataDir('cloudwatch') }),
  findRedis({ dataDir: dataDir('redis') }),
]);
await Promise.all(parts.map((part) => part?.stop()));
