import { accountConcurrency } from '../lib/load/account-concurrency.ts';
import { optimizationModules } from '../lib/optimization/modules/modules.ts';
import { optimizing } from '../lib/optimization/optimizing.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';

const parts = createParts('optimization-worker');
const { worker } = optimizing(parts, {
  modules: optimizationModules,
  concurrency: accountConcurrency(createLambdaClient(), parts),
});

export const handler = queueDoor('optimizations', parts, (message) => worker.advance(message), {
  giveUp: (message) => worker.giveUp(message),
});
