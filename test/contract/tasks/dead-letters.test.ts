import { PurgeQueueCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { alarmReceiver } from '../../../lib/alerts/cloudwatch/receiver.ts';
import { AlertService } from '../../../lib/alerts/service.ts';
import { deadLetterQuery } from '../../../lib/contracts/dead-letters.ts';
import { type QueueName, queueNames } from '../../../lib/contracts/messages.ts';
import { ensureQueue } from '../../../lib/local/emulators/queue-provisioning.ts';
import { ensureQueues } from '../../../lib/local/provision/queues.ts';
import { countMessages } from '../../../lib/platform/queue/counts.ts';
import { DeadLetterBox } from '../../../lib/tasks/dead-letters/box.ts';
import { StatusService } from '../../../lib/tasks/platform-status/service.ts';
import { functionParts } from '../../support/function-parts.ts';
import { quietLog } from '../../support/history-table.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { type QueueServer, startQueueServer } from '../local-runtime/queue-fixture.ts';

const dynamoDb = useTestDynamoDb();
let server: QueueServer;
let urls: Awaited<ReturnType<typeof ensureQueues>>;
let undeliveredUrl: string;
let box: DeadLetterBox;
let alerts: AlertService;
let status: StatusService;

beforeAll(async () => {
  server = await startQueueServer();
  urls = await ensureQueues(server.client);
  const undelivered = { name: 'alarm-receiver-undelivered', visibilityTimeoutSeconds: 30 };
  undeliveredUrl = (await ensureQueue(server.client, undelivered)).url;
});
afterAll(() => server.stop());

beforeEach(async () => {
  const of = (kind: 'url' | 'deadLetterUrl') =>
    Object.fromEntries(Object.entries(urls).map(([name, pair]) => [name, pair[kind]]));
  const parts = {
    ...functionParts('tasks-api', await dynamoDb.createParts(), {
      queueUrls: of('url'),
      deadLetterUrls: { ...of('deadLetterUrl'), alarms: undeliveredUrl },
    }),
    sqs: server.client,
    log: quietLog,
  };
  box = new DeadLetterBox(parts, alarmReceiver(parts));
  alerts = new AlertService(parts);
  status = new StatusService(parts, { read: async () => ({ functions: [], oldestAges: new Map() }) });
  for (const queue of ['tasks', 'alerts', 'alarms'] as const) {
    const { items } = await box.list(deadLetterQuery.parse({ queue }));
    if (items.length > 0) await box.discard({ queue, messageIds: items.map(({ messageId }) => messageId) });
  }
});

const bury = (queue: QueueName | 'alarms', MessageBody: string, fault?: string) =>
  server.client.send(
    new SendMessageCommand({
      QueueUrl: queue === 'alarms' ? undeliveredUrl : urls[queue].deadLetterUrl,
      MessageBody,
      ...(fault === undefined ? {} : { MessageAttributes: { fault: { DataType: 'String', StringValue: fault } } }),
    }),
  );
const empty = (queue: QueueName) => server.client.send(new PurgeQueueCommand({ QueueUrl: urls[queue].url }));
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
    const { queues } = await status.status({ projects: undefined });
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

  it.each(queueNames)('of %s are shown with why, go back to it, and can be discarded', async (queue) => {
    const found = async () => (await list({ queue })).items;
    await empty(queue);
    await bury(queue, '{"type":"unheard-of"}', 'type: Invalid input');
    const [letter] = await found();
    expect(letter).toMatchObject({ queue, body: '{"type":"unheard-of"}', fault: 'type: Invalid input' });
    const back = await box.redrive({ queue, messageIds: [letter?.messageId ?? ''] });
    expect(back).toEqual({ handled: [letter?.messageId], missing: [] });
    expect(await countMessages(server.client, urls[queue].url)).toMatchObject({ waiting: 1 });
    expect(await found()).toEqual([]);
    await empty(queue);
    await bury(queue, 'no JSON');
    const { queues } = await status.status({ projects: undefined });
    expect(queues.find((each) => each.queue === queue)).toMatchObject({ waiting: 0, deadLetters: 1 });
    const [other] = await found();
    await box.discard({ queue, messageIds: [other?.messageId ?? ''] });
    expect(await found()).toEqual([]);
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

describe('what alarms said and nobody could take', () => {
  const said = {
    AlarmName: 'errors',
    NewStateValue: 'ALARM',
    NewStateReason: 'Threshold Crossed',
    StateChangeTime: '2026-01-31T02:00:00.000+0000',
  };
  /** As SNS leaves it where Lambda did not take it, and as Lambda does where the function failed. */
  const bySns = (said: object) => JSON.stringify({ Type: 'Notification', Message: JSON.stringify(said) });
  const byLambda = (said: object) =>
    JSON.stringify({ Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(said) } }] });

  it('is shown as it was said, with what is wrong with it, and counted in the status', async () => {
    const { NewStateReason: _, ...strange } = { ...said, NewStateValue: 'PERHAPS' };
    await bury('alarms', bySns(strange));
    await bury('alarms', byLambda(said));
    await bury('alarms', 'no envelope');
    const { items, counts } = await list({ queue: 'alarms' });
    expect(counts).toEqual({ alarms: 3 });
    expect(items.map(({ body, fault }) => [body, fault]).toSorted()).toEqual(
      [
        ['no envelope', 'not JSON'],
        [JSON.stringify(said), undefined],
        [JSON.stringify(strange), expect.stringMatching(/^NewStateValue: .+; NewStateReason: /)],
      ].toSorted(),
    );
    expect((await status.status({ projects: undefined })).queues).toContainEqual({ queue: 'alarms', deadLetters: 3 });
  });

  it('is taken where it can be by now, and stays where it cannot, with why', async () => {
    await bury('alarms', byLambda(said));
    await bury('alarms', bySns({ AlarmName: 'strange' }));
    const { handled, failed = [], missing } = await box.redrive({ queue: 'alarms' });
    expect([handled.length, missing]).toEqual([1, []]);
    expect(failed).toMatchObject([{ fault: expect.stringContaining('NewStateValue') }]);
    const open = await alerts.list({ limit: 50 }, () => true);
    expect(open.items).toMatchObject([{ type: 'cloudwatch-alarm', subject: 'errors', status: 'open' }]);
    const { items } = await list();
    expect(items.map(({ messageId }) => messageId)).toEqual(failed.map(({ messageId }) => messageId));
    const [left] = failed.map(({ messageId }) => messageId);
    expect(await box.discard({ queue: 'alarms', messageIds: [left ?? ''] })).toMatchObject({ handled: [left] });
    expect((await list()).items).toEqual([]);
  });
});
