import { cacheHandlers } from '../lib/cache/handlers.ts';
import { CacheService } from '../lib/cache/service.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('cache-api');

export const handler = httpDoor('cache-api', parts, cacheHandlers(new CacheService(parts), parts));
