import { workerData } from 'node:worker_threads';
import { listen } from './fauxqs/application.ts';
import { announceReady } from './thread-entry.ts';

const { dataDir, port } = workerData as { dataDir: string; port: number };
const queues = await listen(dataDir, port);
announceReady(queues.port, queues.close);
