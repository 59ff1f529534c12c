import pc from 'picocolors';
import { describe, expect, it } from 'vitest';
import { bottleneckReport } from '../../lib/cli/bottleneck-report.ts';
import type { Analysis, Evidence } from '../../lib/contracts/analysis.ts';

const now = '2026-01-31T02:00:00.000Z';
const query =
  'SELECT products.id, products.name, sum(sales.quantity) AS sold FROM sales JOIN products ON products.id = sales.product_id';
const evidence = (metric: string, subject: string, values: Record<string, number>): Evidence => ({
  metric,
  subject,
  from: now,
  to: now,
  values,
});

const analysis: Analysis = {
  analysisId: '01JD2V8Q6Y0000000000000000',
  project: 'shop',
  depth: 'quick',
  createdAt: now,
  from: now,
  to: now,
  performanceScore: 90,
  band: 'excellent',
  coverage: 90,
  analysisDurationSeconds: 0.1,
  categories: {},
  bottlenecks: [
    {
      type: 'slow-query',
      component: 'GET /',
      issue: 'One query takes 70 % of all request time.',
      performanceImpact: 70,
      predicted: { avgResponseTimeMs: { before: 30, after: 9.5 }, endpoints: [] },
      evidence: [
        evidence('query.timeMs', query, { queries: 120, p95Ms: 25, meanMs: 20.5 }),
        evidence('query.count', query, { queriesPerRequest: 1, meanMsThreshold: 100 }),
        evidence('query.timeInRequestsMs', 'GET /', { requestTimeSharePercent: 70 }),
      ],
      recommendation: 'Cache its result for as long as it may be out of date, or keep the sums where they change.',
    },
  ],
  optimizationOpportunities: [],
  recommendations: [],
};

const look = { colours: pc.createColors(false), width: 80 };

describe('A finding', () => {
  it('names what it is about, its component and each query once, on lines that fit', () => {
    expect(bottleneckReport(analysis, look)).toEqual([
      'Bottlenecks',
      '  1. GET / (slow query, impact 70 %)',
      '     One query takes 70 % of all request time.',
      '     SELECT products.id, products.name, sum(sales.quantity) AS sold FROM sales…',
      '       query time: mean 20.5 ms, p95 25 ms, queries 120',
      '       query count: mean threshold 100 ms, queries per request 1',
      '     query time in requests: request time share 70 %',
      '     Without it: response time 30 -> 9.5 ms in the mean.',
      '     -> Cache its result for as long as it may be out of date, or keep the sums',
      '        where they change.',
    ]);
  });

  it('is known to be absent only where something was measured', () => {
    const { performanceScore: _, ...unmeasured } = analysis;
    expect(bottleneckReport({ ...analysis, bottlenecks: [] }, look)).toEqual(['Bottlenecks none found']);
    expect(bottleneckReport({ ...unmeasured, bottlenecks: [] }, look)).toEqual(['Bottlenecks unknown']);
  });
});
