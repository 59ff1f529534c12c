import { alertsApi } from '../lib/alerts/api.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('alerts-api');

export const handler = httpDoor('alerts-api', parts, alertsApi(parts));
