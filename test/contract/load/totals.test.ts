import { afterAll, describe, expect, it } from 'vitest';
import { comparisonRequest } from '../../../lib/contracts/comparisons.ts';
import { loadTestRequest } from '../../../lib/contracts/load.ts';
import { comparisonSlices } from '../../../lib/load/kinds/comparison-slices.ts';
import { intervalItem } from '../../../lib/load/model.ts';
import { seedOf } from '../../../lib/load/plan.ts';
import { artilleryPlayer } from '../../../lib/load/play-artillery.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { type CountingTarget, startCountingTarget } from '../../support/counting-target.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';
import { Fleet, type FleetOptions } from './fleet.ts';

const scenarios = [
  { name: '/good', path: '/good', weight: 3 },
  { name: '/status/503', path: '/status/503' },
  { name: '/reset', path: '/reset' },
];
const script = `
config: { phases: [{ duration: 2, arrivalRate: 10 }] }
scenarios: [{ name: browse, flow: [{ get: { url: /good } }, { get: { url: /status/503 } }] }]
`;
const breakCriteria = { maxErrorRatePercent: 100, maxP95ResponseTimeMs: 60_000 };
const stress = { startUsers: 2, maxUsers: 4, stepSeconds: 1, breakCriteria };
const spike = { spikeUsers: 6, spikeSeconds: 1, recoverySeconds: 1 };

/** What each kind is asked for, beside what all of them are. */
const kinds = {
  'basic, closed': { users: 4, durationSeconds: 2, rampUpSeconds: 1 },
  'basic, open': { arrivalRate: 60, durationSeconds: 2, rampUpSeconds: 1 },
  // On a machine that is too busy for its figures to say anything, it ends with its first step.
  stress: { kind: 'stress', ...stress },
  spike: { kind: 'spike', users: 2, durationSeconds: 1, ...spike },
  endurance: { kind: 'endurance', users: 3, durationSeconds: 2 },
  comprehensive: { kind: 'comprehensive', users: 2, durationSeconds: 1, enduranceSeconds: 1, ...stress, ...spike },
  artillery: { kind: 'artillery', script },
} as const;

const dynamoDb = useTestDynamoDb();
const targets: CountingTarget[] = [];
afterAll(() => Promise.all(targets.map((target) => target.close())));

async function fleetOn(target: CountingTarget, options: FleetOptions): Promise<Fleet> {
  const fleet = new Fleet(await dynamoDb.createParts(), options);
  await fleet.register(target.port);
  return fleet;
}

/** Of two workers. They load Artillery while the test is begun. */
function scriptPlayers(): Pick<FleetOptions, 'play'> {
  const [first, second] = [artilleryPlayer(), artilleryPlayer()];
  return { play: (shard) => (shard === 0 ? first : second) };
}

const newTarget = async (): Promise<CountingTarget> => {
  const target = await startCountingTarget();
  targets.push(target);
  return target;
};

describe.concurrent.each([
  { delivered: 'once', copies: 1 },
  { delivered: 'twice and in reverse', copies: 2 },
])('with every message delivered $delivered', { timeout: 180_000 }, ({ copies }) => {
  // First, since it takes longest: they run side by side.
  it('a comparison sent each of its targets what that counted', async () => {
    const [first, second] = [await newTarget(), await newTarget()];
    const fleet = await fleetOn(first, { copies });
    const request = comparisonRequest.parse({
      configurations: [
        { name: 'first', project: 'shop' },
        { name: 'second', project: 'shop', baseUrl: `http://shop.example:${second.port}` },
      ],
      ...{ arrivalRate: 40, durationSeconds: 10, sliceSeconds: 5, workers: 2, scenarios },
    });
    const { comparisonId } = await fleet.comparisons.start(request, undefined);
    const { status } = await fleet.untilEnded(comparisonId);
    expect(status).toBe('completed');
    const sent = [0, 0];
    for (const [step, slice] of comparisonSlices(request, 1, seedOf(comparisonId)).entries()) {
      for await (const { value } of fleet.parts.table.all(intervalItem, keys.loadIntervals(comparisonId, step))) {
        const requests = Object.values(value.scenarios).reduce((sum, figures) => sum + figures.requests, 0);
        sent[slice.target] = (sent[slice.target] ?? 0) + requests;
      }
    }
    expect(sent).toEqual([first.total(), second.total()]);
    // Nothing was dropped, doubled or lost on the way from the workers' intervals to what the project is told.
    expect(sent).toEqual([400, 400]);
    expect(await fleet.service.quota('shop')).toMatchObject({ requestsToday: 800 });
  });

  it.each(Object.entries(kinds))('a test reports what its target counted: %s', async (_, asked) => {
    const target = await newTarget();
    const fleet = await fleetOn(target, { copies, ...('script' in asked ? scriptPlayers() : {}) });
    const traffic = 'script' in asked ? {} : { scenarios, thinkTimeMs: 50, rampUpSeconds: 0 };
    const request = loadTestRequest.parse({ timeoutMs: 5000, workers: 2, ...traffic, ...asked });
    const { testId } = await fleet.service.start('shop', request);
    const { status, reason } = await fleet.untilEnded(testId);
    expect([status, reason]).toEqual(['completed', undefined]);
    const { result } = await fleet.service.get('shop', testId);
    expect(result?.generator.lostShards).toEqual([]);
    expect(result?.totalRequests).toBe(target.total());
    expect(target.total()).toBeGreaterThan(0);
    expect(result?.timeline.reduce((sum, { requests }) => sum + requests, 0)).toBe(target.total());
    if ('script' in asked) return;
    for (const { name } of scenarios) {
      expect(result?.scenarios[name]?.requests ?? 0, name).toBe(target.counts[name] ?? 0);
    }
  });
});
