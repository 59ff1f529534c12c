import { httpDoor } from '../../lib/platform/http/door.ts';
import type { Parts } from '../../lib/platform/parts.ts';
import type { ProjectService } from '../../lib/projects/service.ts';
import { telemetryApi } from '../../lib/telemetry/api.ts';
import { otlpProblem } from '../../lib/telemetry/otlp/problems.ts';

/** The door of the function `telemetry-api`, on a test's parts. */
export const telemetryDoor = (parts: Parts, projects: ProjectService) =>
  httpDoor('telemetry-api', parts, telemetryApi(parts, projects), otlpProblem);
