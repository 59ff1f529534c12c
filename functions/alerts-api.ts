import { alertHandlers } from '../lib/alerts/handlers.ts';
import { AlertService } from '../lib/alerts/service.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('alerts-api');

export const handler = httpDoor('alerts-api', parts, alertHandlers(new AlertService(parts)));
