import { DynamoDB } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { dynamodb, redis } from '../../../lib/cache/library/tiers.ts';
import { upkeepItem } from '../../../lib/cache/model.ts';
import { NamespaceService } from '../../../lib/cache/namespace-service.ts';
import { opener } from '../../../lib/cache/open-namespace.ts';
import { CacheService } from '../../../lib/cache/service.ts';
import { CacheUpkeep } from '../../../lib/cache/upkeep.ts';
import { UpkeepService } from '../../../lib/cache/upkeep-service.ts';
import type { Proposal } from '../../../lib/contracts/optimizations.ts';
import { ensureCacheTable } from '../../../lib/local/provision/tables.ts';
import { cacheSource } from '../../../lib/optimization/cache/situation-source.ts';
import { CacheUpkeepApplier } from '../../../lib/optimization/cache/upkeep-applier.ts';
import { cacheWarming } from '../../../lib/optimization/modules/cache/cache-hot-keys.ts';
import { cacheMaintenance } from '../../../lib/optimization/modules/cache/cache-maintenance.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { functionParts } from '../../support/function-parts.ts';
import { quietLog, type TestParts } from '../../support/history-table.ts';
import { proposalOf, RunHarness, somebody } from '../../support/optimization/run-harness.ts';
import { situationOf } from '../../support/optimization/situation.ts';
import { useRedisServer } from '../../support/redis-server.ts';
import { noon } from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
const server = useRedisServer();
const namespace = 'shop.pages';
const hot = Array.from({ length: 10 }, (_, at) => `hot/${at}`);
let table: DynamoDB;
let parts: TestParts;
let proposals: readonly Proposal[];

const meter = { count() {}, milliseconds() {}, flush() {} };
/** As a function of its own serves the namespaces of the deployment. */
function cachesOf(name: 'cache-api' | 'cache-maintenance') {
  const own = { ...functionParts(name, parts), log: quietLog, meter };
  const tiers = [redis({ client: server.client }), dynamodb({ client: table, tableName: 'cache' })];
  const caches = new CacheService(own, { open: opener({ tiers, memoryMb: 16, log: quietLog }) });
  return { caches, upkeep: new CacheUpkeep(own, caches) };
}

beforeAll(async () => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  table = new DynamoDB({ endpoint: dynamoDb.endpoint, region: 'us-east-1', credentials });
  await ensureCacheTable(table, 'cache');
});
afterAll(() => table.destroy());

/** A namespace whose hot keys Redis has lost, with entries that have expired, as the function that serves it has counted it. */
beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  const { caches } = cachesOf('cache-api');
  const stores = { stores: true };
  await caches.within(namespace, ({ cache }) => cache.clear());
  await caches.within(
    namespace,
    async ({ cache }) => {
      const value = { bytes: Buffer.from('x') };
      await cache.setMany(hot.map((key) => ({ key, value })));
      await cache.setMany(Array.from({ length: 25 }, (_, at) => ({ key: `old/${at}`, value, ttlSeconds: 0.001 })));
      for (let round = 0; round < 60; round++) await cache.getMany(hot);
      await cache.getMany(Array.from({ length: 500 }, (_, at) => `nothing/${at}`));
    },
    stores,
  );
  parts.time.now += 60_000;
  await caches.within(namespace, async () => {});
  await caches.close();
  await server.client.flushall();
  const { project, telemetry } = situationOf();
  const known = await cacheSource(new NamespaceService(parts)).read(project, Promise.resolve(telemetry));
  const situation = situationOf(known);
  proposals = [cacheWarming, cacheMaintenance].flatMap((module) =>
    module.plan(situation).map(({ subject: _, ...proposed }) => proposalOf(module.name, [], proposed)),
  );
});

const harnessWith = (options: { pollMs: number; patienceMs?: number }): RunHarness =>
  new RunHarness({
    parts,
    appliers: { 'cache-upkeep': new CacheUpkeepApplier(new UpkeepService(parts), options) },
    proposals: () => proposals,
  });
const patient = () => harnessWith({ pollMs: 2 });
/** One whose worker is cut off before the work that it asks for is done. */
const impatient = () => harnessWith({ pollMs: 1, patienceMs: 0 });

async function asked(harness: RunHarness): Promise<string> {
  await harness.createProject();
  const { runId } = await harness.start({ optimizations: ['cache-maintenance'] });
  await expect(harness.settle()).rejects.toMatchObject({ code: 'unavailable' });
  return runId;
}

describe('A run that has a cache kept in order', () => {
  it('has it done where the caches stand, tells what that came to, and says that nothing is to be put back', async () => {
    const { caches, upkeep } = cachesOf('cache-maintenance');
    const harness = patient();
    await harness.createProject();
    const { runId, plannedOptimizations } = await harness.start();
    expect(plannedOptimizations.map(({ reversible, changes }) => [reversible, changes])).toMatchObject([
      [false, [{ kind: 'cache-upkeep', namespace, work: 'warming', topKeys: 10 }]],
      [false, [{ kind: 'cache-upkeep', namespace, work: 'maintenance' }]],
    ]);
    let isOver = false;
    const led = harness.settle().finally(() => {
      isOver = true;
    });
    while (!isOver) await upkeep.carryOut();
    await led;
    const run = await harness.show(runId);
    expect(run).toMatchObject({
      status: 'completed',
      steps: [
        {
          status: 'kept',
          detail: 'Done: 10 of the 10 most read keys that are stored stand in Redis, 10 of them since now',
        },
        { status: 'kept', detail: expect.stringMatching(/^Done: 25 expired entries and \d+ leftovers/) },
      ],
      result: { success: true, appliedOptimizations: [{ proven: false }, { proven: false }] },
    });
    expect(run.drifted).toBeUndefined();
    const read = await caches.within(namespace, async ({ shared }) => shared?.read(hot, { headsOnly: true }));
    expect(read?.entries.map((entry) => entry?.tier)).toEqual(hot.map(() => 'redis'));
    expect((await harness.engine().audit.list('shop', { limit: 10 })).items).toMatchObject([
      { action: 'apply', from: 'due', to: 'done', state: 'made', detail: run.steps[1]?.detail },
      { action: 'apply', from: 'due', to: 'done', state: 'made', detail: run.steps[0]?.detail },
    ]);
    await expect(harness.engine().runs.rollback('shop', runId, { force: false }, somebody)).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('could be put back'),
    });
    await caches.close();
  });

  it('calls off what is not done yet when it is rolled back', async () => {
    const harness = impatient();
    const runId = await asked(harness);
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      status: 'rolled-back',
      steps: [{ status: 'rolled-back' }],
      conflicts: [],
    });
    const { caches, upkeep } = cachesOf('cache-maintenance');
    expect(await upkeep.carryOut()).toBe(0);
    await caches.close();
  });

  it('says that it was done where that was faster than its rollback', async () => {
    const harness = impatient();
    const runId = await asked(harness);
    const { caches, upkeep } = cachesOf('cache-maintenance');
    expect(await upkeep.carryOut()).toBe(1);
    expect(await upkeep.carryOut()).toBe(0);
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      status: 'rolled-back',
      steps: [{ status: 'kept', detail: expect.stringMatching(/^Done: 25 expired/) }],
      conflicts: [],
    });
    await caches.close();
  });

  it('has it done once, whoever else looks for it, and again when it is asked for a later time', async () => {
    const upkeep = new UpkeepService(parts);
    await upkeep.ask({ namespace, work: 'maintenance', topKeys: undefined, dueMs: noon });
    const { caches, upkeep: worker } = cachesOf('cache-maintenance');
    const both = await Promise.all([worker.carryOut(), worker.carryOut()]);
    expect(both.toSorted()).toEqual([0, 1]);
    expect(await upkeep.done(namespace, 'maintenance', noon)).toMatchObject({ expiredRemoved: 25 });
    // Asked for a later time it is due again.
    await upkeep.ask({ namespace, work: 'maintenance', topKeys: undefined, dueMs: noon + 1 });
    expect(await upkeep.done(namespace, 'maintenance', noon + 1)).toBeUndefined();
    expect(await worker.carryOut()).toBe(1);
    expect(await upkeep.done(namespace, 'maintenance', noon + 1)).toMatchObject({ expiredRemoved: 0 });
    await caches.close();
  });

  it('has it done by another where the one that was at it is gone', async () => {
    const upkeep = new UpkeepService(parts);
    await upkeep.ask({ namespace, work: 'warming', topKeys: 3, dueMs: noon });
    const key = keys.cacheUpkeep(namespace, 'warming');
    const asked = await parts.table.get(upkeepItem, key);
    if (asked === undefined) throw new Error('nothing was asked for');
    await parts.table.replace(asked, { ...asked.value, leaseUntilMs: parts.time.now + 60_000 });
    const { caches, upkeep: worker } = cachesOf('cache-maintenance');
    expect(await worker.carryOut()).toBe(0);
    parts.time.now += 60_000;
    expect(await worker.carryOut()).toBe(1);
    expect(await upkeep.done(namespace, 'warming', noon)).toEqual({ keysStored: 3, keysThereBefore: 0, keysThere: 3 });
    await caches.close();
  });

  it('has nothing done on caches of others', async () => {
    const applier = new CacheUpkeepApplier(new UpkeepService(parts));
    const [change] = proposals[0]?.changes ?? [];
    if (change?.kind !== 'cache-upkeep') throw new Error('nothing was planned');
    await expect(applier.read('office', change)).rejects.toMatchObject({ code: 'forbidden' });
  });
});
