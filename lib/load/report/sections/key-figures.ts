import type { LoadTestResult } from '../../../contracts/load-result.ts';
import type { Markup } from '../../../pages/markup.ts';
import { type Tile, tileList } from '../../../pages/tiles.ts';

/** What most readers came for. */
export function keyFigures(result: LoadTestResult): Markup {
  const { performanceMetrics: metrics, breakingPoint, capacity, spike } = result;
  const isOpen = result.peakUsers === undefined && result.peakArrivalRate !== undefined;
  const tiles: Tile[] = [
    ...(breakingPoint == null
      ? []
      : [['Breaking point', breakingPoint, isOpen ? 'perSecond' : 'users', 'strong'] as const]),
    ...(capacity?.maxUsers === undefined ? [] : [['Peak of the curve', capacity.maxUsers, 'users'] as const]),
    ...(spike?.recoverySeconds == null
      ? []
      : [['Recovered after', spike.recoverySeconds, 'duration', 'strong'] as const]),
    ['Throughput', metrics.requestsPerSecond, 'perSecond'],
    ['Requests', result.totalRequests, 'count'],
    ['Successful', result.successRatePercent, 'percent'],
    ['Failed', result.failedRequests, 'count', result.failedRequests > 0 ? 'bad' : ''],
    ...(result.connectionFailures > 0
      ? [['Failed connections', result.connectionFailures, 'count', 'bad'] as const]
      : []),
    ['p50', metrics.p50ResponseTimeMs, 'ms'],
    ['p95', metrics.p95ResponseTimeMs, 'ms'],
    ['p99', metrics.p99ResponseTimeMs, 'ms'],
    ['Received', metrics.throughputMbps, 'mbps'],
  ];
  return tileList(tiles);
}
