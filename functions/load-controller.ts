import { LoadController } from '../lib/load/controller.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { TelemetryService } from '../lib/telemetry/service.ts';

const parts = createParts('load-controller');
const controller = new LoadController(parts, new TelemetryService(parts, new ProjectService(parts)));

export const handler = queueDoor('load-control', parts, (message) => controller.advance(message), {
  giveUp: (message) => controller.giveUp(message),
});
