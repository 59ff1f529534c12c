import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deadLetterQuery } from '../../../lib/contracts/dead-letters.ts';
import { ensureQueues } from '../../../lib/local/provision/queues.ts';
import { countMessages } from '../../../lib/platform/queue/counts.ts';
import { DeadLetterBox } from '../../../lib/tasks/dead-letters.ts';
import { StatusService } from '../../../lib/tasks/platform-status/service.ts';
import { functionParts } from '../../support/function-parts.ts';
import { quietLog } from '../../support/history-table.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { type QueueServer, startQueueServer } from '../local-runtime/queue-fixture.ts';

const dynamoDb = useTestDynamoDb();
let server: QueueServer;
let urls: Awaited<ReturnType<typeof ensureQueues>>;
let box: DeadLetterBox;
let status: StatusService;

beforeAll(async () => {
  server = await startQueueServer();
  urls = await ensureQueues(server.client);
});
afterAll(() => server.stop());

beforeEach(async () => {
  const of = (kind: 'url' | 'deadLetterUrl') =>
    Object.fromEntries(Object.entries(urls).map(([name, pair]) => [name, pair[kind]]));
  const parts = {
    ...functionParts('tasks-api', await dynamoDb.createParts(), {
      queueUrls: of('url'),
      deadLetterUrls: of('deadLetterUrl'),
    }),
    sqs: server.client,
    log: quietLog,
  };
  box = new DeadLetterBox(parts);
  status = new StatusService(parts);
  for (const queue of ['tasks', 'alerts'] as const) {
    const { items } = await box.list(deadLetterQuery.parse({ queue }));
    if (items.length > 0) await box.discard({ queue, messageIds: items.map(({ messageId }) => messageId) });
  }
});

const bury = (queue: 'tasks' | 'alerts', MessageBody: string, fault?: string) =>
  server.client.send(
    new SendMessageCommand({
      QueueUrl: urls[queue].deadLetterUrl,
      MessageBody,
      ...(fault === undefined ? {} : { MessageAttributes: { fault: { DataType: 'String', StringValue: fault } } }),
    }),
  );
const list = (query: object = {}) => box.list(deadLetterQuery.parse(query));

describe('dead letters', () => {
  it('are shown with why, of all queues or of one, and are there still afterwards', async () => {
    await bury('tasks', '{', 'not JSON');
    await bury('alerts', '{"type":"alert.evaluate"}');
    for (let look = 0; look < 2; look++) {
      const { items, counts } = await list();
      expect(items.map(({ queue, body, fault }) => [queue, body, fault])).toEqual([
        ['alerts', '{"type":"alert.evaluate"}', undefined],
        ['tasks', '{', 'not JSON'],
      ]);
      expect(counts).toEqual({ alerts: 1, tasks: 1 });
    }
    expect((await list({ queue: 'tasks' })).items).toHaveLength(1);
    const { queues } = await status.status();
    expect(queues.find(({ queue }) => queue === 'tasks')).toMatchObject({ waiting: 0, inFlight: 0, deadLetters: 1 });
  });

  it('go back to their queue: those that are named, or all', async () => {
    for (let i = 0; i < 12; i++) await bury('tasks', `{"n":${i}}`);
    const { items } = await list({ queue: 'tasks' });
    expect(items).toHaveLength(12);
    const [first] = items;
    const messageIds = [first?.messageId ?? '', 'nobody'];
    expect(await box.redrive({ queue: 'tasks', messageIds })).toEqual({
      handled: [first?.messageId],
      missing: ['nobody'],
    });
    expect(await countMessages(server.client, urls.tasks.url)).toMatchObject({ waiting: 1 });
    expect((await box.redrive({ queue: 'tasks' })).handled).toHaveLength(11);
    expect(await countMessages(server.client, urls.tasks.url)).toMatchObject({ waiting: 12 });
    expect((await list()).items).toEqual([]);
  });

  it('are discarded by name only', async () => {
    await bury('tasks', 'one');
    await bury('tasks', 'two');
    const { items } = await list();
    const [one] = items.filter(({ body }) => body === 'one');
    await box.discard({ queue: 'tasks', messageIds: [one?.messageId ?? ''] });
    expect((await list()).items.map(({ body }) => body)).toEqual(['two']);
  });
});
