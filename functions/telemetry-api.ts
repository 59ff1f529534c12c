import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { Erasures } from '../lib/telemetry/erasure.ts';
import { telemetryHandlers } from '../lib/telemetry/handlers.ts';
import { requestRecordHandlers } from '../lib/telemetry/records/handlers.ts';
import { Pseudonyms } from '../lib/telemetry/records/pseudonyms.ts';
import { RequestRecordService } from '../lib/telemetry/records/service.ts';
import { TelemetryService } from '../lib/telemetry/service.ts';
import { TelemetryViews } from '../lib/telemetry/views/service.ts';

const parts = createParts('telemetry-api');
const projects = new ProjectService(parts);
const telemetry = new TelemetryService(parts, projects);
const services = {
  telemetry,
  views: new TelemetryViews(telemetry, projects, parts.clock),
  erasures: new Erasures(parts, projects),
};

const pseudonyms = new Pseudonyms(parts.table);
const records = new RequestRecordService(parts, { projects, telemetry, pseudonyms });

export const handler = httpDoor('telemetry-api', parts, {
  ...telemetryHandlers(services),
  ...requestRecordHandlers(records),
});
