import { artilleryPlayer } from '../lib/load/play-artillery.ts';
import { workOnShard } from '../lib/load/worker.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';
import { ProjectService } from '../lib/projects/service.ts';

const parts = createParts('artillery-worker');
const services = { projects: new ProjectService(parts), play: artilleryPlayer() };

export const handler = queueDoor('load-scripts', parts, (message, delivery) =>
  workOnShard(parts, services, message, delivery),
);
