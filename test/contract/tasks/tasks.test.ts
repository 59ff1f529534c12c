import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { task, taskQuery, taskRequest } from '../../../lib/contracts/tasks.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { aliveMs, beatItem, Heartbeat } from '../../../lib/tasks/heartbeat.ts';
import { leaseMs, openTaskItem, taskItem } from '../../../lib/tasks/model.ts';
import { OpenTasks } from '../../../lib/tasks/open-tasks.ts';
import { mostOf } from '../../../lib/tasks/places.ts';
import { TaskService } from '../../../lib/tasks/service.ts';
import { TasksOverview } from '../../../lib/tasks/status.ts';
import { TaskStore } from '../../../lib/tasks/store.ts';
import { TaskWorker } from '../../../lib/tasks/worker.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { recordingRunners } from '../../support/task-runners.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let tasks: TaskService;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  const projects = new ProjectService(parts);
  for (const name of ['shop', 'other']) {
    await projects.put(name, projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
  }
  tasks = new TaskService(parts, projects, async () => {});
});

const request = (changes: object = {}) =>
  taskRequest.parse({ type: 'analysis', payload: { project: 'shop' }, ...changes });
const start = async (changes?: object) => (await tasks.start(request(changes), undefined)).taskId;
const working = (...given: Parameters<typeof recordingRunners>) => {
  const recording = recordingRunners(...given);
  return { ...recording, worker: new TaskWorker(parts, recording.runners) };
};
const run = (taskId: string, queue = 'tasks') => ({ queue, body: { type: 'task.run', taskId } });
const every = () => true;
const beatOf = async (taskId: string) => (await parts.table.get(beatItem, keys.taskBeat(taskId)))?.value.aliveUntilMs;
const never = () => new Promise<never>(() => {});

describe('starting', () => {
  it.each([
    ['high', 'tasks-high'],
    ['normal', 'tasks'],
    ['low', 'tasks-low'],
  ])('stores the task with the message that has it carried out, by its priority: %s', async (priority, queue) => {
    const taskId = await start({ priority });
    expect(parts.sent).toEqual([run(taskId, queue)]);
    const shown = await tasks.get(taskId);
    expect(shown).toMatchObject({ taskId, project: 'shop', type: 'analysis', priority, status: 'queued', attempts: 0 });
    expect(task.strict().parse(shown)).toEqual(shown);
  });

  it('makes one task of a request that is repeated with its key', async () => {
    const ids = await Promise.all([1, 2, 3].map(async () => (await tasks.start(request(), 'again')).taskId));
    expect(new Set(ids).size).toBe(1);
    expect(parts.sent).toHaveLength(1);
  });

  it('keeps the message until its time has come', async () => {
    const runAt = '2026-03-01T00:00:00.000Z';
    const taskId = await start({ runAt });
    expect(await tasks.get(taskId)).toMatchObject({ status: 'queued', runAt });
    parts.time.now = Date.parse(runAt) - 1;
    await parts.outbox.relayDue();
    expect(parts.sent).toEqual([]);
    parts.time.now += 1;
    await parts.outbox.relayDue();
    expect(parts.sent).toEqual([run(taskId)]);
  });

  it('sends it at once when its time is past', async () => {
    await start({ runAt: '2020-01-01T00:00:00.000Z' });
    expect(parts.sent).toHaveLength(1);
  });

  it('needs the project, but for caches, which may belong to none', async () => {
    await expect(start({ payload: { project: 'none' } })).rejects.toMatchObject({ code: 'not-found' });
    await expect(tasks.get(parts.ids(0))).rejects.toMatchObject({ code: 'not-found' });
    const taskId = await start({ type: 'cache-maintenance', payload: { namespace: 'none.pages' } });
    expect(await tasks.get(taskId)).toMatchObject({ project: 'none' });
    // Nobody where the caches are reads a queue.
    expect(parts.sent).toEqual([]);
  });

  it('takes no more than an item can hold', async () => {
    const payload = {
      project: 'shop',
      url: 'http://127.0.0.1/',
      secret: '0123456789abcdef',
      body: 'x'.repeat(300_000),
    };
    await expect(start({ type: 'webhook', payload })).rejects.toMatchObject({ code: 'payload-too-large' });
  });
});

describe('carrying out', () => {
  it('happens once, however often the message comes', async () => {
    const taskId = await start();
    const { worker, runs } = working();
    for (let i = 0; i < 3; i++) await worker.carryOut(taskId);
    expect(runs).toHaveLength(1);
    expect(await tasks.get(taskId)).toMatchObject({
      status: 'completed',
      attempts: 1,
      result: { productId: runs[0]?.productId },
      endedAt: expect.any(String),
    });
  });

  it('happens once when the message comes twice at the same time: one of them is told to come again', async () => {
    const taskId = await start();
    const { worker, runs } = working();
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => worker.carryOut(taskId)));
    expect(runs).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    await worker.carryOut(taskId);
    expect(runs).toHaveLength(1);
  });

  it('is tried again after a backoff, as often as the task allows, and fails then without its reason', async () => {
    const taskId = await start({ maxAttempts: 3 });
    const { worker, runs } = working(async () => {
      throw new Error('connect ECONNREFUSED 10.0.0.7');
    });
    // Full jitter: half of 4 s, then of 8 s, by the random number of the test.
    for (const [attempt, delaySeconds] of [
      [1, 2],
      [2, 4],
    ] as const) {
      parts.sent.length = 0;
      await worker.carryOut(taskId);
      const notBefore = new Date(parts.time.now + delaySeconds * 1000).toISOString();
      expect(await tasks.get(taskId)).toMatchObject({ status: 'queued', attempts: attempt, notBefore });
      expect(parts.sent).toEqual([{ ...run(taskId), delaySeconds }]);
    }
    await worker.carryOut(taskId);
    const failed = await tasks.get(taskId);
    expect(failed).toMatchObject({ status: 'failed', attempts: 3 });
    expect(failed.error).not.toContain('ECONNREFUSED');
    expect(failed).not.toHaveProperty('notBefore');
    await worker.carryOut(taskId);
    expect(new Set(runs.map(({ productId }) => productId)).size).toBe(1);
    expect(runs).toHaveLength(3);
  });

  it('is over at once when it can never succeed', async () => {
    const taskId = await start();
    const { worker } = working(async () => {
      throw new DomainError('not-found', 'The project shop does not exist.');
    });
    await worker.carryOut(taskId);
    const error = 'The project shop does not exist.';
    expect(await tasks.get(taskId)).toMatchObject({ status: 'failed', attempts: 1, error });
  });

  it('is tried again when a part was just down, and not before it said', async () => {
    const taskId = await start();
    let isDown = true;
    const { worker } = working(async () => {
      if (isDown) throw new DomainError('unavailable', 'A part does not answer.', { retryAfterSeconds: 120 });
      return { ended: true, result: {} };
    });
    await worker.carryOut(taskId);
    expect(parts.sent.at(-1)).toMatchObject({ delaySeconds: 120 });
    isDown = false;
    await worker.carryOut(taskId);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'completed', attempts: 2 });
    expect(await tasks.get(taskId)).not.toHaveProperty('error');
  });

  it('waits for what goes on by itself in one attempt, and shows how far it is', async () => {
    const taskId = await start({ maxAttempts: 1 });
    let looks = 0;
    const { worker } = working(async () => {
      looks += 1;
      const result = { analysisId: 'a' };
      return looks < 4
        ? { ended: false, waitSeconds: 5, progressPercent: looks * 25, result }
        : { ended: true, result };
    });
    for (let look = 1; look < 4; look++) {
      await worker.carryOut(taskId);
      const shown = { status: 'running', attempts: 1, progressPercent: look * 25, result: { analysisId: 'a' } };
      expect(await tasks.get(taskId)).toMatchObject(shown);
      expect(parts.sent.at(-1)).toEqual({ ...run(taskId), delaySeconds: 5 });
    }
    await worker.carryOut(taskId);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'completed', attempts: 1 });
  });

  it('does not wait for ever', async () => {
    const taskId = await start();
    const { worker } = working(async () => ({ ended: false, waitSeconds: 5, result: {} }));
    await worker.carryOut(taskId);
    parts.time.now += 25 * 60 * 60_000;
    await worker.carryOut(taskId);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'failed' });
  });

  it('goes to another worker when the lease of one that died has run out, and ends when it ends all of them', async () => {
    const taskId = await start({ maxAttempts: 2 });
    const dying = working(never);
    const { worker, runs } = working();
    for (let attempt = 1; attempt <= 2; attempt++) {
      // It never says how it ended, as when its process was killed.
      void dying.worker.carryOut(taskId);
      await expect
        .poll(async () => tasks.get(taskId), { interval: 5 })
        .toMatchObject({ status: 'running', attempts: attempt });
      await expect(worker.carryOut(taskId)).rejects.toThrow('Another worker');
      parts.time.now += leaseMs + 1;
    }
    await worker.carryOut(taskId);
    expect(runs).toEqual([]);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'failed', attempts: 2, error: expect.any(String) });
  });

  it('leaves a task that could never be carried out as failed', async () => {
    const taskId = await start();
    const { worker } = working();
    await worker.giveUp(taskId);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'failed', error: expect.any(String) });
    await worker.giveUp(taskId);
    await worker.carryOut(parts.ids(0));
  });
});

describe('the places of a type', () => {
  it('bound how many are carried out at once, of each priority by itself', async () => {
    const most = mostOf('export', 'low');
    const export_ = { type: 'export', payload: { project: 'shop', metrics: ['requests'] } };
    const ids: string[] = [];
    for (let i = 0; i <= most; i++) ids.push(await start({ ...export_, priority: 'low' }));
    const high = await start({ ...export_, priority: 'high' });
    const held = working(never);
    for (const taskId of ids.slice(0, most)) {
      void held.worker.carryOut(taskId);
      await expect.poll(async () => (await tasks.get(taskId)).status, { interval: 5 }).toBe('running');
    }
    parts.sent.length = 0;
    const { worker, runs } = working();
    const last = ids[most] ?? '';
    await worker.carryOut(last);
    // It waits its turn, and none of its attempts is gone.
    expect(runs).toEqual([]);
    expect(await tasks.get(last)).toMatchObject({ status: 'queued', attempts: 0 });
    expect(parts.sent).toEqual([{ ...run(last, 'tasks-low'), delaySeconds: 2 }]);
    await worker.carryOut(high);
    expect(await tasks.get(high)).toMatchObject({ status: 'completed' });
    // Of those who hold the places nothing is heard any more.
    parts.time.now += leaseMs + 1;
    await worker.carryOut(last);
    expect(await tasks.get(last)).toMatchObject({ status: 'completed' });
  });
});

describe('cancelling', () => {
  it('keeps what is queued from being carried out', async () => {
    const taskId = await start();
    expect(await tasks.cancel(taskId)).toEqual({ taskId, status: 'cancelled' });
    const { worker, runs, cancelled } = working();
    await worker.carryOut(taskId);
    expect([runs, cancelled]).toEqual([[], []]);
    expect(await tasks.cancel(taskId)).toEqual({ taskId, status: 'cancelled' });
  });

  it('keeps what is to run later from being carried out', async () => {
    const taskId = await start({ runAt: '2026-03-01T00:00:00.000Z' });
    await tasks.cancel(taskId);
    parts.time.now = Date.parse('2026-03-01T00:00:01.000Z');
    await parts.outbox.relayDue();
    const { worker, runs } = working();
    await worker.carryOut(taskId);
    expect(runs).toEqual([]);
  });

  it('drops what is being carried out, and ends what it began', async () => {
    const taskId = await start();
    const { promise, resolve } = Promise.withResolvers<void>();
    const { worker, cancelled } = working(async () => {
      await promise;
      return { ended: true, result: { analysisId: 'a' } };
    });
    const carriedOut = worker.carryOut(taskId);
    await expect.poll(async () => (await tasks.get(taskId)).status, { interval: 5 }).toBe('running');
    await tasks.cancel(taskId);
    resolve();
    await carriedOut;
    expect(await tasks.get(taskId)).toMatchObject({ status: 'cancelled' });
    expect(cancelled).toMatchObject([{ taskId, result: { analysisId: 'a' } }]);
  });

  it('ends what it waits for, by a message to its worker', async () => {
    const taskId = await start();
    const { worker, cancelled } = working(async () => ({ ended: false, waitSeconds: 5, result: { analysisId: 'a' } }));
    await worker.carryOut(taskId);
    parts.sent.length = 0;
    await tasks.cancel(taskId);
    expect(parts.sent).toEqual([run(taskId)]);
    await worker.carryOut(taskId);
    expect(cancelled).toMatchObject([{ result: { analysisId: 'a' } }]);
  });

  it('is refused for what is over', async () => {
    const taskId = await start();
    await working().worker.carryOut(taskId);
    await expect(tasks.cancel(taskId)).rejects.toMatchObject({ code: 'conflict' });
    await expect(tasks.cancel(parts.ids(0))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('retrying', () => {
  it('gives a task that failed all its attempts anew, and makes another thing', async () => {
    const taskId = await start({ maxAttempts: 1 });
    let fails = true;
    const { worker, runs } = working(async () => {
      if (fails) throw new Error('no');
      return { ended: true, result: {} };
    });
    await worker.carryOut(taskId);
    fails = false;
    parts.sent.length = 0;
    await tasks.retry(taskId);
    expect(parts.sent).toEqual([run(taskId)]);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'queued', attempts: 0 });
    await worker.carryOut(taskId);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'completed', attempts: 1 });
    expect(runs[0]?.productId).not.toBe(runs[1]?.productId);
  });

  it('takes up what was cancelled, and nothing else', async () => {
    const taskId = await start();
    await expect(tasks.retry(taskId)).rejects.toMatchObject({ code: 'conflict' });
    await tasks.cancel(taskId);
    await tasks.retry(taskId);
    await working().worker.carryOut(taskId);
    await expect(tasks.retry(taskId)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('what is shown of all', () => {
  it('is listed by project, status, type and priority, the newest first', async () => {
    const first = await start();
    const second = await start({ payload: { project: 'other' }, priority: 'low' });
    const third = await start({ type: 'report', payload: { project: 'shop' } });
    await working().worker.carryOut(first);
    const listed = async (query: object, isVisible: (projects: readonly string[]) => boolean = every) =>
      (await tasks.list(taskQuery.parse(query), isVisible)).items.map(({ taskId }) => taskId);
    expect(await listed({})).toEqual([third, second, first]);
    expect(await listed({ project: 'shop' })).toEqual([third, first]);
    expect(await listed({ status: 'completed' })).toEqual([first]);
    expect(await listed({ type: 'report' })).toEqual([third]);
    expect(await listed({ priority: 'low' })).toEqual([second]);
    expect(await listed({}, (projects) => projects.includes('other'))).toEqual([second]);
    const page = await tasks.list(taskQuery.parse({ limit: '2' }), every);
    expect(await listed({ limit: '2', cursor: page.nextCursor })).toEqual([first]);
  });

  it('says how many wait and run by priority, how old the oldest is, and how many succeed', async () => {
    const { worker } = working();
    for (let i = 0; i < 3; i++) await worker.carryOut(await start({ priority: 'high' }));
    const failing = working(async () => {
      throw new DomainError('conflict', 'no');
    });
    await failing.worker.carryOut(await start());
    await tasks.cancel(await start());
    await start({ priority: 'low' });
    await start({ runAt: '2026-03-01T00:00:00.000Z' });
    const held = await start({ priority: 'high' });
    void working(never).worker.carryOut(held);
    await expect.poll(async () => (await tasks.get(held)).status, { interval: 5 }).toBe('running');
    parts.time.now += 90_000;
    const { priorities, ...rest } = await new TasksOverview(parts).status();
    expect(priorities).toEqual([
      { priority: 'high', depth: 0, scheduled: 0, running: 1, workers: 10, oldestAgeSeconds: 90 },
      { priority: 'normal', depth: 0, scheduled: 1, running: 0, workers: 10 },
      { priority: 'low', depth: 1, scheduled: 0, running: 0, workers: 5, oldestAgeSeconds: 90 },
    ]);
    expect(rest).toMatchObject({ ended: { completed: 3, failed: 1, cancelled: 1 }, successRatePercent: 75 });
  });
});

describe('tasks from before they were divided among shards', () => {
  /** As they stood then: all in one partition. */
  const bringBack = async (taskId: string) => {
    const store = new TaskStore(parts.table);
    const found = await store.find(taskId);
    if (found === undefined) throw new Error('There is no such task');
    const { request: of, project, createdAt } = found.value;
    const open = { taskId, project, type: of.type, priority: of.priority, createdMs: Date.parse(createdAt) };
    await parts.table.delete(found.key);
    await store.leave(taskId);
    await parts.table.create(openTaskItem, keys.openTask(0, taskId), { ...open, dueMs: open.createdMs });
    await parts.table.create(taskItem, keys.task(0, taskId), found.value);
  };

  it('are listed among the others, counted, carried out, and not looked after any more when they are over', async () => {
    const all: string[] = [];
    for (let count = 0; count < 12; count++) all.push(await start());
    for (const taskId of all.slice(0, 8)) await bringBack(taskId);
    const listed: string[] = [];
    for (let cursor: string | undefined, isFirst = true; isFirst || cursor !== undefined; isFirst = false) {
      const page = await tasks.list(
        taskQuery.parse({ limit: '5', ...(cursor === undefined ? {} : { cursor }) }),
        every,
      );
      listed.push(...page.items.map(({ taskId }) => taskId));
      cursor = page.nextCursor;
    }
    expect(listed).toEqual(all.toReversed());
    const counted = async () => (await new OpenTasks(parts).counted()).normal.due;
    expect(await counted()).toBe(12);
    const { worker, runs } = working();
    for (const taskId of all) await worker.carryOut(taskId);
    expect(runs.map(({ taskId }) => taskId)).toEqual(all);
    await new OpenTasks(parts).lookAfter();
    expect(await counted()).toBe(0);
    await expect(tasks.cancel(all[0] ?? '')).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('tasks that nobody is at', () => {
  it('are sent on when their message is lost, once an hour', async () => {
    const taskId = await start({ priority: 'low' });
    parts.sent.length = 0;
    const open = new OpenTasks(parts);
    expect(await open.lookAfter()).toBe(0);
    parts.time.now += 61 * 60_000;
    expect(await open.lookAfter()).toBe(1);
    expect(await open.lookAfter()).toBe(0);
    expect(parts.sent).toEqual([run(taskId, 'tasks-low')]);
    parts.time.now += 61 * 60_000;
    expect(await open.lookAfter()).toBe(1);
  });

  it('are not those that have a worker, or whose time has not come', async () => {
    const held = await start();
    void working(never).worker.carryOut(held);
    await expect.poll(async () => (await tasks.get(held)).status, { interval: 5 }).toBe('running');
    await start({ runAt: '2026-03-01T00:00:00.000Z' });
    parts.sent.length = 0;
    parts.time.now += aliveMs - 1;
    expect(await new OpenTasks(parts).lookAfter()).toBe(0);
    expect(parts.sent).toEqual([]);
  });

  it('go to another worker within a minute or two when theirs is heard of no more, long before its lease is over', async () => {
    const taskId = await start();
    const dying = new TaskWorker(parts, recordingRunners(never).runners, new Heartbeat(parts, 5));
    void dying.carryOut(taskId);
    await expect.poll(async () => (await tasks.get(taskId)).status, { interval: 5 }).toBe('running');
    // It lives, for longer than it would be waited for.
    for (let beats = 0; beats < 3; beats++) {
      parts.time.now += aliveMs - 1;
      await expect.poll(() => new Heartbeat(parts).isSilent(taskId), { interval: 5 }).toBe(false);
      await expect.poll(() => beatOf(taskId), { interval: 5 }).toBe(parts.time.now + aliveMs);
    }
    const { worker, runs } = working();
    await expect(worker.carryOut(taskId)).rejects.toThrow('Another worker');
    expect(runs).toEqual([]);
  });

  it('are taken from a worker that was killed, and given on once', async () => {
    const taskId = await start();
    void working(never).worker.carryOut(taskId);
    await expect.poll(async () => (await tasks.get(taskId)).status, { interval: 5 }).toBe('running');
    parts.sent.length = 0;
    parts.time.now += aliveMs;
    const open = new OpenTasks(parts);
    expect(await open.lookAfter()).toBe(1);
    expect(await open.lookAfter()).toBe(0);
    expect(parts.sent).toEqual([run(taskId)]);
    const { worker, runs } = working();
    await worker.carryOut(taskId);
    expect(runs).toHaveLength(1);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'completed', attempts: 2 });
  });
});
