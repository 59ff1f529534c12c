import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { optimizationExport } from '../../../lib/contracts/optimization-controls.ts';
import { optimizationRun, optimizationRunRequest } from '../../../lib/contracts/optimization-runs.ts';
import type { Change, Proposal } from '../../../lib/contracts/optimizations.ts';
import type { StackOf } from '../../../lib/optimization/aws/configuration/model.ts';
import { reservationMs } from '../../../lib/optimization/runs/locks.ts';
import { isSameValue, placeOf } from '../../../lib/optimization/sides.ts';
import { DomainError } from '../../../lib/platform/errors.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import { Dead, Mortal, mortalPorts, realTable } from '../../support/optimization/mortal-ports.ts';
import { policyChange, proposalOf, RunHarness, somebody } from '../../support/optimization/run-harness.ts';
import { Switchboard } from '../../support/optimization/switchboard.ts';
import { noon } from '../../support/telemetry-batches.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let world: Switchboard;
let proposals: Proposal[];
let harness: RunHarness;

const ttl = policyChange('defaultTtlSeconds', 60, 3_600);
const entries = policyChange('maxEntries', 100, 1_000);
const memory: Change = {
  kind: 'aws',
  service: 'lambda',
  resource: 'shop-api',
  property: 'memoryMb',
  before: 512,
  after: 1_024,
};
const both = proposalOf('both', [ttl, entries], { expectedImpactPercent: 20 });
const more = proposalOf('more', [memory], { expectedImpactPercent: 10 });

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  world = new Switchboard(parts.clock);
  for (const change of [ttl, entries, memory]) world.put(change, 'before' in change ? change.before : null);
  proposals = [both, more];
  harness = new RunHarness({ parts, appliers: world.appliers, proposals: () => proposals });
  await harness.createProject();
});

const values = () => [ttl, entries, memory].map((change) => world.valueAt(change));
const before = [60, 100, 512];
const after = [3_600, 1_000, 1_024];

describe('A run', () => {
  it('as a dry run is a plan, and nothing else', async () => {
    const run = await harness.start({ dryRun: true });
    expect(optimizationRun.parse(run)).toMatchObject({
      status: 'planned',
      dryRun: true,
      steps: [{ id: 'both' }, { id: 'more' }],
    });
    // Each takes its share of what the other leaves.
    expect(run.expectedPerformanceGainPercent).toBe(28);
    expect(run.plannedOptimizations.map(({ id, changes }) => [id, changes.length])).toEqual([
      ['both', 2],
      ['more', 1],
    ]);
    expect(parts.sent).toEqual([]);
    await expect(harness.show(run.runId)).resolves.toEqual(run);
  });

  it('applies what was planned, one after the other, and keeps it', async () => {
    const { runId } = await harness.start();
    await harness.settle();
    const run = optimizationRun.parse(await harness.show(runId));
    expect(values()).toEqual(after);
    expect(run).toMatchObject({
      status: 'completed',
      progressPercent: 100,
      conflicts: [],
      drifted: [],
      steps: [{ status: 'kept' }, { status: 'kept' }],
      result: {
        success: true,
        appliedOptimizations: [{ id: 'both', proven: false }, { id: 'more' }],
        rolledBackOptimizations: [],
      },
    });
    expect(run.result).not.toHaveProperty('performanceImprovementPercent');
    expect(await harness.engine().locks.holder('shop')).toBeUndefined();
    const trail = await harness.engine().audit.list('shop', { limit: 50 });
    expect(trail.items.map(({ by, action, from, to, state }) => [by.name, action, from, to, state])).toEqual([
      ['ops', 'apply', 512, 1_024, 'made'],
      ['ops', 'apply', 100, 1_000, 'made'],
      ['ops', 'apply', 60, 3_600, 'made'],
    ]);
  });

  it('does each step once, however often its messages come', async () => {
    const { runId } = await harness.start();
    await harness.settle({ copies: 3 });
    expect((await harness.show(runId)).status).toBe('completed');
    expect(world.writes).toHaveLength(6);
  });

  it('is the same run for the same idempotency key', async () => {
    const first = await harness.start({}, 'once');
    const second = await harness.start({}, 'once');
    expect(second.runId).toBe(first.runId);
    await expect(harness.start({ dryRun: true }, 'once')).rejects.toMatchObject({ code: 'conflict' });
  });

  it('does what was asked for, by the ids of kinds and of proposals', async () => {
    const ids = async (optimizations: string[]) =>
      (await harness.start({ dryRun: true, optimizations })).plannedOptimizations.map(({ id }) => id);
    expect(await ids(['more'])).toEqual(['more']);
    expect(await ids(['cache_optimization'])).toEqual(['both', 'more']);
    expect(await ids(['stack_optimization'])).toEqual([]);
    await expect(ids(['nothing'])).rejects.toMatchObject({
      code: 'invalid-request',
      fieldErrors: [{ path: 'body.optimizations.0' }],
    });
  });

  it('leaves out advice, and what cannot be undone or changed here', async () => {
    proposals = [
      proposalOf('advice', []),
      proposalOf('final', [ttl], { reversible: false }),
      proposalOf('foreign', [{ kind: 'index', database: 'db', name: 'i', create: 'CREATE', drop: 'DROP' }]),
    ];
    const run = await harness.start({ dryRun: true });
    expect(run.plannedOptimizations).toEqual([]);
    expect(run.leftOut.map(({ id, reason }) => [id, reason])).toEqual([
      ['advice', 'Advice, for somebody to follow. Something that would help'],
      ['final', expect.stringContaining('undone')],
      ['foreign', expect.stringContaining('index')],
    ]);
  });

  it('that finds nothing to do is over at once', async () => {
    proposals = [];
    const { runId } = await harness.start();
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({ status: 'completed', result: { success: true } });
  });

  it('keeps out others as long as it goes on', async () => {
    const { runId } = await harness.start();
    await harness.engine().worker.advance(harness.takeMessages()[0]?.body ?? (undefined as never));
    await expect(harness.start()).rejects.toMatchObject({ code: 'conflict', message: expect.stringContaining(runId) });
  });

  it('is the only one of those that are started at once; the others are told which', async () => {
    const started = await Promise.allSettled(Array.from({ length: 4 }, () => harness.start()));
    const [run, ...more] = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(more).toEqual([]);
    const refused = started.flatMap((each) => (each.status === 'rejected' ? [each.reason] : []));
    for (const error of refused) {
      expect(error).toMatchObject({ code: 'conflict', message: expect.stringContaining(run?.runId ?? '?') });
    }
    await harness.settle();
    expect((await harness.show(run?.runId ?? '')).status).toBe('completed');
    expect(world.writes).toHaveLength(6);
    expect((await harness.engine().runs.list('shop', { limit: 10 })).items).toHaveLength(1);
  });

  it('whose start was cut off keeps others out for no longer than a minute', async () => {
    const request = optimizationRunRequest.parse({ verify: { mode: 'none' } });
    const startCutOff = (key?: string) => {
      // Between its lock and itself.
      const mortal = new Mortal(key === undefined ? 1 : 2);
      const { send } = parts;
      const ports = mortalPorts(mortal, { send, open: realTable(parts), appliers: world.appliers });
      return harness.engine(ports).runs.start('shop', request, somebody, key);
    };
    await expect(startCutOff('once')).rejects.toThrow(Dead);
    await expect(harness.start()).rejects.toMatchObject({ code: 'conflict' });
    // Whoever asks again with the same key is the one who has it.
    const again = await harness.start({}, 'once');
    await harness.settle();
    expect((await harness.show(again.runId)).status).toBe('completed');

    await expect(startCutOff()).rejects.toThrow(Dead);
    await expect(harness.start()).rejects.toMatchObject({ code: 'conflict' });
    parts.time.now += reservationMs;
    await harness.start();
  });
});

describe('Approval', () => {
  it('is waited for, and then the run begins', async () => {
    const { runId, status } = await harness.start({ approve: 'manual' });
    expect(status).toBe('awaiting-approval');
    await harness.settle();
    expect(values()).toEqual(before);
    await harness.engine().runs.approve('shop', runId, { keyId: 'other', name: 'boss' });
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      status: 'completed',
      requestedBy: { name: 'ops' },
      approvedBy: { name: 'boss' },
    });
    await expect(harness.engine().runs.approve('shop', runId, somebody)).rejects.toMatchObject({ code: 'conflict' });
  });

  it('that comes too late is none', async () => {
    const { runId } = await harness.start({ approve: 'manual' });
    parts.time.now += 24 * 3_600_000;
    expect((await harness.show(runId)).status).toBe('expired');
    await expect(harness.engine().runs.approve('shop', runId, somebody)).rejects.toMatchObject({ code: 'conflict' });
  });
});

describe('What is not as it was planned', () => {
  it('is planned anew, where it is still found', async () => {
    const first = proposalOf('first', [policyChange('maxEntries', 100, 200)], { expectedImpactPercent: 50 });
    const second = (from: number) => proposalOf('second', [policyChange('maxEntries', from, from + 50)]);
    harness = new RunHarness({
      parts,
      appliers: world.appliers,
      proposals: () => [first, second(Number(world.valueAt(entries)))],
    });
    const { runId } = await harness.start();
    await harness.settle();
    expect(world.valueAt(entries)).toBe(250);
    expect((await harness.show(runId)).steps.map(({ status }) => status)).toEqual(['kept', 'kept']);
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    await harness.settle();
    expect(world.valueAt(entries)).toBe(100);
  });

  it('is left alone, where what is planned now is not what was approved', async () => {
    let wanted = 3_600;
    harness = new RunHarness({
      parts,
      appliers: world.appliers,
      proposals: () => [
        proposalOf('ttl', [policyChange('defaultTtlSeconds', Number(world.valueAt(ttl)), wanted)]),
        more,
      ],
    });
    const { runId } = await harness.start({ approve: 'manual' });
    await harness.engine().runs.approve('shop', runId, somebody);
    world.put(ttl, 90);
    wanted = 7_200;
    await harness.settle();
    expect((await harness.show(runId)).steps).toMatchObject([
      { status: 'skipped', detail: expect.stringContaining('not approved') },
      { status: 'kept' },
    ]);
    expect(world.valueAt(ttl)).toBe(90);
    // What comes to the same was approved.
    wanted = 3_600;
    const again = await harness.start({ approve: 'manual', optimizations: ['ttl'] });
    await harness.engine().runs.approve('shop', again.runId, somebody);
    world.put(ttl, 80);
    await harness.settle();
    expect(world.valueAt(ttl)).toBe(3_600);
  });

  it('is left alone, and the rest is done', async () => {
    const { runId } = await harness.start();
    world.put(ttl, 7);
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      status: 'completed',
      steps: [{ status: 'skipped' }, { status: 'kept' }],
    });
    expect(values()).toEqual([7, 100, 1_024]);
  });

  it('is left alone where it may not be read', async () => {
    world.refused.set(placeOf(entries), new DomainError('forbidden', 'It has no tag.'));
    const { runId } = await harness.start();
    await harness.settle();
    expect((await harness.show(runId)).steps).toMatchObject([
      { status: 'skipped', detail: 'It has no tag.' },
      { status: 'kept' },
    ]);
    expect(world.valueAt(ttl)).toBe(60);
  });

  it('is put back as far as it had come, where its second change is refused', async () => {
    const { runId } = await harness.start();
    const refusing: typeof world.appliers = {
      ...world.appliers,
      'cache-policy': {
        read: async (project, change) =>
          (await world.appliers['cache-policy']?.read(project, change)) ?? { value: null },
        write: async (project, change, value, held) => {
          if (change.field === 'maxEntries') throw new DomainError('forbidden', 'No more entries.');
          return (await world.appliers['cache-policy']?.write(project, change, value, held)) ?? { value: null };
        },
      },
    };
    harness = new RunHarness({ parts, appliers: refusing, proposals: () => proposals });
    await harness.settle();
    const run = await harness.show(runId);
    expect(run).toMatchObject({
      status: 'completed',
      conflicts: [],
      steps: [{ status: 'rolled-back', detail: 'No more entries.' }, { status: 'kept' }],
    });
    expect(run.result).toMatchObject({ success: true, rolledBackOptimizations: [{ id: 'both' }] });
    expect(values()).toEqual([60, 100, 1_024]);
  });
});

describe('Rolling back', () => {
  it('puts back all that a completed run has kept, the last first', async () => {
    const { runId } = await harness.start();
    await harness.settle();
    await harness
      .engine()
      .runs.rollback('shop', runId, { force: false, reason: 'slow' }, { keyId: 'k', name: 'oncall' });
    expect((await harness.show(runId)).status).toBe('rolling-back');
    await harness.settle();
    expect(values()).toEqual(before);
    expect(await harness.show(runId)).toMatchObject({
      status: 'rolled-back',
      result: { success: true, appliedOptimizations: [], rolledBackOptimizations: [{ id: 'both' }, { id: 'more' }] },
    });
    const { items } = await harness.engine().audit.list('shop', { limit: 3 });
    expect(items.map(({ by, action, to }) => [by.name, action, to])).toEqual([
      ['oncall', 'roll-back', 60],
      ['oncall', 'roll-back', 100],
      ['oncall', 'roll-back', 512],
    ]);
    await expect(harness.engine().runs.rollback('shop', runId, { force: false }, somebody)).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('tells what somebody else has changed since, and leaves it; by force, it does not', async () => {
    const { runId } = await harness.start();
    await harness.settle();
    world.put(entries, 5);
    expect((await harness.show(runId)).drifted).toMatchObject([{ id: 'both', change: entries, found: 5 }]);
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    await harness.settle();
    expect(values()).toEqual([60, 5, 512]);
    expect(await harness.show(runId)).toMatchObject({
      status: 'failed',
      conflicts: [{ id: 'both', change: entries, expected: 1_000, found: 5 }],
      steps: [{ status: 'conflict' }, { status: 'rolled-back' }],
      result: { success: false },
    });
    await harness.engine().runs.rollback('shop', runId, { force: true }, somebody);
    await harness.settle();
    expect(values()).toEqual(before);
    const forced = await harness.show(runId);
    expect(forced).toMatchObject({ status: 'rolled-back', conflicts: [], result: { success: true } });
    expect(forced.steps.map(({ status }) => status)).toEqual(['rolled-back', 'rolled-back']);
    expect(forced).not.toHaveProperty('reason');
  });

  it('tells of what is in its way now, and no more of what was when it was tried before', async () => {
    const { runId } = await harness.start();
    await harness.settle();
    world.put(entries, 5);
    world.put(memory, 2_048);
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    await harness.settle();
    expect((await harness.show(runId)).conflicts.map(({ id }) => id)).toEqual(['more', 'both']);
    world.put(memory, 1_024);
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('1 change could not'),
      conflicts: [{ id: 'both', change: entries, found: 5 }],
      steps: [{ status: 'conflict' }, { status: 'rolled-back' }],
    });
    expect(values()).toEqual([60, 5, 512]);
  });

  it('by force also goes once more through what was in its way before force was given', async () => {
    const { runId } = await harness.start();
    await harness.settle();
    world.put(memory, 2_048);
    const rollback = (force: boolean) => harness.engine().runs.rollback('shop', runId, { force }, somebody);
    await rollback(false);
    await harness.leadUntil(() => world.valueAt(entries) === 100);
    expect(await harness.show(runId)).toMatchObject({ status: 'rolling-back', conflicts: [{ id: 'more' }] });
    await rollback(true);
    // Asking once more, without it, does not take it back.
    await rollback(false);
    await harness.settle();
    expect(values()).toEqual(before);
    expect(await harness.show(runId)).toMatchObject({
      status: 'rolled-back',
      conflicts: [],
      result: { success: true },
    });
  });

  it('stops a run that is under way, and puts back what it has done', async () => {
    const { runId } = await harness.start();
    await harness.leadUntil(() => world.valueAt(memory) !== 512);
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    await harness.settle();
    expect(values()).toEqual(before);
    expect((await harness.show(runId)).status).toBe('rolled-back');
  });

  it('of a run that has changed nothing is refused', async () => {
    const { runId } = await harness.start({ dryRun: true });
    await expect(harness.engine().runs.rollback('shop', runId, { force: false }, somebody)).rejects.toMatchObject({
      code: 'conflict',
    });
  });
});

describe('A step that fails for now', () => {
  const unavailable = new DomainError('unavailable', 'Not at the moment.');

  it('leaves out its own optimization, and no other', async () => {
    world.refused.set(placeOf(entries), unavailable);
    const { runId } = await harness.start();
    for (let turns = 0; turns < 30; turns++) {
      for (const { body } of harness.takeMessages()) {
        const { worker } = harness.engine();
        await worker.advance(body).catch(() => worker.giveUp(body));
      }
    }
    expect(await harness.show(runId)).toMatchObject({
      status: 'completed',
      steps: [{ status: 'skipped', detail: expect.stringContaining('could not be carried out') }, { status: 'kept' }],
    });
    expect(values()).toEqual([60, 100, 1_024]);
  });

  it('is brought to its end also where what it was to write is there', async () => {
    const settled: unknown[] = [];
    const { 'cache-policy': policies } = world.appliers;
    if (policies === undefined) throw new Error('There are no policies');
    const appliers: typeof world.appliers = {
      ...world.appliers,
      'cache-policy': {
        ...policies,
        write: (project, change, value, held) => {
          settled.push(value);
          return policies.write(project, change, value, held);
        },
      },
    };
    harness = new RunHarness({ parts, appliers, proposals: () => [proposalOf('ttl', [ttl])] });
    await harness.start();
    const [begin] = harness.takeMessages();
    await harness.engine().worker.advance(begin?.body ?? (undefined as never));
    const [prepare] = harness.takeMessages();
    await harness.engine().worker.advance(prepare?.body ?? (undefined as never));
    // Written by one who was cut off before it was in force.
    world.put(ttl, 3_600);
    await harness.settle();
    expect(settled).toEqual([3_600]);
  });

  it('is taken again as soon as its message comes back', async () => {
    await harness.start();
    await harness.leadUntil(() => isSameValue(world.valueAt(ttl), 3_600));
    const [message] = harness.takeMessages();
    if (message === undefined) throw new Error('Nothing leads the run on');
    world.refused.set(placeOf(entries), unavailable);
    await expect(harness.engine().worker.advance(message.body)).rejects.toBe(unavailable);
    world.refused.clear();
    await harness.engine().worker.advance(message.body);
    expect(world.valueAt(entries)).toBe(1_000);
  });

  it('is given up after some attempts, though each is by a message of its own', async () => {
    const { runId } = await harness.start();
    await harness.settle();
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    world.refused.set(placeOf(memory), unavailable);
    for (let turns = 0; turns < 100; turns++) {
      for (const { body } of harness.takeMessages()) {
        await harness
          .engine()
          .worker.advance(body)
          .catch(() => parts.send([{ queue: 'optimizations', body }]));
      }
    }
    expect(await harness.show(runId)).toMatchObject({ status: 'failed', conflicts: [{ id: 'more' }] });
    expect(values()).toEqual([60, 100, 1_024]);
    expect(await harness.engine().locks.lapsed()).toEqual([]);
  });
});

describe('The freeze', () => {
  it('keeps runs from beginning, for a project or for all, and lets plans be made', async () => {
    const { freezes, runs } = harness.engine();
    const { runId } = await harness.start({ approve: 'manual' });
    await freezes.switchAll({ frozen: true, reason: 'incident' }, somebody);
    await expect(harness.start()).rejects.toMatchObject({
      code: 'conflict',
      message: expect.stringContaining('incident'),
    });
    await expect(runs.approve('shop', runId, somebody)).rejects.toMatchObject({ code: 'conflict' });
    await expect(harness.start({ dryRun: true })).resolves.toMatchObject({ status: 'planned' });
    await freezes.switchAll({ frozen: false }, somebody);
    await freezes.switchProject('shop', { frozen: true }, somebody);
    await expect(harness.start()).rejects.toMatchObject({ code: 'conflict' });
    expect(await freezes.ofProject('shop')).toMatchObject({ frozen: true, allFrozen: false, by: somebody });
    await freezes.switchProject('shop', { frozen: false }, somebody);
    await expect(harness.start()).resolves.toMatchObject({ status: 'queued' });
  });

  it('puts back what was being tried, and leaves what was kept', async () => {
    const { runId } = await harness.start({ optimizations: ['more', 'both'] });
    await harness.leadUntil(() => world.valueAt(entries) !== 100);
    // The first is kept; the second has not begun.
    await harness.engine().freezes.switchProject('shop', { frozen: true, reason: 'incident' }, somebody);
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('incident'),
      steps: [{ status: 'kept' }, { status: 'skipped' }],
    });
    expect(values()).toEqual([3_600, 1_000, 512]);
  });

  it('puts back the first of two changes of one optimization', async () => {
    const { runId } = await harness.start();
    await harness.leadUntil(() => world.valueAt(ttl) !== 60);
    await harness.engine().freezes.switchProject('shop', { frozen: true }, somebody);
    await harness.settle();
    expect(values()).toEqual(before);
    expect(await harness.show(runId)).toMatchObject({
      status: 'failed',
      steps: [{ status: 'rolled-back' }, { status: 'skipped' }],
    });
  });
});

describe('The export', () => {
  it('has what was kept of AWS resources and is still there', async () => {
    const { runId } = await harness.start();
    await harness.settle();
    const kept = optimizationExport.parse(await harness.engine().kept.of('shop'));
    expect(kept).toMatchObject({
      version: 1,
      project: 'shop',
      changes: [{ runId, id: 'more', change: memory }],
      drifted: [],
    });
    world.put(memory, 512);
    expect(await harness.engine().kept.of('shop')).toMatchObject({
      changes: [],
      drifted: [{ found: 512, detail: 'It is as it was before.' }],
    });
  });

  it('says by which logical id the stack of the project knows each, where that can be read', async () => {
    await harness.start();
    await harness.settle();
    const members = [
      { logicalId: 'Api4A7B', type: 'AWS::Lambda::Function', physicalId: 'shop-api' },
      { logicalId: 'Other', type: 'AWS::Lambda::Function', physicalId: 'shop-other' },
    ];
    const changesOf = async (stackOf?: StackOf) => {
      const { kept } = harness.engine(stackOf === undefined ? {} : { stackOf });
      return optimizationExport.parse(await kept.of('shop')).changes;
    };
    expect(await changesOf(async () => ({ name: 'shop', members }))).toMatchObject([
      { id: 'more', logicalId: 'Api4A7B' },
    ]);
    expect((await changesOf(async () => undefined))[0]).not.toHaveProperty('logicalId');
    expect((await changesOf())[0]).not.toHaveProperty('logicalId');
  });

  it('has what was kept last of what several runs have changed, whichever of them was planned first', async () => {
    const more = (from: number, to: number) => proposalOf('more', [{ ...memory, before: from, after: to }]);
    const first = await harness.start({ optimizations: ['more'], approve: 'manual' });
    proposals = [more(512, 768)];
    await harness.start();
    await harness.settle();
    proposals = [more(768, 1_024)];
    await harness.engine().runs.approve('shop', first.runId, somebody);
    await harness.settle();
    expect(await harness.engine().kept.of('shop')).toMatchObject({
      changes: [{ runId: first.runId, change: { before: 768, after: 1_024 } }],
      drifted: [],
    });
  });
});
