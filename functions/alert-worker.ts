import { alertWork } from '../lib/alerts/work.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';

const parts = createParts('alert-worker');
const work = alertWork(parts);

export const handler = queueDoor('alerts', parts, (message) => work(message));
