import type { ScheduledEvent } from 'aws-lambda';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { scheduleDoor } from '../../../lib/platform/events/schedule-door.ts';
import { outputOf } from '../../support/captured-output.ts';
import { functionParts } from '../../support/function-parts.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { contextOf } from '../../support/invocation.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  parts = await dynamoDb.createParts();
});
afterAll(() => dynamoDb.stop());

const event: ScheduledEvent = {
  version: '0',
  id: '00000000-0000-4000-8000-000000000000',
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: '000000000000',
  time: '2026-01-31T02:00:00Z',
  region: 'us-east-1',
  resources: ['arn:aws:events:us-east-1:000000000000:rule/tick'],
  detail: {},
};

it('carries out every duty, counts what each did, and fails in the end where one failed', async () => {
  let relayed = 0;
  const tick = scheduleDoor(functionParts('tick', parts), {
    Failing: () => Promise.reject(new Error('The table does not answer')),
    Idle: async () => 0,
    RelayedItems: async () => {
      relayed = await parts.outbox.relayDue();
      return 7;
    },
  });
  const lines = await outputOf(() =>
    expect(tick(event, contextOf('tick'))).rejects.toThrow('The tick could not do all of its duties'),
  );
  expect(relayed).toBe(0);
  const logged = lines.map((line) => JSON.parse(line));
  expect(logged.find(({ level }) => level === 'ERROR')).toMatchObject({
    duty: 'Failing',
    error: { message: 'The table does not answer' },
  });
  const counted = logged.find((line) => '_aws' in line);
  expect(counted).toMatchObject({ RelayedItems: 7 });
  expect(counted).not.toHaveProperty('Idle');
});

it('writes no metric where there was nothing to do', async () => {
  const tick = scheduleDoor(functionParts('tick', parts), { RelayedItems: async () => 0 });
  expect(await outputOf(async () => expect(await tick(event, contextOf('tick'))).toBeUndefined())).toEqual([]);
});
