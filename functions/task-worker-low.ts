import { accountConcurrency } from '../lib/load/account-concurrency.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';
import { taskWork } from '../lib/tasks/work.ts';

const parts = createParts('task-worker-low');
const worker = taskWork(parts, accountConcurrency(createLambdaClient(), parts));

export const handler = queueDoor('tasks-low', parts, ({ taskId }) => worker.carryOut(taskId), {
  giveUp: ({ taskId }) => worker.giveUp(taskId),
});
