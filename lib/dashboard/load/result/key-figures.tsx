import type { LoadTestResult } from '../../../contracts/load-result.ts';
import type { Unit } from '../../../pages/units.ts';
import { Figure } from '../../components/figure.tsx';
import { type Stat, Stats } from '../../components/stats.tsx';

const stat = (label: string, value: number | undefined, unit: Unit, tone?: Stat['tone']): Stat => ({
  label,
  value: <Figure value={value} unit={unit} />,
  tone,
});

/** What most readers came for. While the test runs: of all that it has measured so far. */
export function KeyFigures({ result }: { result: LoadTestResult }) {
  const { performanceMetrics: metrics, breakingPoint, capacity, spike, connectionFailures } = result;
  const isOpen = result.peakUsers === undefined && result.peakArrivalRate !== undefined;
  return (
    <Stats
      of={[
        ...(breakingPoint == null ? [] : [stat('Breaking point', breakingPoint, isOpen ? 'perSecond' : 'users')]),
        ...(capacity?.maxUsers === undefined ? [] : [stat('Peak of the curve', capacity.maxUsers, 'users')]),
        ...(spike?.recoverySeconds == null ? [] : [stat('Recovered after', spike.recoverySeconds, 'duration')]),
        stat('Throughput', metrics.requestsPerSecond, 'perSecond'),
        stat('Requests', result.totalRequests, 'count'),
        stat('Successful', result.successRatePercent, 'percent'),
        stat('Failed', result.failedRequests, 'count', result.failedRequests > 0 ? 'bad' : undefined),
        ...(connectionFailures > 0 ? [stat('Failed connections', connectionFailures, 'count', 'bad')] : []),
        stat('p50', metrics.p50ResponseTimeMs, 'ms'),
        stat('p95', metrics.p95ResponseTimeMs, 'ms'),
        stat('p99', metrics.p99ResponseTimeMs, 'ms'),
        stat('Received', metrics.throughputMbps, 'mbps'),
      ]}
    />
  );
}
