import { httpDoor } from '../lib/platform/http/door.ts';
import { createParts } from '../lib/platform/parts.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { telemetryApi } from '../lib/telemetry/api.ts';
import { otlpProblem } from '../lib/telemetry/otlp/problems.ts';

const parts = createParts('telemetry-api');

export const handler = httpDoor('telemetry-api', parts, telemetryApi(parts, new ProjectService(parts)), otlpProblem);
