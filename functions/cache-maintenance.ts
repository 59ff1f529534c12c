import { CacheMaintenance } from '../lib/cache/maintenance.ts';
import { CacheService } from '../lib/cache/service.ts';
import { TierProbe } from '../lib/cache/tier-probe.ts';
import { scheduleDoor } from '../lib/platform/events/schedule-door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { PartReports } from '../lib/platform/status/part-reports.ts';
import { CacheTurn } from '../lib/tasks/cache-turn.ts';
import { cacheRunners } from '../lib/tasks/runners/caches.ts';
import { TaskWorker } from '../lib/tasks/worker.ts';

const parts = createParts('cache-maintenance');
const caches = new CacheService(parts);
const probe = new TierProbe(parts);
const reports = new PartReports(parts);
const maintenance = new CacheMaintenance(parts, caches);
const tasks = new CacheTurn(parts, new TaskWorker(parts, cacheRunners(caches, parts)));

export const handler = scheduleDoor(parts, {
  CacheTiersAsked: async () => {
    for (const status of [{ name: 'cache-maintenance', state: 'up' as const }, ...(await probe.ask())])
      await reports.tell(status);
    return 0;
  },
  CacheTasksTaken: () => tasks.take(),
  CacheUpkeepDone: () => maintenance.carryOutUpkeep(),
  CacheEntriesReaped: () => maintenance.finishInvalidations(),
  CacheEntriesSwept: () => maintenance.sweepNamespaces(),
});
