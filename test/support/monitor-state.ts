import { emptyTold, type MonitorState } from '../../lib/cli/monitor/state.ts';
import type { Alert } from '../../lib/contracts/alerts.ts';

export const nowMs = Date.parse('2026-01-31T12:00:00.000Z');
const at = new Date(nowMs - 120_000).toISOString();

export const summaryOf = (project: string, healthScore: number) => ({
  project,
  timestamp: at,
  status: healthScore >= 80 ? ('excellent' as const) : healthScore >= 60 ? ('good' as const) : ('poor' as const),
  healthScore,
  coverage: 100,
  activeAlerts: healthScore >= 80 ? 0 : 2,
  keyMetrics: {
    avgResponseTimeMs: 20,
    p95ResponseTimeMs: 41,
    errorRatePercent: 0.2,
    requestsPerSecond: 12.3,
    memoryUsageMb: 81,
    cacheHitRatePercent: 77,
  },
});

const history = (metric: string, value: (minute: number) => number) => ({
  metric,
  resolution: 'minute' as const,
  from: at,
  to: at,
  points: Array.from({ length: 40 }, (_, minute) => ({
    at: new Date(nowMs - (40 - minute) * 60_000).toISOString(),
    value: value(minute),
  })),
});

export const alertOf = (severity: Alert['severity'], reason: string): Alert => ({
  alertId: '01JD2V8Q6Y0000000000000000',
  type: 'slow-requests',
  subject: 'avgResponseTimeMs',
  project: 'shop',
  severity,
  status: 'open',
  reason,
  openedAt: at,
  updatedAt: at,
  evidence: [],
  runbook: 'docs/runbook.md#slow-requests',
  history: [],
});

/** All that can be told, just now. */
export function fullState(): MonitorState {
  const told = <Value>(value: Value) => ({ value, atMs: nowMs - 500 });
  const tier = { entries: 1200, usedMb: 3.5, limitMb: 512, usagePercent: 0.7, hits: 900, errors: 0 };
  return {
    apiUrl: 'http://127.0.0.1:4040',
    chosen: 'shop',
    intervalMs: 2000,
    showsHelp: false,
    told: {
      ...emptyTold(),
      platform: told({
        status: 'up',
        version: '0.1.0',
        timestamp: at,
        parts: [{ name: 'dynamodb', state: 'up' }],
        queues: [],
        functions: [],
        failingChannels: [],
        deadNotifications: 0,
      }),
      projects: told([summaryOf('shop', 91), summaryOf('search', 65), summaryOf('legacy', 12)]),
      alerts: told([alertOf('low', 'The hit rate is 40 %.'), alertOf('critical', 'The mean was 2400 ms.')]),
      tasks: told({
        timestamp: at,
        priorities: [{ priority: 'normal', depth: 3, scheduled: 0, running: 1, workers: 5 }],
        ended: { completed: 5, failed: 0, cancelled: 0 },
      }),
      throughput: told(history('requestsPerSecond', (minute) => minute)),
      p95: told(history('p95ResponseTimeMs', (minute) => 40 + (minute % 7))),
      cache: told({
        hitRatePercent: 80,
        missRatePercent: 20,
        totalRequests: 1000,
        cacheHits: 800,
        cacheMisses: 200,
        tiers: { memory: tier, redis: { ...tier, breaker: 'open' } },
        performance: { avgGetMs: 0.02, avgSetMs: 0.1, evictions: 4 },
        topKeys: Array.from({ length: 10 }, (_, index) => ({ key: `/products/${index}`, reads: 100 - index })),
        savings: { loaderMs: 0, compressionBytes: 0 },
        cost: { dynamodbReadUnits: 0, dynamodbWriteUnits: 0, usd: 0 },
      }),
      checks: told([
        {
          checkId: '01JD2V8Q6Y0000000000000000',
          project: 'shop',
          kind: 'check',
          status: 'passed',
          progressPercent: 100,
          createdAt: at,
          endedAt: at,
        },
      ]),
      loadTests: told([
        {
          testId: '01JD2V8Q6Y0000000000000000',
          project: 'shop',
          kind: 'stress',
          status: 'running',
          progressPercent: 42,
          phase: 'step 3: 40 users',
          createdAt: at,
        },
      ]),
    },
  };
}
