import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AnalysisService } from '../../../lib/analysis/service.ts';
import { projectStatus, projectSummary } from '../../../lib/contracts/analysis.ts';
import { analysisSummary, completedAnalysis } from '../../../lib/contracts/analysis-depths.ts';
import { projectSettings } from '../../../lib/contracts/projects.ts';
import { ProjectService } from '../../../lib/projects/service.ts';
import { TelemetryService } from '../../../lib/telemetry/service.ts';
import { startTestDynamoDb, type TestDynamoDb, type TestParts } from '../../support/history-table.ts';
import {
  endpointWindow,
  noon,
  queryWindow,
  resourceWindow,
  telemetryBatch,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

let dynamoDb: TestDynamoDb;
let parts: TestParts;
let telemetry: TelemetryService;
let analyses: AnalysisService;
let sequence = 0;

beforeAll(async () => {
  dynamoDb = await startTestDynamoDb();
});
afterAll(() => dynamoDb.stop());

beforeEach(async () => {
  parts = await dynamoDb.createParts({ now: noon });
  const projects = new ProjectService(parts);
  telemetry = new TelemetryService(parts, projects);
  analyses = new AnalysisService(parts, { projects, telemetry });
  await projects.put('shop', projectSettings.parse({ baseUrl: 'http://127.0.0.1:1' }));
});

const quick = { depth: 'quick', minutes: 5 } as const;

const report = (secondsAgo = 60) =>
  telemetry.ingest(
    'shop',
    telemetryBatch({
      sequence: sequence++,
      windows: [
        telemetryWindow({
          secondsAgo,
          endpoints: [endpointWindow('GET /', { requests: 200, ms: 20 })],
          queries: [queryWindow('SELECT SUM(n) FROM t', { endpoint: 'GET /', queries: 200, ms: 12 })],
          resources: resourceWindow(),
        }),
      ],
    }),
  );

describe('analysing a project', () => {
  it('finds what is there, and stores what it found', async () => {
    await report();
    const made = await analyses.analyse('shop', quick);
    expect(made).toMatchObject({
      project: 'shop',
      depth: 'quick',
      createdAt: '2026-01-31T12:00:00.000Z',
      from: '2026-01-31T11:55:00.000Z',
      to: '2026-01-31T12:00:00.000Z',
      performanceScore: 100,
      coverage: 90,
      bottlenecks: [{ type: 'missing-cache', component: 'GET /', performanceImpact: 60 }],
      optimizationOpportunities: [{ effortScore: 2, impactScore: 6 }],
    });
    expect(completedAnalysis.parse(made)).toEqual(made);
    expect(await analyses.get('shop', made.analysisId)).toEqual(made);
  });

  it('makes one analysis of one id, and answers every repetition with it', async () => {
    const analysisId = parts.ids(noon);
    await report();
    const first = await analyses.analyse('shop', quick, { analysisId });
    await report();
    parts.time.now += 30_000;
    expect(await analyses.analyse('shop', quick, { analysisId })).toEqual(first);
    expect((await analyses.list('shop', { limit: 10 })).items).toHaveLength(1);
  });

  it('lets the first of two that race be the one that counts', async () => {
    const analysisId = parts.ids(noon);
    await report();
    const [one, other] = await Promise.all([
      analyses.analyse('shop', { depth: 'quick', minutes: 5 }, { analysisId }),
      analyses.analyse('shop', { depth: 'quick', minutes: 10 }, { analysisId }),
    ]);
    expect(one).toEqual(other);
    expect(await analyses.get('shop', analysisId)).toEqual(one);
  });

  it('analyses the very period that it is given', async () => {
    await report(600);
    expect((await analyses.analyse('shop', quick)).performanceScore).toBeUndefined();
    const period = { from: noon - 605_000, to: noon - 590_000 };
    const made = await analyses.analyse('shop', quick, { period });
    expect(made.performanceScore).toBe(100);
    expect([made.from, made.to]).toEqual(['2026-01-31T11:49:55.000Z', '2026-01-31T11:50:10.000Z']);
  });

  it('lists the newest first, page by page', async () => {
    const ids: string[] = [];
    for (let made = 0; made < 5; made++) {
      ids.unshift((await analyses.analyse('shop', quick)).analysisId);
      parts.time.now += 1000;
    }
    const listed: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await analyses.list('shop', { limit: 2, ...(cursor === undefined ? {} : { cursor }) });
      for (const item of page.items) expect(analysisSummary.parse(item)).toEqual(item);
      listed.push(...page.items.map(({ analysisId }) => analysisId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(listed).toEqual(ids);
  });

  it('knows nothing of projects and analyses that do not exist', async () => {
    const missing = { code: 'not-found' };
    await expect(analyses.analyse('nobody', quick)).rejects.toMatchObject(missing);
    await expect(analyses.list('nobody', { limit: 10 })).rejects.toMatchObject(missing);
    await expect(analyses.summary('nobody', 5)).rejects.toMatchObject(missing);
    await expect(analyses.get('shop', parts.ids(noon))).rejects.toMatchObject(missing);
  });
});

describe('the summary of a project', () => {
  it('says that there is no data', async () => {
    expect(await analyses.summary('shop', 5)).toEqual({
      project: 'shop',
      timestamp: '2026-01-31T12:00:00.000Z',
      status: 'no-data',
      coverage: 0,
      keyMetrics: {},
    });
  });

  it('shows the figures of the last minutes', async () => {
    await report();
    const summary = await analyses.summary('shop', 5);
    expect(summary).toEqual({
      project: 'shop',
      timestamp: '2026-01-31T12:00:00.000Z',
      status: 'excellent',
      healthScore: 100,
      coverage: 90,
      keyMetrics: {
        avgResponseTimeMs: 20,
        p95ResponseTimeMs: 20,
        errorRatePercent: 0,
        requestsPerSecond: 20,
        memoryUsageMb: 100,
      },
      totalRequests: 200,
    });
    expect(projectSummary.parse(summary)).toEqual(summary);
  });
});

describe('the status of a project', () => {
  it('says whether its service reports, and since when it does not', async () => {
    expect(await analyses.status('shop')).toMatchObject({
      status: 'no-data',
      reporting: { isReporting: false, instances: 0 },
      verification: 'not-needed',
      monitoringEnabled: true,
    });
    await report();
    const heard = await analyses.status('shop');
    expect(projectStatus.parse(heard)).toEqual(heard);
    expect(heard).toMatchObject({
      status: 'excellent',
      reporting: { isReporting: true, lastReportAt: '2026-01-31T11:59:10.000Z', instances: 1, sdkErrors: 0 },
      traffic: { peakRequestsPerSecond: 20 },
    });
    parts.time.now += 2 * 3_600_000;
    expect(await analyses.status('shop')).toMatchObject({
      status: 'silent',
      reporting: { isReporting: false, lastReportAt: '2026-01-31T11:59:10.000Z' },
    });
    await expect(analyses.status('nobody')).rejects.toMatchObject({ code: 'not-found' });
  });
});
