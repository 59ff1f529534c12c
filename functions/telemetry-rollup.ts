import { scheduleDoor } from '../lib/platform/events/schedule-door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { reportSeen } from '../lib/platform/status/part-reports.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { Erasures } from '../lib/telemetry/erasure.ts';
import { Rollups } from '../lib/telemetry/rollups/service.ts';

const parts = createParts('telemetry-rollup');
const projects = new ProjectService(parts);
const rollups = new Rollups(parts, projects);
const erasures = new Erasures(parts);

/** Together less than the function may take, and than the minute until its next turn. */
const turnMs = { draw: 35_000, erase: 15_000 };

export const handler = scheduleDoor(parts, {
  Seen: reportSeen(parts, 'telemetry-rollup'),
  TelemetryRollups: () => rollups.drawDue(parts.clock() + turnMs.draw),
  TelemetryItemsErased: () => erasures.eraseAsked(parts.clock() + turnMs.erase),
});
