import { optimizationApi } from '../lib/optimization/api.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('optimization-api');

export const handler = httpDoor('optimization-api', parts, optimizationApi(parts));
