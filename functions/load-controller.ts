import { LoadController } from '../lib/load/controller.ts';
import { LoadQuotas } from '../lib/load/quota.ts';
import { fleetInvoker } from '../lib/load/start-fleet.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';
import { ProjectService } from '../lib/projects/service.ts';
import { TelemetryService } from '../lib/telemetry/service.ts';

const parts = createParts('load-controller');
const controller = new LoadController(parts, {
  telemetry: new TelemetryService(parts, new ProjectService(parts)),
  quotas: new LoadQuotas(parts),
  invokeFleet: fleetInvoker(createLambdaClient(), parts.configuration.functionNames),
});

export const handler = queueDoor('load-control', parts, (message) => controller.advance(message), {
  giveUp: (message) => controller.giveUp(message),
});
