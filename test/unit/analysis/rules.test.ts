import { describe, expect, it } from 'vitest';
import { analyse } from '../../../lib/analysis/analyse.ts';
import type { Bottleneck } from '../../../lib/contracts/analysis.ts';
import type { ResourceWindow, TelemetryWindow } from '../../../lib/contracts/telemetry.ts';
import { thresholdsInForce } from '../../../lib/contracts/thresholds.ts';
import {
  aggregateOf,
  endpointWindow,
  noon,
  outgoingWindow,
  poolWindow,
  queryWindow,
  resourceWindow,
  sketchOf,
  telemetryWindow,
  times,
} from '../../support/telemetry-batches.ts';

type Lists = Partial<Omit<TelemetryWindow, 'start' | 'durationMs'>>;

const found = (windows: readonly TelemetryWindow[]): Bottleneck[] =>
  analyse(aggregateOf(windows), thresholdsInForce({ preset: 'production' }), { from: 0, to: noon }).bottlenecks;
const foundIn = (lists: Lists): Bottleneck[] => found([telemetryWindow(lists)]);
const named = (bottlenecks: Bottleneck[]) => bottlenecks.map(({ type, component }) => `${type}: ${component}`);

const quick = endpointWindow('GET /quick', { requests: 400, ms: 3 });
const lookup = (endpoint: string, ms = 0.02) => queryWindow('SELECT * FROM p WHERE id = ?', { endpoint, ms });
const price = (endpoint: string, ms = 0.02) => queryWindow('SELECT price FROM p WHERE id = ?', { endpoint, ms });

/** The same figures for every window of half a minute, with as much request time in each. */
const throughout = (resources: Partial<ResourceWindow>, lists: Lists = { endpoints: [quick] }): TelemetryWindow[] =>
  [30, 20, 10].map((secondsAgo) => telemetryWindow({ secondsAgo, ...lists, resources: resourceWindow(resources) }));

const counter = (name: string, value: number, labels: Record<string, string>) =>
  ({ kind: 'counter', name, value, labels }) as const;

/** Twelve windows of one instance, with what lives in the heap of each. */
const heaps = (mbAt: (window: number) => number | undefined): TelemetryWindow[] =>
  Array.from({ length: 12 }, (_, at) => {
    const heapAfterGcMb = mbAt(at);
    return telemetryWindow({
      secondsAgo: 120 - 10 * at,
      endpoints: [quick],
      resources: resourceWindow({
        heapLimitMb: 2000,
        memoryLimitMb: 4000,
        ...(heapAfterGcMb === undefined ? {} : { heapAfterGcMb }),
      }),
    });
  });

describe.each<[rule: string, fires: [why: string, bottlenecks: Bottleneck[], expected: string[]][]]>([
  [
    'slow endpoint',
    [
      [
        'above the threshold',
        foundIn({ endpoints: [quick, endpointWindow('GET /report', { requests: 30, ms: 600 })] }),
        ['slow-endpoint: GET /report'],
      ],
      [
        'a tenth of its answers is above',
        foundIn({ endpoints: [endpointWindow('GET /', { timesMs: [...times(90, 5), ...times(10, 900)] })] }),
        ['slow-endpoint: GET /'],
      ],
      [
        'a few requests, most of them slow',
        foundIn({ endpoints: [endpointWindow('GET /', { requests: 5, ms: 600 })] }),
        ['slow-endpoint: GET /'],
      ],
      [
        'out of proportion, by its own work',
        foundIn({ endpoints: [quick, endpointWindow('GET /render', { requests: 50, ms: 80 })] }),
        ['slow-endpoint: GET /render'],
      ],
      [
        'it waits for what nobody records, such as a timer: it takes no CPU time',
        found(
          throughout(
            { cpuPercent: 8, eventLoopUtilizationPercent: 8 },
            { endpoints: [endpointWindow('GET /later', { requests: 200, ms: 25 }), quick] },
          ),
        ),
        ['slow-endpoint: GET /later'],
      ],
    ],
  ],
  [
    'slow query',
    [
      [
        'above the threshold',
        foundIn({
          endpoints: [endpointWindow('GET /', { ms: 300 })],
          queries: [queryWindow('SELECT a', { endpoint: 'GET /', ms: 60, queries: 20 })],
        }),
        ['slow-query: GET /'],
      ],
      [
        'outside of requests, above the threshold',
        foundIn({ queries: [queryWindow('SELECT job', { ms: 800 })] }),
        ['slow-query: Outside of requests'],
      ],
      [
        'a third of all request time',
        foundIn({
          endpoints: [endpointWindow('GET /', { ms: 20 })],
          queries: [queryWindow('SELECT a', { endpoint: 'GET /', ms: 8 })],
        }),
        ['slow-query: GET /'],
      ],
      [
        'its endpoint does little but wait for it',
        foundIn({
          endpoints: [endpointWindow('GET /', { ms: 2 }), endpointWindow('GET /busy', { requests: 500, ms: 5 })],
          queries: [queryWindow('SELECT scan', { endpoint: 'GET /', ms: 1.5 }), lookup('GET /'), price('GET /')],
        }),
        ['slow-query: GET /'],
      ],
      [
        'called from two endpoints, together too much',
        foundIn({
          endpoints: [endpointWindow('GET /a', { ms: 20 }), endpointWindow('GET /b', { ms: 20 })],
          queries: [
            queryWindow('SELECT a', { endpoint: 'GET /a', ms: 7 }),
            queryWindow('SELECT a', { endpoint: 'GET /b', ms: 7.5 }),
          ],
        }),
        ['slow-query: GET /b'],
      ],
      [
        'two of one endpoint are one finding',
        foundIn({
          endpoints: [endpointWindow('GET /', { ms: 20 })],
          queries: [
            queryWindow('SELECT a LIKE ?', { endpoint: 'GET /', queries: 50, ms: 8 }),
            queryWindow('SELECT a LIKE ? AND b LIKE ?', { endpoint: 'GET /', queries: 50, ms: 13 }),
          ],
        }),
        ['slow-query: GET /'],
      ],
    ],
  ],
  [
    'N+1',
    [
      [
        'twenty of a kind in each request',
        foundIn({
          endpoints: [endpointWindow('GET /products')],
          queries: [queryWindow('SELECT c', { endpoint: 'GET /products', queries: 2000, maxPerRequest: 20 })],
        }),
        ['n-plus-one: GET /products'],
      ],
      [
        'two kinds in one loop are one finding',
        foundIn({
          endpoints: [endpointWindow('GET /products')],
          queries: [
            queryWindow('SELECT c', { endpoint: 'GET /products', queries: 2000, maxPerRequest: 20 }),
            queryWindow('SELECT d', { endpoint: 'GET /products', queries: 2000, maxPerRequest: 20 }),
          ],
        }),
        ['n-plus-one: GET /products'],
      ],
    ],
  ],
  [
    'errors',
    [
      [
        'more than the threshold',
        foundIn({ endpoints: [quick, endpointWindow('GET /', { failed: 6, statuses: { 200: 94, 500: 6 } })] }),
        ['errors: GET /'],
      ],
      [
        'one endpoint among many that are well',
        foundIn({
          endpoints: [
            endpointWindow('GET /', { requests: 10_000 }),
            endpointWindow('PUT /', { requests: 5, failed: 5, statuses: {} }),
          ],
        }),
        ['errors: PUT /'],
      ],
    ],
  ],
  ['CPU', [['above the threshold while it answers', found(throughout({ cpuPercent: 180 })), ['cpu: CPU']]]],
  [
    'memory',
    [
      ['MB above the threshold', found(throughout({ rssMb: 300 })), ['memory: Memory']],
      ['percent above the threshold', found(throughout({ rssMb: 95, memoryLimitMb: 100 })), ['memory: Memory']],
      ['also where no request was answered', found(throughout({ rssMb: 300 }, {})), ['memory: Memory']],
    ],
  ],
  [
    'missing cache',
    [
      [
        'a sum for all, again and again',
        foundIn({
          endpoints: [endpointWindow('GET /', { ms: 20 })],
          queries: [
            queryWindow('SELECT c, SUM(n) FROM t GROUP BY c ORDER BY 2 DESC LIMIT ?', { endpoint: 'GET /', ms: 9 }),
          ],
        }),
        ['missing-cache: GET /'],
      ],
      [
        'but not a sum for each',
        foundIn({
          endpoints: [endpointWindow('GET /', { ms: 20 })],
          queries: [queryWindow('SELECT SUM(n) FROM t WHERE c = ?', { endpoint: 'GET /', ms: 9 })],
        }),
        ['slow-query: GET /'],
      ],
    ],
  ],
  [
    'cache misses',
    [
      [
        'half of what it is asked for',
        foundIn({
          endpoints: [quick],
          metrics: [
            counter('headroom_cache_hits_total', 300, { namespace: 'shop.pages', tier: 'memory' }),
            counter('headroom_cache_misses_total', 300, { namespace: 'shop.pages' }),
          ],
        }),
        ['cache-misses: Cache shop.pages'],
      ],
    ],
  ],
  [
    'pools',
    [
      [
        'callers wait for connections that are all taken',
        foundIn({
          endpoints: [endpointWindow('GET /', { ms: 40, poolWaitUs: 3_000_000 }), quick],
          pools: [poolWindow({ size: 2, peakInUse: 2, peakWaiting: 6, waitTime: sketchOf(times(100, 30)) })],
        }),
        ['pool: Pool main (postgresql)'],
      ],
    ],
  ],
  [
    'endpoints that compute',
    [
      [
        'their quickest requests take CPU time',
        found(
          throughout({ cpuPercent: 60 }, { endpoints: [endpointWindow('GET /sum', { requests: 200, ms: 25 }), quick] }),
        ),
        ['cpu-bound: GET /sum'],
      ],
      [
        'by what it has of the CPU time, also where they are quick',
        found(
          throughout(
            { cpuPercent: 60, eventLoopUtilizationPercent: 60 },
            { endpoints: [endpointWindow('GET /sum', { requests: 200, ms: 9, cpuTimeUs: 1_700_000 }), quick] },
          ),
        ),
        ['cpu-bound: GET /sum'],
      ],
      [
        'behind the queries that it repeats, which take little time by themselves',
        found(
          throughout(
            { cpuPercent: 60, eventLoopUtilizationPercent: 60 },
            {
              endpoints: [endpointWindow('GET /list', { requests: 200, ms: 12, cpuTimeUs: 2_000_000 }), quick],
              queries: [queryWindow('SELECT c', { endpoint: 'GET /list', queries: 4000, maxPerRequest: 20 })],
            },
          ),
        ),
        ['n-plus-one: GET /list', 'cpu-bound: GET /list'],
      ],
      [
        'and not a second time as slow, or as what makes the event loop late',
        found(
          throughout(
            { cpuPercent: 95, eventLoopDelayP99Ms: 400 },
            { endpoints: [endpointWindow('GET /sum', { requests: 15, ms: 600 }), quick] },
          ),
        ),
        ['cpu-bound: GET /sum', 'event-loop: Event loop'],
      ],
    ],
  ],
  [
    'slow upstreams',
    [
      [
        'they take most of the time of an endpoint',
        foundIn({
          endpoints: [endpointWindow('GET /', { ms: 60 }), quick],
          outgoing: [outgoingWindow('https://a.example', { endpoint: 'GET /', timesMs: times(100, 55) })],
        }),
        ['slow-upstream: https://a.example'],
      ],
      [
        'an endpoint above its threshold is not named beside its upstream',
        foundIn({
          endpoints: [endpointWindow('GET /', { ms: 900 }), quick],
          outgoing: [outgoingWindow('https://a.example', { endpoint: 'GET /', timesMs: times(100, 850) })],
        }),
        ['slow-upstream: https://a.example'],
      ],
    ],
  ],
  [
    'throttles',
    [
      [
        'the service turns requests away',
        foundIn({ endpoints: [quick, endpointWindow('GET /', { statuses: { 200: 60, 429: 40 } })] }),
        ['throttles: GET /'],
      ],
      [
        'another service does',
        foundIn({
          endpoints: [quick],
          outgoing: [outgoingWindow('https://a.example', { statuses: { 200: 50, 429: 50 }, timesMs: times(100, 2) })],
        }),
        ['throttles: https://a.example'],
      ],
    ],
  ],
  [
    'cold starts',
    [
      [
        'one invocation in ten',
        found(throughout({ lambda: { invocations: 100, coldStarts: 10, initMs: 800, memoryLimitMb: 512 } })),
        ['cold-starts: Cold starts'],
      ],
    ],
  ],
  ['garbage collection', [['a fifth of the time', found(throughout({ gcPauseMs: 2000 })), ['gc: Garbage collection']]]],
  [
    'memory leaks',
    [['the living heap rises steadily', found(heaps((at) => 40 + 4 * at)), ['memory-leak: Memory leak']]],
  ],
  ['event loop', [['blocked for long', found(throughout({ eventLoopDelayP99Ms: 250 })), ['event-loop: Event loop']]]],
])('the rule of %s', (_, cases) => {
  it.each(cases)('fires: %s', (_why, bottlenecks, expected) => {
    expect(named(bottlenecks)).toEqual(expected);
    for (const { component, issue, recommendation, evidence, performanceImpact } of bottlenecks) {
      // The component stands beside its issue wherever it is shown, and a query in full in its evidence.
      expect(issue.toLowerCase()).not.toContain(component.toLowerCase());
      expect(issue).toMatch(/^[A-Z0-9].*\.$/);
      expect(recommendation).toMatch(/^[A-Z].*\.$/);
      for (const { metric, subject } of evidence) {
        if (!/^query\.(timeMs|count)$/.test(metric)) continue;
        expect(`${issue} ${recommendation}`).not.toContain(subject);
      }
      expect(evidence.length).toBeGreaterThan(0);
      expect(evidence[0]?.from).toMatch(/^2026-01-31T11:5[89]/);
      expect(performanceImpact).toBeGreaterThanOrEqual(0);
      expect(performanceImpact).toBeLessThanOrEqual(100);
    }
  });
});

it.each<[why: string, windows: readonly TelemetryWindow[]]>([
  ['there is no data', []],
  ['the service is idle', throughout({}, {})],
  [
    'one endpoint is used more than the rest',
    [telemetryWindow({ endpoints: [endpointWindow('GET /', { requests: 5000, ms: 4 }), quick] })],
  ],
  ['too few requests to judge', [telemetryWindow({ endpoints: [endpointWindow('GET /', { requests: 4, ms: 5000 })] })]],
  [
    'one slow answer among twenty',
    [telemetryWindow({ endpoints: [endpointWindow('GET /', { timesMs: [...times(19, 5), 4000] })] })],
  ],
  [
    'all endpoints are about as slow, below the threshold',
    [telemetryWindow({ endpoints: [endpointWindow('GET /a', { ms: 90 }), endpointWindow('GET /b', { ms: 60 })] })],
  ],
  [
    'a busy machine makes quick answers take some ms',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /', { ms: 12 }), quick],
        queries: [lookup('GET /', 0.4), price('GET /', 0.3), queryWindow('SELECT n', { endpoint: 'GET /', ms: 0.6 })],
      }),
    ],
  ],
  [
    'lookups over a network are most of a quick answer',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /', { ms: 4 })],
        queries: [queryWindow('SELECT a WHERE id = ?', { system: 'postgresql', endpoint: 'GET /', ms: 3 })],
      }),
    ],
  ],
  [
    'a slow query takes little of the time',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /', { requests: 1000, ms: 20 })],
        queries: [queryWindow('SELECT a', { endpoint: 'GET /', queries: 20, ms: 30 }), lookup('GET /'), price('GET /')],
      }),
    ],
  ],
  [
    'a page of rows by index takes half of a quick answer, on a busy machine',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /', { ms: 2 })],
        queries: [queryWindow('SELECT page', { endpoint: 'GET /', timesMs: [...times(80, 0.9), ...times(20, 15)] })],
      }),
    ],
  ],
  [
    'a query is rare, and slow only now and then',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /', { ms: 6 })],
        queries: [queryWindow('SELECT cached', { endpoint: 'GET /', timesMs: [10, 10, 10, 10, 10, 90] })],
      }),
    ],
  ],
  [
    'a job outside of requests queries a lot',
    [telemetryWindow({ endpoints: [quick], queries: [queryWindow('SELECT job', { queries: 5000, ms: 20 })] })],
  ],
  [
    'a handful of the same query in a request',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /')],
        queries: [queryWindow('SELECT c', { endpoint: 'GET /', queries: 400, maxPerRequest: 6 })],
      }),
    ],
  ],
  [
    'one odd request repeats its query',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /')],
        queries: [queryWindow('SELECT c', { endpoint: 'GET /', queries: 130, maxPerRequest: 30 })],
      }),
    ],
  ],
  [
    'a query is repeated outside of requests',
    [telemetryWindow({ endpoints: [quick], queries: [queryWindow('SELECT c', { queries: 4000, maxPerRequest: 40 })] })],
  ],
  [
    'four requests failed',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /', { requests: 20, failed: 4, statuses: { 200: 16, 500: 4 } })],
      }),
    ],
  ],
  [
    'failures are below the threshold',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /', { requests: 1000, failed: 40, statuses: { 200: 960, 500: 40 } })],
      }),
    ],
  ],
  [
    'callers ask for what is not there',
    [telemetryWindow({ endpoints: [endpointWindow('GET /', { statuses: { 404: 100 } })] })],
  ],
  ['one core of two is busy', throughout({ cpuPercent: 100, eventLoopUtilizationPercent: 100 })],
  ['the CPU was busy while nothing was asked for', throughout({ cpuPercent: 200 }, {})],
  [
    'the CPU was busy for a moment',
    [telemetryWindow({ endpoints: [quick], durationMs: 2000, resources: resourceWindow({ cpuPercent: 200 }) })],
  ],
  ['a busy machine delays the event loop somewhat', throughout({ eventLoopDelayP99Ms: 45 })],
  [
    'a cache has just begun to fill',
    [
      telemetryWindow({
        endpoints: [quick],
        metrics: [
          counter('headroom_cache_hits_total', 9, { namespace: 'shop', tier: 'memory' }),
          counter('headroom_cache_misses_total', 90, { namespace: 'shop' }),
        ],
      }),
    ],
  ],
  [
    'a pool was full for a moment, and nobody waited long',
    [
      telemetryWindow({
        endpoints: [quick],
        pools: [poolWindow({ size: 2, peakInUse: 2, peakWaiting: 1, waitTime: sketchOf(times(100, 2)) })],
      }),
    ],
  ],
  [
    'an upstream is slow now and then, on a busy machine',
    [
      telemetryWindow({
        endpoints: [endpointWindow('GET /', { ms: 30 }), quick],
        outgoing: [
          outgoingWindow('https://a.example', { endpoint: 'GET /', timesMs: [...times(40, 3), ...times(60, 40)] }),
        ],
      }),
    ],
  ],
  [
    'an endpoint waits for a timer while others compute',
    throughout(
      { cpuPercent: 60, eventLoopUtilizationPercent: 60 },
      { endpoints: [endpointWindow('GET /later', { requests: 200, ms: 12, cpuTimeUs: 100_000 }), quick] },
    ),
  ],
  ['a heap fills up after a start, ever more slowly', heaps((at) => 100 - 60 * 0.5 ** at)],
  ['a heap rises by little', heaps((at) => 40 + 0.5 * at)],
  ['there were collections in some windows only', heaps((at) => (at % 2 === 0 ? 40 + 9 * at : undefined))],
  ['collections say now more, now less', heaps((at) => 60 + ((at * 7) % 12) * 3)],
])('nothing is found when %s', (_, windows) => {
  expect(found(windows)).toEqual([]);
});

describe('what a finding says', () => {
  it('gives a slow query as much impact as its share of request time, and shows its callers', () => {
    const [query] = foundIn({
      endpoints: [
        endpointWindow('GET /', { requests: 100, ms: 20 }),
        endpointWindow('GET /b', { requests: 100, ms: 20 }),
      ],
      queries: [
        queryWindow('SELECT a', { endpoint: 'GET /', queries: 100, ms: 15, rows: 300 }),
        queryWindow('SELECT a', { endpoint: 'GET /b', queries: 20, ms: 5, rows: 60 }),
      ],
    });
    expect(query?.performanceImpact).toBe(40);
    expect(query?.issue).toBe('A query takes 40 % of all request time: 13.3 ms on average.');
    expect(query?.evidence.map(({ metric, subject, values }) => ({ metric, subject, values }))).toMatchObject([
      { metric: 'query.timeMs', subject: 'SELECT a', values: { queries: 120, rowsPerQuery: 3 } },
      { metric: 'query.timeInRequestsMs', subject: 'GET /', values: { totalMs: 1500, requestTimeSharePercent: 37.5 } },
      { metric: 'query.timeInRequestsMs', subject: 'GET /b', values: { totalMs: 100, requestTimeSharePercent: 2.5 } },
    ]);
  });

  it('tells failures by their kind, and their share of all failures', () => {
    const [worse, other] = foundIn({
      endpoints: [
        endpointWindow('GET /a', { requests: 100, failed: 30, statuses: { 200: 70, 500: 20, 503: 4 } }),
        endpointWindow('GET /b', { requests: 100, failed: 10, statuses: { 200: 90, 502: 10 } }),
      ],
    });
    expect(worse).toMatchObject({ component: 'GET /a', performanceImpact: 75 });
    expect(worse?.evidence[0]?.values).toMatchObject({ failedRequests: 30, status500: 20, status503: 4, cutOff: 6 });
    expect(worse?.issue).toBe(
      '30 of 100 requests failed (30 %): with 500 20 times, not at all 6 times, with 503 4 times.',
    );
    expect(other).toMatchObject({ component: 'GET /b', performanceImpact: 25 });
  });

  it('tells of queries of some microseconds how long they take', () => {
    const [repeated] = foundIn({
      endpoints: [endpointWindow('GET /', { requests: 10, ms: 5 })],
      queries: [queryWindow('SELECT c', { endpoint: 'GET /', queries: 200, ms: 0.004, maxPerRequest: 20 })],
    });
    expect(repeated?.evidence[0]?.values).toMatchObject({ meanMs: 0.004, queriesPerRequest: 20 });
    expect(repeated?.issue).toBe('Sends the same query up to 20 times per request (N+1).');
  });

  it('grows the impact of a resource from nothing at its threshold', () => {
    const impactAt = (eventLoopDelayP99Ms: number) => found(throughout({ eventLoopDelayP99Ms }))[0]?.performanceImpact;
    expect([100, 200, 300, 3000].map(impactAt)).toEqual([0, 50, 66.7, 66.7]);
  });

  it('orders by impact', () => {
    const impacts = foundIn({
      endpoints: [
        endpointWindow('GET /a', { requests: 50, ms: 700 }),
        endpointWindow('GET /b', { requests: 50, ms: 2000 }),
        endpointWindow('GET /c', { requests: 50, ms: 5, failed: 50, statuses: {} }),
      ],
    }).map(({ performanceImpact }) => performanceImpact);
    expect(impacts).toEqual(impacts.toSorted((a, b) => b - a));
    expect(impacts).toHaveLength(3);
  });
});

it('says of throttled requests how many of all requests they are', () => {
  const busy = endpointWindow('GET /', { statuses: { 200: 60, 429: 40 } });
  expect(foundIn({ endpoints: [quick, busy] })).toMatchObject([
    { type: 'throttles', performanceImpact: 8, evidence: [{ values: { throttledPercent: 40 } }] },
  ]);
});
