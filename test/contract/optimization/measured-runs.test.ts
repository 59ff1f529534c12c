import { beforeEach, describe, expect, it } from 'vitest';
import { optimizationRun } from '../../../lib/contracts/optimization-runs.ts';
import type { Change, Proposal } from '../../../lib/contracts/optimizations.ts';
import type { Applier } from '../../../lib/optimization/applier.ts';
import { lockMs } from '../../../lib/optimization/runs/locks.ts';
import { settingApplier } from '../../../lib/optimization/settings/applier.ts';
import { settingsExperiments } from '../../../lib/optimization/settings/experiments.ts';
import { LiveSettingsService } from '../../../lib/projects/live-settings/service.ts';
import { Random } from '../../../lib/statistics/random.ts';
import type { TestParts } from '../../support/history-table.ts';
import { AlternatingService, type Behaviour } from '../../support/optimization/alternating-service.ts';
import { policyChange, proposalOf, RunHarness, somebody } from '../../support/optimization/run-harness.ts';
import { Switchboard } from '../../support/optimization/switchboard.ts';
import { noon } from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let world: Switchboard;

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  world = new Switchboard(parts.clock);
});

const passive = { mode: 'passive', sliceSeconds: 30, slicesPerRound: 12, rounds: 1 };

/** A service is slower at some times than at others, whatever is changed. */
const weather = (at: number): number => 50 * Math.exp(0.03 * new Random(Math.floor(at / 30_000)).normal());

describe('A change of live settings', () => {
  const ttl: Change = { kind: 'setting', setting: 'ttlMultiplier', before: null, after: 2 };

  async function runOf(behaviour: Behaviour, rest: Partial<Proposal> = {}, request: object = {}) {
    const liveSettings = new LiveSettingsService(parts);
    const service = new AlternatingService(behaviour);
    const experiments = settingsExperiments({
      liveSettings,
      clock: parts.clock,
      telemetry: { windowsBySide: async () => [] },
    });
    const harness = new RunHarness({
      parts,
      appliers: { setting: settingApplier({ liveSettings, clock: parts.clock }) },
      proposals: () => [proposalOf('ttl', [ttl], { expectedImpactPercent: 15, ...rest })],
      telemetry: (from, to) => service.windows(from, to),
      experiments: {
        ...experiments,
        begin: async (project, experiment) => {
          await experiments.begin(project, experiment);
          await service.hear(liveSettings, project);
        },
      },
    });
    await harness.createProject();
    const { runId } = await harness.start({ verify: passive, ...request });
    await harness.settle();
    const { settings, experiment } = await liveSettings.read('shop');
    const { items: trail } = await harness.engine().audit.list('shop', { limit: 10 });
    return { run: optimizationRun.parse(await harness.show(runId)), settings, experiment, trail };
  }

  it('that helps is tried by the service’s own clock, kept, and told of with its interval', async () => {
    const { run, settings, experiment, trail } = await runOf(
      ({ at, settings: { ttlMultiplier = 1 } }) => weather(at) * (ttlMultiplier > 1 ? 0.8 : 1),
    );
    expect(settings).toEqual({ ttlMultiplier: 2 });
    expect(trail).toMatchObject([
      { action: 'apply', to: 2, state: 'made' },
      { action: 'measure', to: 2, state: 'made', detail: expect.stringContaining('experiment') },
    ]);
    expect(experiment).toBeUndefined();
    expect(run).toMatchObject({
      status: 'completed',
      steps: [{ status: 'kept', judgement: { verdict: 'keep', workers: 2 } }],
    });
    const {
      performanceImprovementPercent = 0,
      interval,
      performanceComparison,
      appliedOptimizations,
    } = run.result ?? {};
    expect(performanceImprovementPercent).toBeGreaterThan(17);
    expect(performanceImprovementPercent).toBeLessThan(23);
    expect(interval?.lowPercent).toBeGreaterThan(3);
    expect(appliedOptimizations).toMatchObject([{ id: 'ttl', proven: true }]);
    const { beforeMs = 0, afterMs = 0 } = performanceComparison?.responseTime ?? {};
    expect(afterMs / beforeMs).toBeCloseTo(0.8, 1);
    expect(performanceComparison?.errorRate).toEqual({ beforePercent: 0, afterPercent: 0 });
  });

  it('that does not help is put back by itself: it never was in force beyond its slices', async () => {
    const { run, settings, experiment } = await runOf(({ at }) => weather(at));
    expect(settings).toEqual({});
    expect(experiment).toBeUndefined();
    expect(run).toMatchObject({
      status: 'completed',
      steps: [{ status: 'rolled-back' }],
      result: { success: true, appliedOptimizations: [], rolledBackOptimizations: [{ id: 'ttl', proven: false }] },
    });
  });

  it('that only costs less is kept though nothing becomes faster, with what it costs', async () => {
    const cost = { before: 10, after: 4 };
    const { run, settings } = await runOf(({ at }) => weather(at), { costUsdPerMonth: cost });
    // Of 2 instances: half as many slices again as were asked for.
    expect(run.steps[0]?.judgement?.pairs).toBe(18);
    expect(settings).toEqual({ ttlMultiplier: 2 });
    expect(run.steps[0]).toMatchObject({ status: 'kept', judgement: { verdict: 'keep', keptFor: 'saving' } });
    expect(run.result?.performanceComparison?.cost).toEqual({ beforeUsdPerMonth: 10, afterUsdPerMonth: 4 });
  });

  describe('that costs more than nobody needs to be asked for', () => {
    const dear = { costUsdPerMonth: { before: 0.4, after: 12 } };
    const helps: Behaviour = ({ at, settings: { ttlMultiplier = 1 } }) => weather(at) * (ttlMultiplier > 1 ? 0.8 : 1);

    it('is left out, with what it costs, unless somebody allows it', async () => {
      const { run } = await runOf(helps, dear);
      expect(run).toMatchObject({
        status: 'completed',
        steps: [],
        leftOut: [{ id: 'ttl', reason: expect.stringContaining('11.60 USD a month more') }],
      });
    });

    it('is kept within a limit where it is shown to help', async () => {
      const kept = await runOf(helps, dear, { costLimitUsdPerMonth: 20 });
      expect(kept.run.steps).toMatchObject([{ status: 'kept', judgement: { keptFor: 'gain' } }]);
      expect(kept.run.steps[0]?.judgement?.guardrails).toContainEqual(
        expect.objectContaining({ name: 'cost', state: 'holds', harm: 2_900 }),
      );
      expect(kept.run.result?.performanceComparison?.cost).toEqual({ beforeUsdPerMonth: 0.4, afterUsdPerMonth: 12 });
    });

    it('is put back within its limit where it does not help', async () => {
      const { run } = await runOf(({ at }) => weather(at), dear, { costLimitUsdPerMonth: 20 });
      expect(run.steps).toMatchObject([{ status: 'rolled-back' }]);
    });
  });

  it('that is refused is not tried', async () => {
    const { run, settings } = await runOf(({ at }) => weather(at), {
      changes: [{ ...ttl, after: 'nonsense' } as Change],
    });
    expect(settings).toEqual({});
    expect(run).toMatchObject({
      status: 'completed',
      steps: [{ status: 'rolled-back', detail: expect.stringContaining('makes no settings') }],
    });
  });

  it('that the service does not follow proves nothing', async () => {
    const { run, settings } = await runOf(({ at }) => weather(at) / (at > noon + 600_000 ? 2 : 1));
    expect(settings).toEqual({});
    expect(run.steps[0]?.status).toBe('rolled-back');
  });
});

describe('A change that is written', () => {
  const entries = policyChange('maxEntries', 100, 1_000);
  const memory: Change = {
    kind: 'aws',
    service: 'lambda',
    resource: 'shop',
    property: 'memoryMb',
    before: 512,
    after: 1_024,
  };

  async function harnessOf(proposals: Proposal[], change: Change, gain: number): Promise<RunHarness> {
    world.put(change, 'before' in change ? change.before : null);
    const better = 'after' in change ? change.after : null;
    const service = new AlternatingService(
      ({ at }) => weather(at) * (world.valueWhen(change, at) === better ? 1 - gain : 1),
    );
    const harness = new RunHarness({
      parts,
      appliers: world.appliers,
      proposals: () => proposals,
      telemetry: (from, to) => service.windows(from, to),
    });
    await harness.createProject();
    return harness;
  }

  it('slice by slice is kept where it helps', async () => {
    const harness = await harnessOf([proposalOf('entries', [entries])], entries, 0.2);
    const { runId } = await harness.start({ verify: passive });
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      status: 'completed',
      steps: [{ status: 'kept', judgement: { verdict: 'keep' } }],
    });
    expect(world.valueAt(entries)).toBe(1_000);
    const { items } = await harness.engine().audit.list('shop', { limit: 200 });
    expect(new Set(items.map(({ action, state }) => `${action} ${state}`))).toContain('measure made');
  });

  it('is put back where it does not', async () => {
    const harness = await harnessOf([proposalOf('entries', [entries])], entries, 0);
    const { runId } = await harness.start({ verify: passive });
    await harness.settle();
    expect((await harness.show(runId)).steps[0]?.status).toBe('rolled-back');
    expect(world.valueAt(entries)).toBe(100);
  });

  it('that is dear is written as seldom as can be: twice in a round of four slices', async () => {
    const harness = await harnessOf([proposalOf('memory', [memory])], memory, 0.3);
    const { runId } = await harness.start({ verify: { ...passive, sliceSeconds: 60, slicesPerRound: 4, rounds: 3 } });
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      steps: [{ status: 'kept', judgement: { rounds: 3, confidencePercent: 95 } }],
    });
    // There, back, and there again: once by put, twice in each of three rounds, and to keep it.
    expect(world.writes).toHaveLength(1 + 2 * 3 + 1);
  });

  it('is put back when a freeze comes between its slices', async () => {
    const harness = await harnessOf([proposalOf('entries', [entries])], entries, 0.2);
    const { runId } = await harness.start({ verify: passive });
    await harness.leadUntil(() => world.valueAt(entries) !== 100);
    await harness.engine().freezes.switchAll({ frozen: true, reason: 'incident' }, somebody);
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      status: 'failed',
      steps: [{ status: 'rolled-back' }],
      result: { success: false, error: expect.stringContaining('incident') },
    });
    expect(world.valueAt(entries)).toBe(100);
  });

  it('is put back at once when its rollback is asked for between its slices', async () => {
    const harness = await harnessOf([proposalOf('entries', [entries])], entries, 0.2);
    const { runId } = await harness.start({ verify: { ...passive, sliceSeconds: 600 } });
    await harness.leadUntil(() => world.valueAt(entries) !== 100);
    harness.takeMessages();
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    const askedAt = parts.time.now;
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({ status: 'rolled-back', steps: [{ status: 'rolled-back' }] });
    expect(world.valueAt(entries)).toBe(100);
    expect(parts.time.now - askedAt).toBeLessThan(1_000);
  });

  it('waits no longer than a minute before it looks for a freeze', async () => {
    const harness = await harnessOf([proposalOf('entries', [entries])], entries, 0.2);
    const { runId } = await harness.start({ verify: { ...passive, sliceSeconds: 600 } });
    await harness.leadUntil(() => world.valueAt(entries) !== 100);
    const [next] = harness.takeMessages();
    if (next === undefined) throw new Error('The run does not wait');
    await harness.engine().worker.advance(next.body);
    const [waiting] = harness.takeMessages();
    expect(waiting?.delaySeconds).toBe(60);
    await harness.engine().freezes.switchAll({ frozen: true }, somebody);
    await harness.engine().worker.advance(waiting?.body ?? (undefined as never));
    await harness.settle();
    expect((await harness.show(runId)).status).toBe('failed');
    expect(world.valueAt(entries)).toBe(100);
  });

  it('is put back when its message is given up, and told of when that cannot be', async () => {
    const harness = await harnessOf([proposalOf('entries', [entries])], entries, 0.2);
    const { runId } = await harness.start({ verify: passive });
    await harness.leadUntil(() => world.valueAt(entries) !== 100);
    const [waiting] = harness.takeMessages();
    if (waiting === undefined) throw new Error('The run does not wait');
    await harness.engine().worker.giveUp(waiting.body);
    // Now it is about to put back, and that is given up, too.
    const [next] = harness.takeMessages();
    if (next === undefined) throw new Error('The run does not turn around');
    await harness.engine().worker.giveUp(next.body);
    await harness.settle();
    expect(await harness.show(runId)).toMatchObject({
      status: 'failed',
      steps: [{ status: 'conflict' }],
      conflicts: [{ id: 'entries', change: entries, expected: 1_000 }],
    });
    // What is left is put back when somebody asks for it.
    await harness.engine().runs.rollback('shop', runId, { force: false }, somebody);
    await harness.settle();
    expect(world.valueAt(entries)).toBe(100);
    expect((await harness.show(runId)).status).toBe('rolled-back');
  });

  it('goes on after its message was lost, once its lock has lapsed', async () => {
    const harness = await harnessOf([proposalOf('entries', [entries])], entries, 0);
    const { runId } = await harness.start();
    const [first] = harness.takeMessages();
    if (first === undefined) throw new Error('The run did not begin');
    await harness.engine().worker.advance(first.body);
    harness.takeMessages();
    expect(await harness.engine().watch.wake()).toBe(0);
    parts.time.now += lockMs + 1;
    expect(await harness.engine().watch.wake()).toBe(1);
    await harness.settle();
    expect((await harness.show(runId)).status).toBe('completed');
    parts.time.now += lockMs + 1;
    expect(await harness.engine().watch.wake()).toBe(0);
  });
});

it('A change that its service takes only so often is made once, and not to be compared', async () => {
  const tableClass: Change = {
    kind: 'aws',
    service: 'dynamodb',
    resource: 'archive',
    property: 'tableClass',
    before: 'STANDARD',
    after: 'STANDARD_INFREQUENT_ACCESS',
  };
  world.put(tableClass, 'STANDARD');
  const harness = new RunHarness({
    parts,
    appliers: world.appliers,
    proposals: () => [proposalOf('class', [tableClass])],
  });
  await harness.createProject();
  const { runId } = await harness.start({ verify: passive });
  await harness.settle();
  const { steps, result } = optimizationRun.parse(await harness.show(runId));
  expect(steps).toMatchObject([{ status: 'kept' }]);
  expect(result?.appliedOptimizations).toMatchObject([{ id: 'class', proven: false }]);
  expect(world.writes.map(({ value }) => value)).toEqual(['STANDARD', 'STANDARD_INFREQUENT_ACCESS']);
});

it('What is deployed anew while it is measured is put back, and not judged', async () => {
  const memory: Change = {
    kind: 'aws',
    service: 'lambda',
    resource: 'shop-api',
    property: 'memorySize',
    before: 512,
    after: 1_024,
  };
  world.put(memory, 512);
  const { aws } = world.appliers;
  if (aws === undefined) throw new Error('nothing of AWS can be changed');
  let writes = 0;
  const deployedAnew: Applier<'aws'> = {
    read: (...of) => aws.read(...of),
    async write(...of) {
      const held = await aws.write(...of);
      // Its owner deploys it, with the memory that it has at that moment.
      if (++writes === 2) world.put(memory, world.valueAt(memory));
      return held;
    },
  };
  const harness = new RunHarness({
    parts,
    appliers: { aws: deployedAnew },
    proposals: () => [proposalOf('memory', [memory])],
  });
  await harness.createProject();
  const { runId } = await harness.start({ verify: { ...passive, rounds: 2 } });
  await harness.settle();
  const { steps } = optimizationRun.parse(await harness.show(runId));
  expect(steps).toMatchObject([
    { status: 'rolled-back', detail: 'Somebody else has changed what it belongs to since.' },
  ]);
  expect(world.valueAt(memory)).toBe(512);
});
