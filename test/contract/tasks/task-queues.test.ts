import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { type TaskPriority, taskRequest } from '../../../lib/contracts/tasks.ts';
import type { Poller } from '../../../lib/local/sources/sqs-poller.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { leaseMs } from '../../../lib/tasks/model.ts';
import { TaskService } from '../../../lib/tasks/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { type QueuedTasks, queuedTasks, taskQueues } from '../../support/queued-tasks.ts';
import { recordingRunners } from '../../support/task-runners.ts';
import { type QueueServer, startQueueServer } from '../local-runtime/queue-fixture.ts';

const program = fileURLToPath(new URL('programs/mortal-worker.ts', import.meta.url));

let server: QueueServer;
let dynamoDb: TestDynamoDb;
let base: TestParts;
let queued: QueuedTasks;
let tasks: TaskService;
let pollers: Poller[];

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  server = await startQueueServer();
  base = await dynamoDb.createParts({ now: Date.now() });
  queued = await queuedTasks(server.client, base);
  const projects = new ProjectService(queued.parts);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
  tasks = new TaskService(queued.parts, projects, async () => {});
  pollers = [];
});
afterEach(async () => {
  await Promise.all(pollers.map((poller) => poller.stop(2000)));
  await server.stop();
});

const start = async (priority: TaskPriority) =>
  (await tasks.start(taskRequest.parse({ type: 'analysis', payload: { project: 'shop' }, priority }), undefined))
    .taskId;

const all = (count: number, priority: TaskPriority) =>
  Promise.all(Array.from({ length: count }, () => start(priority)));

describe('tasks in real queues', () => {
  it('of high priority do not wait for two hundred of low, nor those of low for the high ones', async () => {
    const low = new Set(await all(200, 'low'));
    const high = new Set(await all(20, 'high'));
    const ended: string[] = [];
    const { runners, runs } = recordingRunners(async ({ taskId, productId }) => {
      await delay(20);
      ended.push(taskId);
      return { ended: true, result: { productId } };
    });
    pollers = taskQueues.map((queue) => queued.read(queue, runners));
    await expect.poll(() => ended.filter((taskId) => high.has(taskId)).length, { timeout: 20_000 }).toBe(20);
    const before = ended.slice(
      0,
      ended.findLastIndex((taskId) => high.has(taskId)),
    );
    const lowBefore = before.filter((taskId) => low.has(taskId)).length;
    expect(lowBefore).toBeGreaterThan(0);
    expect(lowBefore).toBeLessThan(150);
    // Each once.
    expect(new Set(runs.map(({ taskId }) => taskId)).size).toBe(runs.length);
  }, 30_000);

  it('are carried out once each when every message comes twice, and a bad message is put aside', async () => {
    const ids = await all(3, 'normal');
    const { url } = queued.queues.tasks;
    const again = ids.map((taskId) => JSON.stringify({ type: 'task.run', taskId }));
    for (const body of ['{', ...again]) {
      await server.client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: body }));
    }
    const { runners, runs } = recordingRunners();
    pollers = [queued.read('tasks', runners)];
    const status = async () => (await Promise.all(ids.map((taskId) => tasks.get(taskId)))).map((task) => task.status);
    await expect.poll(status, { timeout: 10_000 }).toEqual(ids.map(() => 'completed'));
    expect(runs.map(({ taskId }) => taskId).toSorted()).toEqual(ids.toSorted());
    const buried = async () => {
      const asked = { QueueUrl: queued.queues.tasks.deadLetterUrl, WaitTimeSeconds: 1 };
      return (await server.client.send(new ReceiveMessageCommand(asked))).Messages?.map(({ Body }) => Body);
    };
    await expect.poll(buried, { timeout: 10_000 }).toEqual(['{']);
  }, 20_000);

  it('are taken up again when their worker is killed, by the same message', async () => {
    const taskId = await start('normal');
    const { url } = queued.queues.tasks;
    const asked = { QueueUrl: url, VisibilityTimeout: 1, WaitTimeSeconds: 5 };
    const { Messages: [message] = [] } = await server.client.send(new ReceiveMessageCommand(asked));
    expect(message?.Body).toContain(taskId);
    const child = spawn(
      process.execPath,
      ['--conditions=headroom-source', program, dynamoDb.endpoint, base.tableName, taskId],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(await tasks.get(taskId)).toMatchObject({ status: 'running', attempts: 1 });
    // Its lease is over before its message comes back, as by the timeouts of the deployed queue.
    base.time.now = Date.now() + leaseMs;
    const { runners, runs } = recordingRunners();
    pollers = [queued.read('tasks', runners)];
    await expect
      .poll(async () => tasks.get(taskId), { timeout: 10_000 })
      .toMatchObject({
        status: 'completed',
        attempts: 2,
      });
    expect(runs).toHaveLength(1);
  }, 20_000);
});
