import { accountConcurrency } from '../lib/load/account-concurrency.ts';
import { optimizationApi } from '../lib/optimization/api.ts';
import { httpDoor } from '../lib/platform/http/door.ts';
import { createLambdaClient } from '../lib/platform/lambda-client.ts';
import { createParts } from '../lib/platform/parts.ts';

const parts = createParts('optimization-api');

export const handler = httpDoor(
  'optimization-api',
  parts,
  optimizationApi(parts, accountConcurrency(createLambdaClient(), parts)),
);
