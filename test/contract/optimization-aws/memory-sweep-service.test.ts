import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { memorySweep } from '../../../lib/contracts/memory-sweeps.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { AwsApplier } from '../../../lib/optimization/aws/applier/aws-applier.ts';
import { MemorySweeps } from '../../../lib/optimization/aws/memory-sweep/service.ts';
import { SweepSituation } from '../../../lib/optimization/aws/memory-sweep/situation-source.ts';
import { sweepItem } from '../../../lib/optimization/aws/memory-sweep/stored.ts';
import { MemorySweeper } from '../../../lib/optimization/aws/memory-sweep/sweeper.ts';
import { type SweepMessage, SweepWorker } from '../../../lib/optimization/aws/memory-sweep/worker.ts';
import { AuditTrail } from '../../../lib/optimization/runs/audit.ts';
import { Freezes } from '../../../lib/optimization/runs/freezes.ts';
import { lockMs, ProjectLocks } from '../../../lib/optimization/runs/locks.ts';
import { RunWatch } from '../../../lib/optimization/runs/watch.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { type Account, startAccount } from '../../support/aws-doubles/account.ts';
import { plays } from '../../support/aws-doubles/lambda-versions.ts';
import type { TestParts } from '../../support/history-table.ts';
import { noon } from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
const by = { keyId: 'key', name: 'ops' };
let account: Account;
let parts: TestParts;
let sweeps: MemorySweeps;
let worker: SweepWorker;
let freezes: Freezes;
let audit: AuditTrail;
let projects: ProjectService;

beforeAll(async () => {
  account = await startAccount();
});
afterAll(() => account.stop());
beforeEach(async () => {
  account.clear();
  account.lambda.state.settlesAfter = 0;
  plays.set(account.lambda.state, (memoryMb, invocation) => ({
    durationMs: 50 + 100_000 / Math.min(memoryMb, 1_769) + invocation,
    memoryUsedMb: 90,
    ...(invocation === 0 ? { initMs: 400 } : {}),
  }));
  parts = await dynamoDb.createParts({ now: noon });
  projects = new ProjectService(parts);
  const resources = { lambdas: ['orders'] };
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:3000', resources }));
  const applier = new AwsApplier(account.clients, projects, { pollMs: 1 });
  const sweeper = new MemorySweeper(applier);
  const locks = new ProjectLocks(parts);
  freezes = new Freezes(parts);
  sweeps = new MemorySweeps(parts, { projects, sweeper, locks, freezes });
  audit = new AuditTrail(parts);
  worker = new SweepWorker(parts, { sweeper, locks, freezes, audit });
});

const request = { function: 'orders', payload: '{"dry":true}', rounds: 2 };
const start = (rounds = request.rounds) => sweeps.start('shop', { ...request, rounds }, by, undefined);
const messages = (): SweepMessage[] =>
  parts.sent
    .splice(0)
    .flatMap(({ queue, body }) => (queue === 'optimizations' && body.type === 'memory-sweep.advance' ? [body] : []));

/** Delivers one message after the other, until none is left or something is so. */
async function lead(isSo: () => boolean = () => false): Promise<void> {
  for (let turns = 0; turns < 200 && !isSo(); turns++) {
    const waiting = messages();
    if (waiting.length === 0) return;
    for (const message of waiting) {
      await worker.advance(message);
      // No two steps are taken in the same millisecond.
      parts.time.now += 1;
    }
  }
}

const show = async (sweepId: string) => memorySweep.parse(await sweeps.get('shop', sweepId));

describe('A memory sweep of a project', () => {
  it('goes from its request to its curve, which is kept, and from which memory is planned', async () => {
    const orders = account.lambda.state.add('orders');
    const { sweepId } = await start(7);
    expect(await show(sweepId)).toMatchObject({ status: 'running', progressPercent: 0, presentMb: 512 });
    await lead(() => orders.versions.length === 7);
    expect((await show(sweepId)).progressPercent).toBeGreaterThan(0);
    await lead();
    const done = await show(sweepId);
    expect(done).toMatchObject({ status: 'completed', progressPercent: 100, problems: [] });
    expect(done.result?.curve.map(({ memoryMb }) => memoryMb)).toEqual(done.sizesMb);
    expect(done.result?.fastest?.memoryMb).toBe(1_769);
    expect(orders).toMatchObject({ memoryMb: 512, versions: [] });
    expect((await sweeps.list('shop', { limit: 10 })).items).toMatchObject([{ sweepId, status: 'completed' }]);
    const { memorySweeps } = await new SweepSituation(parts).read(await projects.require('shop'));
    expect(memorySweeps?.get('orders')?.balanced).toEqual(done.result?.balanced);
    const trail = (await audit.list('shop', { limit: 20 })).items.toReversed();
    // Each size that the function had for a moment, and the one that it has again.
    expect(trail.map(({ action, to, state }) => [action, to, state])).toEqual(
      [...done.sizesMb, 512].map((memoryMb) => ['measure', memoryMb, 'made']),
    );
    expect(trail[0]).toMatchObject({ sweepId, by, from: 512, detail: expect.stringMatching(/^Published as version/) });
    // The next one may begin.
    await start();
  });

  it('is one at a time, and none while changes are frozen', async () => {
    account.lambda.state.add('orders');
    await start();
    await expect(start()).rejects.toMatchObject({ code: 'conflict' });
    expect((await sweeps.list('shop', { limit: 10 })).items).toHaveLength(1);
    await lead();
    await freezes.switchProject('shop', { frozen: true }, by);
    await expect(start()).rejects.toMatchObject({ code: 'conflict' });
  });

  it.each([
    'publishing',
    'measuring',
  ])('that is cancelled, or frozen, while it is %s takes away what it published', async (phase) => {
    const orders = account.lambda.state.add('orders');
    const cancelled = await start();
    const invoked = () => account.lambda.double.calls.some(({ operation }) => operation === 'Invoke');
    const isThere = () => (phase === 'publishing' ? orders.versions.length === 3 : invoked());
    await lead(isThere);
    await sweeps.cancel('shop', cancelled.sweepId, by);
    await lead();
    expect(await show(cancelled.sweepId)).toMatchObject({ status: 'failed', problems: ['ops has cancelled it.'] });
    expect(orders).toMatchObject({ memoryMb: 512, versions: [] });
    await expect(sweeps.cancel('shop', cancelled.sweepId, by)).rejects.toMatchObject({ code: 'conflict' });

    account.lambda.double.forget();
    const frozen = await start();
    await lead(isThere);
    await freezes.switchProject('shop', { frozen: true, reason: 'a fair' }, by);
    await lead();
    expect((await show(frozen.sweepId)).problems).toEqual([expect.stringContaining('a fair')]);
    expect(orders).toMatchObject({ memoryMb: 512, versions: [] });
  });

  it('whose message is lost is found by its lock, and brought to its end', async () => {
    const orders = account.lambda.state.add('orders');
    const { sweepId } = await start();
    await lead(() => orders.versions.length === 2);
    messages();
    const watch = new RunWatch(parts);
    expect(await watch.wake()).toBe(0);
    parts.time.now += lockMs + 1;
    expect(await watch.wake()).toBe(1);
    await lead();
    expect(await show(sweepId)).toMatchObject({ status: 'completed' });
    expect(orders).toMatchObject({ memoryMb: 512, versions: [] });
    expect(await watch.wake()).toBe(0);
  });

  it('whose worker dies after any call is brought to its end, with nothing left behind', async () => {
    const orders = account.lambda.state.add('orders');
    // Of setting a size, publishing, putting the size back, and taking versions away.
    for (const calls of [1, 2, 15, 31]) {
      const { sweepId } = await start();
      account.cutOff(calls);
      await lead().catch(() => undefined);
      account.resume();
      // SQS gives the message again, and the claim of the dead has lapsed.
      const { value } = (await rows(sweepId)) ?? {};
      parts.time.now += 311_000;
      await worker.advance({ type: 'memory-sweep.advance', project: 'shop', sweepId, turn: value?.turn ?? 0 });
      await lead();
      expect(await show(sweepId), `after ${calls} calls`).toMatchObject({ status: 'completed', problems: [] });
      expect(orders, `after ${calls} calls`).toMatchObject({ memoryMb: 512, versions: [] });
    }
  });

  it('that fails again and again is broken off, and says what could not be taken away', async () => {
    const orders = account.lambda.state.add('orders');
    const { sweepId } = await start();
    const [first] = messages();
    if (first === undefined) throw new Error('nothing was sent');
    account.lambda.double.fail('PublishVersion', 'ServiceException', { status: 500, times: 100 });
    for (let attempt = 0; attempt < 6; attempt++) await expect(worker.advance(first)).rejects.toThrow();
    await worker.advance(first);
    await lead();
    expect(await show(sweepId)).toMatchObject({
      status: 'failed',
      problems: ['It could not be carried out, however often it was tried.'],
    });
    expect(orders).toMatchObject({ memoryMb: 512, versions: [] });
  });
});

const rows = (sweepId: string) => parts.table.get(sweepItem, keys.memorySweep('shop', sweepId));
