import { LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { accountConcurrency } from '../../../lib/load/account-concurrency.ts';
import { type Lambda, startLambda } from '../../../lib/local/emulators/lambda/lambda.ts';
import { credentials, region } from '../../../lib/local/lambda/account.ts';
import { quietLog } from '../../support/history-table.ts';

let lambda: Lambda;
let client: LambdaClient;
/** What the account may run at once, now. */
let concurrency: number;
let nowMs: number;
let warnings: unknown[];
const parts = {
  clock: () => nowMs,
  log: { ...quietLog, warn: (...line: unknown[]) => warnings.push(line) },
};

beforeAll(async () => {
  lambda = await startLambda({ log: () => {} });
  const host = {
    get parallel() {
      return concurrency;
    },
    invoke: async () => ({ ok: true, payload: null }) as const,
  };
  lambda.serve({ worker: { host, recursion: 'terminate' } });
  client = new LambdaClient({ endpoint: lambda.endpoint, region, credentials, maxAttempts: 1 });
});
beforeEach(() => {
  concurrency = 10;
  nowMs = Date.parse('2026-01-31T12:00:00Z');
  warnings = [];
});
afterAll(async () => {
  client.destroy();
  await lambda.stop();
});

it('is what Lambda says, and remembered for five minutes', async () => {
  const ask = accountConcurrency(client, parts);
  expect(await ask()).toBe(10);
  concurrency = 1000;
  nowMs += 299_999;
  expect(await ask()).toBe(10);
  nowMs += 1;
  expect(await ask()).toBe(1000);
  expect(warnings).toEqual([]);
});

it('is unknown when Lambda does not answer, which is said once each time and not remembered', async () => {
  const ask = accountConcurrency(client, parts);
  await lambda.finish(0);
  expect(await ask()).toBeUndefined();
  expect(warnings).toEqual([
    [
      'Could not ask how many functions the account runs at once',
      { error: expect.objectContaining({ name: 'ServiceException' }) },
    ],
  ]);
  lambda.serve({});
  expect(await ask()).toBe(10);
});
