import { checkServices } from '../lib/checks/api.ts';
import { checkHandlers } from '../lib/checks/handlers.ts';
import { accountConcurrency } from '../lib/load/account-concurrency.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('checks-api');

export const handler = httpDoor(
  'checks-api',
  parts,
  checkHandlers(checkServices(parts, accountConcurrency(createLambdaClient(), parts))),
);
