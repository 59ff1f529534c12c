import { dashboardHandlers } from '../lib/platform/dashboard/handlers.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';

export const handler = httpDoor('dashboard', createParts('dashboard'), dashboardHandlers());
