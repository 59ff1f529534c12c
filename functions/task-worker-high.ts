import { accountConcurrency } from '../lib/load/account-concurrency.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';
import { PlatformCanary } from '../lib/tasks/platform-status/canary.ts';
import { taskWork } from '../lib/tasks/work.ts';

const parts = createParts('task-worker-high');
const worker = taskWork(parts, accountConcurrency(createLambdaClient(), parts));

const canary = new PlatformCanary(parts);

export const handler = queueDoor(
  'tasks-high',
  parts,
  (message) => (message.type === 'task.run' ? worker.carryOut(message.taskId) : canary.answer(message.canaryId)),
  { giveUp: async (message) => (message.type === 'task.run' ? worker.giveUp(message.taskId) : undefined) },
);
