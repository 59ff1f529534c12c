import { describe, expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import type { TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import {
  aggregateOf,
  endpointWindow,
  noon,
  queryWindow,
  resourceWindow,
  telemetryWindow,
} from '../../support/telemetry-batches.ts';

/** What an ordinary shop on an embedded database tells under load; each fault adds what it costs. */
function shop(faults: { search?: boolean; nPlusOne?: boolean; bestSellers?: boolean }): TelemetryWindow[] {
  const endpoints = [
    endpointWindow('GET /', { requests: 200, ms: faults.bestSellers ? 14 : 2 }),
    endpointWindow('GET /products', { requests: 300, ms: faults.nPlusOne ? 4 : 2 }),
    endpointWindow('POST /search', { requests: 150, ms: faults.search ? 9 : 2 }),
    endpointWindow('GET /api/v1/products/:id', { requests: 350, ms: 1.2 }),
  ];
  const queries = [
    queryWindow('SELECT * FROM products WHERE id = ?', {
      endpoint: 'GET /api/v1/products/:id',
      queries: 350,
      ms: 0.02,
    }),
    queryWindow('SELECT * FROM products ORDER BY id LIMIT ? OFFSET ?', {
      endpoint: 'GET /products',
      queries: 300,
      ms: 0.05,
    }),
    faults.nPlusOne
      ? queryWindow('SELECT name FROM categories WHERE id = ?', {
          endpoint: 'GET /products',
          queries: 6000,
          ms: 0.03,
          maxPerRequest: 20,
        })
      : queryWindow('SELECT id, name FROM categories WHERE id IN (?)', {
          endpoint: 'GET /products',
          queries: 300,
          ms: 0.06,
        }),
    faults.search
      ? queryWindow('SELECT * FROM products WHERE name LIKE ? LIMIT ?', {
          endpoint: 'POST /search',
          queries: 150,
          ms: 6.5,
        })
      : queryWindow('SELECT * FROM product_texts WHERE product_texts MATCH ? LIMIT ?', {
          endpoint: 'POST /search',
          queries: 150,
          ms: 0.1,
        }),
    ...(faults.bestSellers
      ? [
          queryWindow(
            'SELECT product, SUM(quantity) AS sold FROM order_lines GROUP BY product ORDER BY sold DESC LIMIT ?',
            { endpoint: 'GET /', queries: 200, ms: 9 },
          ),
        ]
      : []),
  ];
  return [30, 20, 10].map((secondsAgo) =>
    telemetryWindow({
      secondsAgo,
      endpoints,
      queries,
      resources: resourceWindow({ cpuPercent: 95, eventLoopUtilizationPercent: 90, eventLoopDelayP99Ms: 30 }),
    }),
  );
}

const analysed = (windows: readonly TelemetryWindow[]) =>
  analyse(aggregateOf(windows), thresholdsInForce({ preset: 'default' }), { from: 0, to: noon });

describe('a shop under load', () => {
  it('has nothing to be told when nothing is wrong', () => {
    const { bottlenecks, optimizationOpportunities, recommendations, performanceScore } = analysed(shop({}));
    expect(bottlenecks).toEqual([]);
    expect(optimizationOpportunities).toEqual([]);
    expect(recommendations).toEqual([]);
    expect(performanceScore).toBe(100);
  });

  it.each([
    [{ search: true }, ['slow-query: POST /search']],
    [{ nPlusOne: true }, ['n-plus-one: GET /products']],
    [{ bestSellers: true }, ['missing-cache: GET /']],
  ])('is told of its fault %j, and of nothing else', (faults, expected) => {
    expect(analysed(shop(faults)).bottlenecks.map(({ type, component }) => `${type}: ${component}`)).toEqual(expected);
  });

  it('is told of all of them at once, and what to do first', () => {
    const { bottlenecks, optimizationOpportunities, recommendations } = analysed(
      shop({ search: true, nPlusOne: true, bestSellers: true }),
    );
    expect(bottlenecks.map(({ type }) => type)).toEqual(['missing-cache', 'slow-query', 'n-plus-one']);
    expect(
      optimizationOpportunities.map(({ title, impactScore, effortScore }) => ({ title, impactScore, effortScore })),
    ).toEqual([
      { title: 'Cache what GET / adds up each time', impactScore: 4, effortScore: 2 },
      { title: 'Index the text search of POST /search', impactScore: 2, effortScore: 2 },
      { title: 'Replace the repeated queries of GET /products by one', impactScore: 1, effortScore: 3 },
    ]);
    expect(recommendations).toHaveLength(3);
    expect(recommendations[0]).toContain('cache its result');
    expect(recommendations[2]).toContain('JOIN');
  });

  it('is told that it tells nothing', () => {
    expect(analysed([]).recommendations).toEqual([expect.stringContaining('node --import headroom/register')]);
    expect(analysed([telemetryWindow()]).recommendations).toEqual([expect.stringContaining('no request')]);
  });
});
