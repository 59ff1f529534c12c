import { workOnShard } from '../lib/load/worker.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';

const parts = createParts('artillery-worker');

export const handler = queueDoor('load-scripts', parts, (message) => workOnShard(parts, message));
