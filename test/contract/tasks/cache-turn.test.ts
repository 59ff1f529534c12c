import { beforeEach, describe, expect, it } from 'vitest';
import { opener } from '../../../lib/cache/open-namespace.ts';
import { CacheService } from '../../../lib/cache/service.ts';
import { taskRequest } from '../../../lib/contracts/tasks.ts';
import { CacheTurn } from '../../../lib/tasks/cache-turn.ts';
import { cacheRunners } from '../../../lib/tasks/runners/caches.ts';
import { TaskService } from '../../../lib/tasks/service.ts';
import { TaskWorker } from '../../../lib/tasks/worker.ts';
import { functionParts } from '../../support/function-parts.ts';
import { quietLog, type TestParts } from '../../support/history-table.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let tasks: TaskService;
let caches: CacheService;
let turn: CacheTurn;

beforeEach(async () => {
  parts = await dynamoDb.createParts();
  const all = {
    ...functionParts('cache-maintenance', parts),
    log: quietLog,
    meter: { count() {}, milliseconds() {}, flush() {} },
  };
  caches = new CacheService(all, { open: opener({ tiers: [], memoryMb: 16, log: quietLog }) });
  turn = new CacheTurn(all, new TaskWorker(all, cacheRunners(caches, all)));
  tasks = new TaskService(parts, { require: async () => ({}) as never }, async () => {});
});

const start = async (type: string, payload: object, changes: object = {}) =>
  (await tasks.start(taskRequest.parse({ type, payload, ...changes }), undefined)).taskId;

describe('tasks of caches', () => {
  it('are carried out by a turn of maintenance', async () => {
    const entries = [{ key: 'a', value: { n: 1 } }];
    const warming = await start('cache-warm', { namespace: 'shop.pages', entries });
    const maintaining = await start('cache-maintenance', { namespace: 'shop.pages' });
    expect(await turn.take()).toBe(2);
    expect(await tasks.get(warming)).toMatchObject({ status: 'completed', result: { requested: 1, stored: 1 } });
    expect(await tasks.get(maintaining)).toMatchObject({ status: 'completed', result: { expiredRemoved: 0 } });
    const found = await caches.within('shop.pages', ({ cache }) => cache.lookupMany(['a'], {}));
    expect(found).toHaveLength(1);
    expect(await turn.take()).toBe(0);
  });

  it('wait for their time, and for their backoff', async () => {
    const later = new Date(parts.time.now + 60_000).toISOString();
    await start('cache-maintenance', { namespace: 'shop' }, { runAt: later });
    expect(await turn.take()).toBe(0);
    parts.time.now += 60_000;
    expect(await turn.take()).toBe(1);
  });

  it('are not cancelled in vain', async () => {
    const taskId = await start('cache-maintenance', { namespace: 'shop' });
    await tasks.cancel(taskId);
    expect(await turn.take()).toBe(0);
    expect(await tasks.get(taskId)).toMatchObject({ status: 'cancelled', attempts: 0 });
  });
});
