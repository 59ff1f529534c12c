import type { LoadTestResult } from '../../lib/contracts/load-result.ts';

/** What a short test measured: 100 requests in 10 s, of which one failed. */
export const measuredResult: LoadTestResult = {
  totalRequests: 100,
  successfulRequests: 99,
  failedRequests: 1,
  successRatePercent: 99,
  connectionFailures: 0,
  actualDurationSeconds: 10,
  performanceMetrics: { requestsPerSecond: 10, throughputMbps: 1, p95ResponseTimeMs: 150, serviceTime: {} },
  scenarios: {},
  errors: [{ kind: 'http-500', count: 1 }],
  timeline: [],
  generator: {
    verdict: 'ok',
    reasons: [],
    workers: 2,
    startSkewMs: 0,
    lagMaxMs: 0,
    peakEventLoopUtilizationPercent: 1,
    peakCpuPercent: 1,
    lostShards: [],
  },
  recommendations: [],
};
