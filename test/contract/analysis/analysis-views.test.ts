import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AdviceService } from '../../../lib/analysis/advice-service.ts';
import { DeepSteps } from '../../../lib/analysis/deep/steps.ts';
import { AnalysisService } from '../../../lib/analysis/service.ts';
import { AnalysisViews } from '../../../lib/analysis/views/service.ts';
import { analysisSections } from '../../../lib/contracts/analysis-depths.ts';
import { anomalies } from '../../../lib/contracts/history-analysis/anomalies.ts';
import { capacityAnswer } from '../../../lib/contracts/history-analysis/capacity.ts';
import { changePoints } from '../../../lib/contracts/history-analysis/change-points.ts';
import { forecastQuery, forecasts } from '../../../lib/contracts/history-analysis/forecast.ts';
import { peaks, peaksQuery } from '../../../lib/contracts/history-analysis/peaks.ts';
import { seriesQuery } from '../../../lib/contracts/history-analysis/series.ts';
import { trends } from '../../../lib/contracts/history-analysis/trends.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { analytics, recommendationList } from '../../../lib/contracts/recommendations.ts';
import { LoadHistory } from '../../../lib/load/history-service.ts';
import { resultItem, runItem } from '../../../lib/load/model.ts';
import { keys } from '../../../lib/platform/table/keys.ts';
import { LargeValues } from '../../../lib/platform/table/large-values.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryHistory } from '../../../lib/telemetry/history/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { countReads } from '../../support/counted-reads.ts';
import type { TestParts } from '../../support/history-table.ts';
import { storedRun } from '../../support/load-run.ts';
import { measuredResult } from '../../support/measured-result.ts';
import { seedHistory } from '../../support/seeded-history.ts';
import { endpointWindow, noon, queryWindow, telemetryBatch, telemetryWindow } from '../../support/telemetry-batches.ts';
import { useTestDynamoDb } from '../../support/use-dynamodb.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const settings = projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' });

const dynamoDb = useTestDynamoDb();
let parts: TestParts;
let projects: ProjectService;
let telemetry: TelemetryService;
let history: TelemetryHistory;
let analyses: AnalysisService;
let views: AnalysisViews;
let advice: AdviceService;

/** A service with a history of 60 days, which nothing here changes. */
let old: TestParts;
beforeAll(async () => {
  old = await dynamoDb.createParts({ now: noon });
  await new ProjectService(old).put('shop', settings);
  const seeded = { table: old.table, project: 'shop', now: noon, load: rhythm, minutesPerHour: 6 };
  await seedHistory({ ...seeded, days: 60, hourDays: 14 });
  await keepStressTest(old);
});

beforeEach(async () => use(await dynamoDb.createParts({ now: noon })));

/** From here on, all is of these parts. */
function use(given: TestParts): void {
  parts = given;
  projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  history = new TelemetryHistory(telemetry, projects, parts.clock);
  analyses = new AnalysisService(parts, { projects, telemetry });
  views = new AnalysisViews(parts.clock, { projects, history, loadTests: new LoadHistory(parts) });
  advice = new AdviceService(parts.clock, { projects, telemetry, analyses });
}

const withProject = () => projects.put('shop', settings);

/** Busy by day, most of all on Fridays at 20:00; slower from day to day, and much slower in one hour three days ago. */
const rhythm = (at: number) => {
  const isFrozen = at >= noon - 3 * dayMs && at < noon - 3 * dayMs + hourMs;
  const hour = Math.floor(at / hourMs) % 24;
  const isFridayNight = new Date(at).getUTCDay() === 5 && hour === 20;
  const daysAgo = (noon - at) / dayMs;
  return {
    requestsPerMinute: isFridayNight ? 300 : hour >= 8 && hour < 20 ? 60 : 12,
    ms: (daysAgo > 30 ? 40 : 100 - daysAgo) * (isFrozen ? 20 : 1),
  };
};

/** A stress test that bore 40 requests a second at 20 users, and no more at 40. */
async function keepStressTest({ ids, table }: TestParts): Promise<void> {
  const testId = ids(noon - dayMs);
  const step = (users: number, requestsPerSecond: number, verdict: 'ok' | 'overloaded') => ({
    part: 'stress' as const,
    users,
    startSecond: 0,
    durationSeconds: 10,
    requests: 10 * requestsPerSecond,
    successRatePercent: 100,
    requestsPerSecond,
    errors: [],
    verdict,
  });
  const result = {
    ...measuredResult,
    breakingPoint: 20,
    steps: [step(10, 25, 'ok'), step(20, 40, 'ok'), step(40, 41, 'overloaded')],
    capacityUnknown: '3 different loads were tested: a curve of three parameters needs 4',
  };
  const outcome = { likeness: 'alike', title: 'stress: all', requestsPerSecond: 40 };
  const run = storedRun({
    testId,
    kind: 'stress',
    status: 'completed',
    phase: 'ended',
    endedAtMs: noon - dayMs,
    outcome,
  });
  await table.create(runItem, keys.loadTest('shop', testId), run);
  const kept = { kind: 'load-test', folds: 1, isFinal: true, result } as const;
  await new LargeValues(table, resultItem).put(keys.loadResult(testId), kept, noon + dayMs);
}

describe('trends', () => {
  it('are told of the usual figures, without the rhythm of the day, and of one that is named', async () => {
    use(old);
    const told = await views.trends('shop', seriesQuery.parse({}));
    expect(trends.parse(told)).toEqual(told);
    expect(told).toMatchObject({ resolution: 'hour', to: '2026-01-31T12:00:00.000Z' });
    const found = Object.fromEntries(told.series.map(({ metric, found }) => [metric, found]));
    expect(found.avgResponseTimeMs).toMatchObject({ enough: true, direction: 'rising', verdict: 'degrading' });
    expect(found.requestsPerSecond).toMatchObject({ enough: true, direction: 'stable' });
    expect(found.requestsPerSecond).not.toHaveProperty('verdict');
    const one = await views.trends('shop', seriesQuery.parse({ metric: 'p95ResponseTimeMs', endpoint: 'GET /' }));
    expect(one.series).toMatchObject([{ metric: 'p95ResponseTimeMs', unit: 'ms', found: { verdict: 'degrading' } }]);
  });

  it('are not claimed of too little, and an endpoint goes with a metric', async () => {
    await withProject();
    const told = await views.trends('shop', seriesQuery.parse({}));
    expect(trends.parse(told)).toEqual(told);
    for (const { found } of told.series) expect(found).toMatchObject({ enough: false, reason: /^0 points/ });
    const alone = views.trends('shop', seriesQuery.parse({ endpoint: 'GET /' }));
    await expect(alone).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(views.trends('nobody', seriesQuery.parse({}))).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('anomalies', () => {
  it('are where a figure was not as usual, with what was expected', async () => {
    use(old);
    const told = await views.anomalies('shop', seriesQuery.parse({ metric: 'avgResponseTimeMs' }));
    expect(anomalies.parse(told)).toEqual(told);
    const [{ found } = { found: undefined }] = told.series;
    if (!found?.enough) throw new Error(found?.reason);
    expect(found.points).toBe(14 * 24);
    const frozen = found.anomalies.find(({ peakAt }) => peakAt === '2026-01-28T12:00:00.000Z');
    expect(frozen?.value).toBeCloseTo(97 * 20, -2);
    expect(frozen?.expected).toBeLessThan(110);
    const short = await views.anomalies(
      'shop',
      seriesQuery.parse({ from: '2026-01-30T00:00:00.000Z', resolution: 'hour' }),
    );
    for (const each of short.series) expect(each.found).toMatchObject({ enough: false });
  });
});

describe('change points', () => {
  it('are where a level changed for good, in telemetry', async () => {
    use(old);
    const told = await views.changePoints('shop', seriesQuery.parse({}));
    expect(changePoints.parse(told)).toEqual(told);
    const times = told.series.find(({ metric }) => metric === 'p95ResponseTimeMs')?.found;
    if (!times?.enough) throw new Error(times?.reason);
    expect(times.changePoints).toHaveLength(1);
    const [change] = times.changePoints;
    expect(change).toMatchObject({ verdict: 'regression' });
    expect(change?.before).toBeCloseTo(40, -1);
    expect(Math.abs(Date.parse(change?.at ?? '') - (noon - 30 * dayMs))).toBeLessThan(2 * dayMs);
  });

  it('are found among load tests that asked for the same, with the first that was worse', async () => {
    await withProject();
    const ids: string[] = [];
    for (let index = 0; index < 40; index++) {
      const at = noon - (40 - index) * dayMs;
      ids.push(parts.ids(at));
      const p95ResponseTimeMs = (index < 25 ? 100 : 130) + (index % 3);
      const outcome = { likeness: 'a', title: 'basic: GET /health', requestsPerSecond: 10, p95ResponseTimeMs };
      const run = storedRun({ testId: ids[index] ?? '', status: 'completed', phase: 'ended', endedAtMs: at, outcome });
      await parts.table.create(runItem, keys.loadTest('shop', run.testId), run);
    }
    const told = await views.changePoints('shop', seriesQuery.parse({}));
    expect(changePoints.parse(told)).toEqual(told);
    const found = told.loadTests.find(({ metric }) => metric === 'p95ResponseTimeMs');
    expect(found).toMatchObject({
      test: 'basic: GET /health',
      found: { enough: true, points: 40, changePoints: [{ testId: ids[25], verdict: 'regression' }] },
    });
    expect(told.loadTests.find(({ metric }) => metric === 'avgResponseTimeMs')?.found).toMatchObject({ enough: false });
    expect((await views.changePoints('shop', seriesQuery.parse({ metric: 'requests' }))).loadTests).toEqual([]);
  });
});

describe('forecasts', () => {
  it('go on with what the days were like, with intervals', async () => {
    use(old);
    const told = await views.forecast('shop', forecastQuery.parse({ metric: 'requestsPerSecond' }));
    expect(forecasts.parse(told)).toEqual(told);
    const [{ found } = { found: undefined }] = told.series;
    if (!found?.enough) throw new Error(found?.reason);
    expect(found.seasonLength).toBe(24);
    expect(found.points).toHaveLength(24);
    expect(found.points[0]?.at).toBe('2026-01-31T12:00:00.000Z');
    const at = (hour: number) => found.points.find(({ at }) => new Date(at).getUTCHours() === hour);
    // Six minutes of each hour were reported.
    expect(at(15)?.value).toBeCloseTo(0.1, 2);
    expect(at(3)?.value).toBeCloseTo(0.02, 2);
    for (const { low, value, high } of found.points) expect(low <= value && value <= high).toBe(true);
  });

  it('are not made of too little', async () => {
    await withProject();
    const told = await views.forecast('shop', forecastQuery.parse({}));
    expect(forecasts.parse(told)).toEqual(told);
    for (const { found } of told.series) expect(found).toMatchObject({ enough: false });
  });
});

describe('peaks', () => {
  it('are found with when they come, and what a stress test leaves above them', async () => {
    use(old);
    const told = await views.peaks('shop', peaksQuery.parse({}));
    expect(peaks.parse(told)).toEqual(told);
    if (!told.found.enough) throw new Error(told.found.reason);
    const { throughput, byDay, byWeek, profile, busiest, headroom } = told.found;
    expect(throughput.instantaneous).toMatchObject({
      from: '2026-01-23T20:00:00.000Z',
      to: '2026-01-23T21:00:00.000Z',
    });
    expect(throughput.instantaneous.value).toBe(5);
    expect(byDay).toHaveLength(28);
    expect(byWeek).toHaveLength(5);
    expect(byWeek.at(-1)).toMatchObject({ weekFrom: '2026-01-26' });
    expect(profile).toHaveLength(7 * 24);
    expect(busiest[0]).toMatchObject({ weekday: 5, hour: 20 });
    expect(headroom).toMatchObject({ enough: true, testedRequestsPerSecond: 40, headroomPercent: 87.5 });
  });

  it('are not claimed of a service that reported nothing', async () => {
    await withProject();
    const told = await views.peaks('shop', peaksQuery.parse({}));
    expect(peaks.parse(told)).toEqual(told);
    expect(told.found).toMatchObject({ enough: false });
  });
});

describe('capacity', () => {
  it('is what the newest stress test shows, held against demand', async () => {
    await withProject();
    expect((await views.capacity('shop')).found).toMatchObject({
      enough: false,
      reason: expect.stringContaining('No'),
    });
    use(old);
    const told = await views.capacity('shop');
    expect(capacityAnswer.parse(told)).toEqual(told);
    expect(told.found).toMatchObject({
      enough: true,
      testedUsers: 40,
      testedRequestsPerSecond: 40,
      maxRequestsPerSecond: 40,
      demand: { enough: true, peakRequestsPerSecond: 5, usedPercent: 12.5 },
      breakingPoint: 20,
      curve: { enough: false, reason: expect.stringContaining('needs 4') },
      reached: { enough: true, horizonDays: 14 },
    });
  });
});

describe('the newest load tests', () => {
  it('go on beyond a page that its size ended, and a stress test whose figures are not the target’s tells no capacity', async () => {
    await keepStressTest(parts);
    const newer = {
      kind: 'stress',
      status: 'completed',
      phase: 'ended',
      startAtMs: noon - 2000,
      endedAtMs: noon,
    } as const;
    const told = { kind: 'load-test', folds: 1, isFinal: true, result: measuredResult } as const;
    // Together they are larger than what DynamoDB answers at once.
    for (let i = 0; i < 5; i++) {
      const testId = parts.ids(noon - hourMs + i);
      const run = storedRun({ ...newer, testId, reason: 'x'.repeat(300_000) });
      await parts.table.create(runItem, keys.loadTest('shop', testId), run);
      await new LargeValues(parts.table, resultItem).put(keys.loadResult(testId), told, noon + dayMs);
    }
    const loadTests = new LoadHistory(parts);
    const { completed, loadPeriods } = await loadTests.newest('shop', noon);
    expect(completed).toHaveLength(6);
    expect(loadPeriods).toEqual(new Array(5).fill({ from: noon - 2000, to: noon }));
    expect(await loadTests.newestStressTest(completed)).toMatchObject({ endedAtMs: noon - dayMs });
  });
});

describe('a year of history', () => {
  it('is read within some hundred rollups, however long it is', async () => {
    use(old);
    const reads = countReads(parts.client);
    const loadTests = new LoadHistory(parts);
    const resources = () => Promise.reject(new Error('There are none'));
    const steps = new DeepSteps(parts, { projects, telemetry, history, loadTests, aws: { resources } });
    const analysisId = parts.ids(noon);
    const { found } = await steps.take('history', {
      ...{ analysisId, project: 'shop', depth: 'deep', createdAt: new Date(noon).toISOString(), status: 'running' },
      ...{ minutes: 60, turn: 2, steps: [], deadlineMs: noon + dayMs },
    });
    expect(found).toMatchObject({
      peaks: { enough: true, byDay: expect.any(Array) },
      findings: expect.arrayContaining([
        expect.objectContaining({
          kind: 'trend',
          component: expect.stringContaining('p95ResponseTimeMs'),
          evidence: expect.arrayContaining([expect.objectContaining({ metric: 'p95ResponseTimeMs' })]),
        }),
      ]),
    });
    expect(analysisSections.parse(found)).toEqual(found);
    // 59 days and what there is of today, 14 days of hours, the stress test; some more to know which of them are complete.
    expect(reads.items).toBeLessThan(59 + 12 + 14 * 24 + 2 + 20);
  });
});

describe('recommendations', () => {
  beforeEach(withProject);

  const report = () =>
    telemetry.ingest(
      'shop',
      telemetryBatch({
        windows: [
          telemetryWindow({
            endpoints: [endpointWindow('GET /', { requests: 200, ms: 20 })],
            queries: [queryWindow('SELECT SUM(n) FROM t', { endpoint: 'GET /', queries: 200, ms: 12 })],
            metrics: [
              { kind: 'counter', name: 'headroom_cache_hits_total', labels: { namespace: 'shop' }, value: 30 },
              { kind: 'counter', name: 'headroom_cache_misses_total', labels: { namespace: 'shop' }, value: 10 },
            ],
          }),
        ],
      }),
    );

  it('are those of the newest analysis, or of the last minutes where there is none', async () => {
    await report();
    const now = await advice.recommendations('shop', undefined);
    expect(recommendationList.parse(now)).toEqual(now);
    expect(now.analysisId).toBeUndefined();
    expect(now.items[0]).toMatchObject({ kind: 'optimization', evidence: expect.any(Array) });
    const { analysisId } = await analyses.analyse('shop', { depth: 'quick' });
    const made = await advice.recommendations('shop', undefined);
    expect(made.analysisId).toBe(analysisId);
    // The same matter has the same name.
    expect(made.items.map(({ recommendationId }) => recommendationId)).toEqual(
      now.items.map(({ recommendationId }) => recommendationId),
    );
    expect((await advice.recommendations('shop', 5)).analysisId).toBeUndefined();
    parts.time.now += 2 * hourMs;
    expect((await advice.recommendations('shop', undefined)).items).toEqual([]);
  });

  it('stand in the analytics, beside the score and what caches did', async () => {
    await report();
    const told = await advice.analytics('shop', 5);
    expect(analytics.parse(told)).toEqual(told);
    expect(told).toMatchObject({
      // A hit rate of 75 % against 70: the cache has 73.3 points.
      healthScore: 96.7,
      recommendations: [{ kind: 'optimization' }],
      cachePerformance: { hitRatePercent: 75, totalOperations: 40 },
    });
    await expect(advice.analytics('nobody', 5)).rejects.toMatchObject({ code: 'not-found' });
  });
});
