import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DeepAnalyses } from '../../../lib/analysis/deep/service.ts';
import { AnalysisService } from '../../../lib/analysis/service.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { task, taskRequest } from '../../../lib/contracts/tasks.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TaskService } from '../../../lib/tasks/service.ts';
import { runTask, type TaskRunners, taskRunners } from '../../../lib/tasks/worker.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let tasks: TaskService;
let analysis: AnalysisService;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  const projects = new ProjectService(parts);
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:8080' }));
  tasks = new TaskService(parts, projects);
  analysis = new AnalysisService(parts, { projects, telemetry: new TelemetryService(parts, projects) });
});

const request = (changes: object = {}) =>
  taskRequest.parse({ type: 'analysis', payload: { project: 'shop' }, ...changes });

const start = async (changes?: object) => (await tasks.start(request(changes), undefined)).taskId;

/** Carries out what it is told, and counts how often. */
function runners(run: () => Promise<void>): TaskRunners & { runs: string[] } {
  const runs: string[] = [];
  return {
    runs,
    analysis: async (_, productId) => {
      runs.push(productId);
      await run();
      return { analysisId: productId };
    },
  };
}

const working = () => runners(async () => {});

describe('starting', () => {
  it('stores the task with the message that has it carried out', async () => {
    const taskId = await start();
    expect(parts.sent).toEqual([{ queue: 'tasks', body: { type: 'task.run', taskId } }]);
    const shown = await tasks.get(taskId);
    expect(shown).toMatchObject({
      taskId,
      project: 'shop',
      type: 'analysis',
      status: 'queued',
      attempts: 0,
      maxAttempts: 3,
    });
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
    expect(parts.sent).toEqual([{ queue: 'tasks', body: { type: 'task.run', taskId } }]);
  });

  it('sends it at once when its time is past', async () => {
    await start({ runAt: '2020-01-01T00:00:00.000Z' });
    expect(parts.sent).toHaveLength(1);
  });

  it('needs the project', async () => {
    await expect(start({ payload: { project: 'none' } })).rejects.toMatchObject({ code: 'not-found' });
    await expect(tasks.get(parts.ids(0))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('carrying out', () => {
  it('happens once, however often the message comes', async () => {
    const taskId = await start();
    const counting = working();
    for (let i = 0; i < 3; i++) await runTask(parts, counting, taskId);
    expect(counting.runs).toHaveLength(1);
    expect(await tasks.get(taskId)).toMatchObject({
      status: 'completed',
      attempts: 1,
      result: { analysisId: counting.runs[0] },
      endedAt: expect.any(String),
    });
  });

  it('happens once when the message comes twice at the same time: one of them is told to come again', async () => {
    const taskId = await start();
    const counting = working();
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => runTask(parts, counting, taskId)));
    expect(counting.runs).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThanOrEqual(1);
    await runTask(parts, counting, taskId);
    expect(counting.runs).toHaveLength(1);
  });

  it('is tried again as often as the task allows, and fails then without its reason', async () => {
    const taskId = await start({ maxAttempts: 3 });
    const failing = runners(async () => {
      throw new Error('connect ECONNREFUSED 10.0.0.7');
    });
    for (let attempt = 1; attempt < 3; attempt++) {
      await expect(runTask(parts, failing, taskId)).rejects.toThrow('ECONNREFUSED');
      expect(await tasks.get(taskId)).toMatchObject({ status: 'queued', attempts: attempt });
    }
    await runTask(parts, failing, taskId);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'failed', attempts: 3 });
    expect((await tasks.get(taskId)).error).not.toContain('ECONNREFUSED');
    await runTask(parts, failing, taskId);
    expect(new Set(failing.runs).size).toBe(1);
    expect(failing.runs).toHaveLength(3);
  });

  it('is over at once when it can never succeed', async () => {
    const taskId = await start();
    const failing = runners(async () => {
      throw new DomainError('not-found', 'The project shop does not exist.');
    });
    await runTask(parts, failing, taskId);
    expect(await tasks.get(taskId)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: 'The project shop does not exist.',
    });
  });

  it('is tried again when a part was just down', async () => {
    const taskId = await start();
    let isDown = true;
    const recovering = runners(async () => {
      if (isDown) throw new DomainError('unavailable', 'A part does not answer.');
    });
    await expect(runTask(parts, recovering, taskId)).rejects.toMatchObject({ code: 'unavailable' });
    isDown = false;
    await runTask(parts, recovering, taskId);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'completed', attempts: 2 });
  });

  it('goes to another worker when the lease of one that died has run out, and ends when it ends all of them', async () => {
    const taskId = await start({ maxAttempts: 2 });
    const dying = { analysis: () => new Promise<never>(() => {}) };
    const counting = working();
    for (let attempt = 1; attempt <= 2; attempt++) {
      // It never says how it ended, as when its process was killed.
      void runTask(parts, dying, taskId);
      await expect
        .poll(async () => tasks.get(taskId), { interval: 5 })
        .toMatchObject({ status: 'running', attempts: attempt });
      await expect(runTask(parts, counting, taskId)).rejects.toThrow('Another worker');
      parts.time.now += 310_001;
    }
    await runTask(parts, counting, taskId);
    expect(counting.runs).toEqual([]);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'failed', attempts: 2, error: expect.any(String) });
  });

  it('does nothing for a task that is not there', async () => {
    await runTask(parts, working(), parts.ids(0));
  });

  it('makes one analysis, however often it is carried out', async () => {
    const taskId = await start();
    const real = taskRunners({ analysis, deepAnalyses: new DeepAnalyses(parts, new ProjectService(parts)) });
    await Promise.allSettled([runTask(parts, real, taskId), runTask(parts, real, taskId)]);
    const { result } = await tasks.get(taskId);
    expect((await analysis.list('shop', { limit: 10 })).items).toMatchObject([{ analysisId: result?.analysisId }]);
  });
});
