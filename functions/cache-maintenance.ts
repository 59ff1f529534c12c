import { scheduleDoor } from '../lib/platform/events/schedule-door.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('cache-maintenance');

export const handler = scheduleDoor(parts, {});
