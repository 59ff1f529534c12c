import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { workId } from '../../../lib/platform/idempotency.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());
beforeEach(async () => {
  parts = await dynamoDb.createParts();
});

const ask = (request: unknown, idempotencyKey: string | undefined, scope = 'work#shop') =>
  workId(parts, { scope, idempotencyKey, request });

it('gives the same work for the same key, however often and at once', async () => {
  const ids = await Promise.all(Array.from({ length: 10 }, () => ask({ users: 1 }, 'k')));
  expect(new Set(ids).size).toBe(1);
  expect(await ask({ users: 1 }, 'k')).toBe(ids[0]);
});

it('takes no notice of the order of fields', async () => {
  expect(await ask({ a: 1, b: { c: 2, d: [3] } }, 'k')).toBe(await ask({ b: { d: [3], c: 2 }, a: 1 }, 'k'));
});

it('gives other work without a key, for another key, and in another scope', async () => {
  const ids = [
    await ask({}, undefined),
    await ask({}, undefined),
    await ask({}, 'k'),
    await ask({}, 'l'),
    await ask({}, 'k', 'work#other'),
  ];
  expect(new Set(ids).size).toBe(5);
});

it('refuses a key that came with another request', async () => {
  await ask({ users: 1 }, 'k');
  await expect(ask({ users: 2 }, 'k')).rejects.toMatchObject({ code: 'conflict' });
});

it('forgets a key after a day', async () => {
  const first = await ask({ users: 1 }, 'k');
  parts.time.now += 24 * 60 * 60 * 1000 + 1000;
  const second = await ask({ users: 2 }, 'k');
  expect(second).not.toBe(first);
  expect(await ask({ users: 2 }, 'k')).toBe(second);
});
