import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AnalysisService } from '../../lib/analysis/service.ts';
import type { Analysis } from '../../lib/contracts/analysis.ts';
import { projectSettings } from '../../lib/contracts/projects.ts';
import { ProjectService } from '../../lib/projects/service.ts';
import { Random } from '../../lib/statistics/random.ts';
import { TelemetryService } from '../../lib/telemetry/service.ts';
import { Collector } from '../contract/sdk/collector.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../support/history-table.ts';
import { type Fault, library, type Service, shop } from './faults/services.ts';
import { WatchedService } from './faults/watched-service.ts';

/** Of the sizes of faults and of what they work on. `FAULTS_SEED=random` draws others, a number those of a run that failed. */
const given = process.env.FAULTS_SEED ?? '20260807';
const seed = given === 'random' ? Date.now() % 1_000_000 : Number(given);

/** A trend needs eight. */
const windowsOfTrend = 9;
const windowsOfOne = 4;
const windowsOfTwo = 3;

// A case that is given up goes on in the service, beside the next one.
vi.setConfig({ testTimeout: 180_000 });

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;
let analyses: AnalysisService;
let projectCount = 0;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
  parts = await dynamoDb.createParts();
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  analyses = new AnalysisService(parts, { projects, telemetry });
});
afterAll(() => dynamoDb.stop());

/** As if the service had reported to a project of its own, which is analysed then. */
async function analysisOf(received: Collector['received']): Promise<Analysis> {
  parts.time.now = Date.now();
  const project = `project-${++projectCount}`;
  await projects.put(project, projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
  for (const { batch } of received) await telemetry.ingest(project, batch);
  return analyses.analyse(project, { depth: 'quick', minutes: 60 });
}

describe.each<[name: string, service: Service]>([
  ['the demo shop', shop as Service],
  ['a library', library as Service],
])(`%s (seed ${seed})`, (_, service) => {
  const random = new Random(seed);
  let collector: Collector;
  let watched: WatchedService<object>;

  beforeAll(async () => {
    collector = await Collector.open();
    watched = new WatchedService(service, random, collector.url);
  });
  afterAll(async () => {
    await watched.end();
    await collector.close();
  });

  async function analysed(faults: readonly Fault<object>[]): Promise<Analysis> {
    const on = Object.assign({}, ...faults.map((fault) => fault.on(random)));
    const before = collector.received.length;
    const needsTrend = faults.some(({ name }) => name === 'memory leak');
    await watched.use(on, needsTrend ? windowsOfTrend : faults.length > 1 ? windowsOfTwo : windowsOfOne);
    // The first is of what was done to open it.
    return analysisOf(collector.received.slice(before + 1));
  }

  it('has none of its faults named when all are off', async () => {
    const { bottlenecks } = await analysed([]);
    expect(bottlenecks).toEqual([]);
  });

  it.each(service.faults)('has its fault named first, with evidence: $name', async (fault) => {
    const { bottlenecks, optimizationOpportunities, recommendations } = await analysed([fault]);
    const [type, component] = fault.names;
    expect(bottlenecks[0]).toMatchObject({ type, component: expect.stringMatching(component) });
    expect(bottlenecks[0]?.evidence[0]?.values).not.toEqual({});
    expect(bottlenecks[0]?.performanceImpact).toBeGreaterThan(0);
    if (fault.slows !== undefined) {
      const [gaining] = bottlenecks[0]?.predicted?.endpoints ?? [];
      expect(gaining?.endpoint).toMatch(fault.slows);
      expect(gaining?.avgResponseTimeMs.after).toBeLessThan(gaining?.avgResponseTimeMs.before ?? 0);
    }
    expect(optimizationOpportunities.length).toBeGreaterThan(0);
    expect(recommendations[0]).toBe(bottlenecks[0]?.recommendation);
  });

  it.each(
    service.pairs.map(([costlier, other]) => ({ costlier, other })),
  )('has two faults named in the order of what they cost: $costlier.name, then $other.name', async ({
    costlier,
    other,
  }) => {
    const { bottlenecks } = await analysed([costlier, other]);
    expect(bottlenecks.slice(0, 2).map(({ type }) => type)).toEqual([costlier.names[0], other.names[0]]);
  });
});
