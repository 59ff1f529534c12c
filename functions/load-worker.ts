import { playHttp } from '../lib/load/play-http.ts';
import { workOnShard } from '../lib/load/worker.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';
import { ProjectService } from '../lib/projects/service.ts';

const parts = createParts('load-worker');
const services = { projects: new ProjectService(parts), play: playHttp };

export const handler = queueDoor('load-work', parts, (message, delivery) =>
  workOnShard(parts, services, message, delivery),
);
