import { checkWork } from '../lib/checks/work.ts';
import { accountConcurrency } from '../lib/load/account-concurrency.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';
import { queueDoor } from '../lib/platform/queue/door.ts';

const parts = createParts('check-controller');
const { advance, giveUp } = checkWork(parts, accountConcurrency(createLambdaClient(), parts));

export const handler = queueDoor('checks', parts, advance, { giveUp });
