import { CacheMaintenance } from '../lib/cache/maintenance.ts';
import { CacheService } from '../lib/cache/service.ts';
import { scheduleDoor } from '../lib/platform/events/schedule-door.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('cache-maintenance');
const maintenance = new CacheMaintenance(parts, new CacheService(parts));

export const handler = scheduleDoor(parts, {
  CacheEntriesReaped: () => maintenance.finishInvalidations(),
  CacheEntriesSwept: () => maintenance.sweepNamespaces(),
});
