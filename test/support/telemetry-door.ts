import { httpDoor } from '../../lib/platform/http/door.ts';
import type { Parts } from '../../lib/platform/parts.ts';
import type { ProjectService } from '../../lib/projects/service.ts';
import { Erasures } from '../../lib/telemetry/erasure.ts';
import { telemetryHandlers } from '../../lib/telemetry/handlers.ts';
import { requestRecordHandlers } from '../../lib/telemetry/records/handlers.ts';
import { Pseudonyms } from '../../lib/telemetry/records/pseudonyms.ts';
import { RequestRecordService } from '../../lib/telemetry/records/service.ts';
import { TelemetryService } from '../../lib/telemetry/service.ts';
import { TelemetryViews } from '../../lib/telemetry/views/service.ts';

/** The door of the function `telemetry-api`, on a test's parts. */
export function telemetryDoor(parts: Parts, projects: ProjectService) {
  const telemetry = new TelemetryService(parts, projects);
  const pseudonyms = new Pseudonyms(parts.table);
  return httpDoor('telemetry-api', parts, {
    ...telemetryHandlers({
      telemetry,
      views: new TelemetryViews(telemetry, projects, parts.clock),
      erasures: new Erasures(parts, projects),
    }),
    ...requestRecordHandlers(new RequestRecordService(parts, { projects, telemetry, pseudonyms })),
  });
}
