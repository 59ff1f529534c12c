import pc from 'picocolors';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { analysisReport } from '../../lib/cli/analysis-report.ts';
import { recommendationReport } from '../../lib/cli/recommendations.ts';
import { type CompletedAnalysis, completedAnalysis, openAnalysis } from '../../lib/contracts/analysis-depths.ts';
import { recommendationList } from '../../lib/contracts/recommendations.ts';
import { type Asked, type CannedPlatform, startCannedPlatform } from '../support/canned-platform.ts';
import { runInProcess } from '../support/cli-in-process.ts';

const analysisId = '01JD2V8Q6Y0000000000000000';
const now = '2026-01-31T02:00:00.000Z';
const named = { analysisId, project: 'shop', createdAt: now };
const evidence = [{ metric: 'p95ResponseTimeMs', subject: 'service', from: now, to: now, values: { before: 40 } }];

const trendOf = (verdict: 'stable' | 'degrading', changePercent: number) => ({
  ...{ enough: true as const, direction: verdict === 'stable' ? ('stable' as const) : ('rising' as const), verdict },
  ...{ changePercent, slopePerHour: 0.5, slopePerHourInterval: { low: 0.4, high: 0.6 }, pValue: 0.001, points: 168 },
});

const deep: CompletedAnalysis = completedAnalysis.parse({
  ...named,
  depth: 'deep',
  status: 'completed',
  progressPercent: 100,
  from: now,
  to: now,
  performanceScore: 72,
  band: 'good',
  coverage: 90,
  analysisDurationSeconds: 1,
  categories: {},
  bottlenecks: [],
  optimizationOpportunities: [],
  recommendations: [],
  endpoints: [],
  trends: {
    ...{ resolution: 'hour', from: '2026-01-17T02:00:00.000Z', to: now },
    series: [
      { metric: 'avgResponseTimeMs', unit: 'ms', found: trendOf('degrading', 22) },
      { metric: 'errorRatePercent', unit: '%', found: trendOf('stable', -1) },
      { metric: 'cpuPercent', unit: '%', found: { enough: false, reason: '0 points', needed: 'More' } },
    ],
  },
  capacity: { enough: false, reason: 'No stress test of the project was completed', needed: 'One' },
  findings: [
    {
      ...{ findingId: 'f', kind: 'change-point', component: 'p95ResponseTimeMs', issue: 'Went from 40 to 70 ms.' },
      ...{ evidence, recommendation: 'Look at what was released.' },
    },
  ],
  missing: [{ part: 'aws', reason: 'The budget is spent.' }],
});

const steps = [
  { name: 'recent', status: 'completed', progressPercent: 100 },
  { name: 'history', status: 'running', progressPercent: 0 },
];
const running = { ...named, depth: 'deep', status: 'running', progressPercent: 15, steps };

const look = { colours: pc.createColors(false), width: 80 };

describe('an analysis for people', () => {
  it('tells the score, what moves, what was found, and what is missing', () => {
    expect(analysisReport(deep, look)).toEqual([
      'Score 72 of 100, good (90 % of its weight was measured)',
      expect.any(String),
      '',
      'Bottlenecks none found',
      '',
      'Trends since 2026-01-17',
      '  avgResponseTimeMs  degrading  +22 %  12 ms a day',
      '  errorRatePercent   stable      -1 %   12 % a day',
      '',
      'Load',
      '  capacity  unknown  No stress test of the project was completed',
      '',
      'Findings',
      '  1. p95ResponseTimeMs (change-point)',
      '     Went from 40 to 70 ms.',
      '     -> Look at what was released.',
      '',
      'Without aws: The budget is spent.',
    ]);
  });
});

describe('recommendations for people', () => {
  it('are numbered, with what they would bring', () => {
    const list = recommendationList.parse({
      timestamp: now,
      items: [
        { recommendationId: 'a', kind: 'aws', title: 'shop-api: throttled', description: 'Raise it.', evidence },
        {
          ...{ recommendationId: 'b', kind: 'optimization', title: 'Add an index', description: 'On n.', evidence },
          ...{ impactScore: 6, effortScore: 2 },
        },
      ],
    });
    expect(recommendationReport(list, look)).toEqual([
      'Recommendations now, 2026-01-31T02:00',
      '  1. shop-api: throttled (aws)',
      '     Raise it.',
      '  2. Add an index (impact 6 of 10, effort 2)',
      '     On n.',
    ]);
    expect(recommendationReport({ ...list, items: [] }, look)).toEqual(['Recommendations none now, 2026-01-31T02:00']);
  });
});

describe('the commands', () => {
  let platform: CannedPlatform;
  let answer: (asked: Asked) => { status: number; body?: unknown };
  const run = (args: string[]) =>
    runInProcess(args, '/', { HEADROOM_URL: platform.url, HEADROOM_API_KEY: 'hr_env', HEADROOM_PROJECT: 'shop' });

  beforeEach(async () => {
    platform = await startCannedPlatform((asked) => answer(asked));
  });
  afterEach(() => platform.close());

  it('analyze follows a deep analysis to its end, and exits by the score that is asked for', async () => {
    let polls = 0;
    answer = ({ method }) => {
      if (method === 'POST') return { status: 202, body: { analysisId, status: 'queued' } };
      return { status: 200, body: ++polls < 3 ? running : deep };
    };
    const made = await run(['analyze', '--depth', 'deep', '--min-score', '80', '--json']);
    expect(JSON.parse(made.out)).toMatchObject({ status: 'completed', performanceScore: 72 });
    expect(made.err).toContain('15%  History and load tests');
    expect(made.code).toBe(1);
    expect(platform.asked[0]).toMatchObject({ path: '/v1/projects/shop/analyses', body: { depth: 'deep' } });
    expect(polls).toBe(3);
  });

  it('analyze answers at once for a quick one, and with 2 for one that failed', async () => {
    answer = () => ({ status: 200, body: { ...deep, depth: 'quick' } });
    const quick = await run(['analyze', '--minutes', '10', '--min-score', '70']);
    expect(quick).toMatchObject({ code: 0, out: expect.stringContaining('Score 72') });
    expect(platform.asked[0]?.body).toEqual({ depth: 'quick', minutes: 10 });
    const failed = openAnalysis.parse({ ...running, status: 'failed', reason: 'It took too long.' });
    answer = ({ method }) =>
      method === 'POST' ? { status: 202, body: { analysisId, status: 'queued' } } : { status: 200, body: failed };
    const { code, err } = await run(['analyze', '--depth', 'deep']);
    expect(err).toContain(`The analysis ${analysisId} could not be carried out: It took too long.\n`);
    expect(code).toBe(2);
  });

  it('recommendations asks for the newest, or of the last minutes', async () => {
    answer = () => ({ status: 200, body: { timestamp: now, items: [] } });
    expect(await run(['recommendations', '--minutes', '30'])).toMatchObject({ code: 0 });
    expect(platform.asked[0]?.path).toBe('/v1/projects/shop/recommendations?minutes=30');
    const { code, err } = await run(['analyze', '--depth', 'deepest']);
    expect(err).toContain('quick, standard, deep');
    expect(code).toBe(2);
  });
});
