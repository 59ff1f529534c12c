import type { HistoryMetric } from '../../contracts/telemetry-history.ts';

/** What is looked at where nothing is named. */
export const usualMetrics = [
  'requestsPerSecond',
  'avgResponseTimeMs',
  'p95ResponseTimeMs',
  'errorRatePercent',
  'avgQueryTimeMs',
  'cpuPercent',
  'memoryMb',
] as const satisfies HistoryMetric[];

/** What peaks are told of. */
export const trafficMetrics = [
  'requestsPerSecond',
  'peakRequestsPerSecond',
  'sustainedRequestsPerSecond',
  'peakConcurrentRequests',
] as const satisfies HistoryMetric[];

/** What is held against what a test has shown. */
export const demandMetric = 'sustainedRequestsPerSecond' satisfies HistoryMetric;

/** Less traffic is neither better nor worse, nor are fewer instances. */
const neutral: ReadonlySet<string> = new Set<HistoryMetric>([
  'requests',
  'requestsPerSecond',
  'requestBytes',
  'responseBytes',
  'peakRequestsPerSecond',
  'sustainedRequestsPerSecond',
  'avgConcurrentRequests',
  'peakConcurrentRequests',
  'queries',
  'outgoingRequests',
  'instances',
]);

/** Of the figures of a service: times, errors and what it uses are better low. Of metrics of its own nothing is known. */
export const isBetterLow = (metric: string): boolean => !neutral.has(metric) && !metric.startsWith('custom:');
