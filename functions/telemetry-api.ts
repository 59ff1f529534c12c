import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { telemetryHandlers } from '../lib/telemetry/handlers.ts';
import { TelemetryService } from '../lib/telemetry/service.ts';

const parts = createParts('telemetry-api');
const telemetry = new TelemetryService(parts, new ProjectService(parts));

export const handler = httpDoor('telemetry-api', parts, telemetryHandlers(telemetry));
