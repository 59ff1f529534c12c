import { beforeEach, describe, expect, it } from 'vitest';
import { storeInterval } from '../../../lib/load/fold/shard-interval.ts';
import { intervalItem, runItem, type StoredRun } from '../../../lib/load/model.ts';
import { LoadService } from '../../../lib/load/service.ts';
import type { Stored } from '../../../lib/platform/table/item.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { Random } from '../../../lib/statistics/random.ts';
import type { TestParts } from '../../support/history-table.ts';
import { storedStep } from '../../support/load-run.ts';
import { policyChange, proposalOf, RunHarness } from '../../support/optimization/run-harness.ts';
import { Switchboard } from '../../support/optimization/switchboard.ts';
import { figuresOf, intervalOf } from '../../support/shard-intervals.ts';
import { noon } from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const dynamoDb = useTestDynamoDb();
const entries = policyChange('maxEntries', 100, 1_000);
const verify = { mode: 'load-test', sliceSeconds: 3, slicesPerRound: 12, rounds: 1 };

let parts: TestParts;
let world: Switchboard;
let harness: RunHarness;
/** By how much the change helps. */
let gain: number;

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  world = new Switchboard(parts.clock);
  world.put(entries, 100);
  const loadTests = new LoadService(parts, new ProjectService(parts), async () => 1_000);
  harness = new RunHarness({
    parts,
    appliers: world.appliers,
    proposals: () => [proposalOf('entries', [entries])],
    loadTests,
  });
  await harness.createProject();
});

/** What the fleet would do: begins the test that waits, and ends the one that is cancelled, with what its two workers have seen. */
async function fleet(): Promise<void> {
  const { items } = await parts.table.page(runItem, keys.loadTests('shop'), { limit: 10 }, 'descending');
  for (const { testId } of items) {
    const found = await parts.table.get(runItem, keys.loadTest('shop', testId));
    if (found?.value.phase === 'dispatching') await begin(found);
    else if (found?.value.phase === 'running' && found.value.cancelRequestedAtMs !== undefined) await end(found);
  }
}

async function begin(found: Stored<StoredRun>): Promise<void> {
  const startAtMs = parts.time.now;
  const step = storedStep({ startAtMs });
  await parts.table.replace(found, { ...found.value, phase: 'running', status: 'running', startAtMs, step });
}

async function end(found: Stored<StoredRun>): Promise<void> {
  const { testId, startAtMs = 0, intervalSeconds } = found.value;
  const count = Math.floor((parts.time.now - startAtMs) / (1_000 * intervalSeconds));
  for (let interval = 0; interval < count; interval++) {
    const at = startAtMs + interval * intervalSeconds * 1_000;
    const factor = world.valueWhen(entries, at) === 1_000 ? 1 - gain : 1;
    await Promise.all([0, 1].map((shard) => tell(testId, shard, interval, factor)));
  }
  await parts.table.replace(found, { ...found.value, phase: 'ended', status: 'cancelled', endedAtMs: parts.time.now });
}

async function tell(testId: string, shard: number, interval: number, factor: number): Promise<void> {
  const random = new Random(interval + 1_000 * shard);
  const timesUs = Array.from({ length: 20 }, () => 50_000 * factor * Math.exp(0.1 * random.normal()));
  const { step, generation, ...report } = intervalOf(shard, interval, { 'GET /': figuresOf(timesUs) });
  const stored = storeInterval(
    { step, shard, generation },
    { ...report, closed: true, final: false, flows: {} },
    interval === 0,
  );
  await parts.table.create(intervalItem, keys.loadInterval(testId, { step, interval, shard, generation }), stored);
}

describe('A run that measures by a load test', () => {
  it('keeps what helps: one test runs all through the round, and is ended with it', async () => {
    gain = 0.2;
    const { runId } = await harness.start({ verify });
    await harness.settle({ between: fleet });
    const run = await harness.show(runId);
    expect(run.steps).toMatchObject([
      { status: 'kept', judgement: { verdict: 'keep', pairs: 12, workers: 2, rounds: 1 } },
    ]);
    expect(run.result?.performanceComparison?.throughput.beforeRequestsPerSecond).toBeCloseTo(40, 0);
    const { items } = await parts.table.page(runItem, keys.loadTests('shop'), { limit: 10 });
    expect(items.map(({ status }) => status)).toEqual(['cancelled']);
  });

  it('puts back what does not help', async () => {
    gain = 0;
    const { runId } = await harness.start({ verify });
    await harness.settle({ between: fleet });
    expect((await harness.show(runId)).steps[0]?.status).toBe('rolled-back');
    expect(world.valueAt(entries)).toBe(100);
  });

  it('ends when its load test does, with nothing left of what it tried', async () => {
    const { runId } = await harness.start({ verify });
    await harness.settle({
      between: async () => {
        const { items } = await parts.table.page(runItem, keys.loadTests('shop'), { limit: 1 });
        const found = items[0] && (await parts.table.get(runItem, keys.loadTest('shop', items[0].testId)));
        if (found?.value.phase !== 'dispatching') return;
        const ended = {
          phase: 'ended',
          status: 'failed',
          endedAtMs: parts.time.now,
          reason: 'no worker started',
        } as const;
        await parts.table.replace(found, { ...found.value, ...ended });
      },
    });
    expect(await harness.show(runId)).toMatchObject({
      status: 'failed',
      reason: expect.stringContaining('no worker started'),
      conflicts: [],
    });
    expect(world.valueAt(entries)).toBe(100);
  });

  it('is not begun where no load may be sent', async () => {
    await harness.createProject({ baseUrl: 'http://8.8.8.8' });
    await expect(harness.start({ verify })).rejects.toMatchObject({ code: 'target-not-verified' });
    await expect(harness.start({ verify, dryRun: true })).resolves.toMatchObject({ status: 'planned' });
  });
});
