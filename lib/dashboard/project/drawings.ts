import type { HistoryMetric } from '../../contracts/telemetry-history.ts';
import type { TimePlotProps, TimeSeries } from '../plots/time-plot.tsx';

interface DrawnSeries extends Omit<TimeSeries, 'points'> {
  metric: HistoryMetric;
}

/** One plot of a service over time. */
export interface Drawing extends Pick<TimePlotProps, 'name' | 'title' | 'bands' | 'note'> {
  series: readonly DrawnSeries[];
  /** The metric whose change points it marks. */
  marksOf?: HistoryMetric;
}

const line = { shape: 'line' } as const;

export const drawings: readonly Drawing[] = [
  {
    name: 'response-time',
    title: 'Response time (ms)',
    series: [
      { metric: 'p50ResponseTimeMs', label: 'p50', unit: 'ms', colour: 'third', ...line },
      { metric: 'p95ResponseTimeMs', label: 'p95', unit: 'ms', colour: 'first', ...line },
      { metric: 'p99ResponseTimeMs', label: 'p99', unit: 'ms', colour: 'second', ...line },
    ],
    bands: [{ upper: 2, lower: 0 }],
    marksOf: 'p95ResponseTimeMs',
  },
  {
    name: 'throughput',
    title: 'Throughput (requests per second)',
    series: [{ metric: 'requestsPerSecond', label: 'requests', unit: 'perSecond', colour: 'first', shape: 'area' }],
    marksOf: 'requestsPerSecond',
  },
  {
    name: 'errors',
    title: 'Errors (% of requests)',
    series: [{ metric: 'errorRatePercent', label: 'errors', unit: 'percent', colour: 'bad', shape: 'area' }],
    marksOf: 'errorRatePercent',
  },
  {
    name: 'query-time',
    title: 'Query time (ms)',
    series: [
      { metric: 'avgQueryTimeMs', label: 'mean', unit: 'ms', colour: 'third', ...line },
      { metric: 'p95QueryTimeMs', label: 'p95', unit: 'ms', colour: 'first', ...line },
    ],
  },
  {
    name: 'processor',
    title: 'Processor and event loop (%)',
    series: [
      { metric: 'cpuPercent', label: 'CPU', unit: 'percent', colour: 'first', ...line },
      { metric: 'eventLoopUtilizationPercent', label: 'event loop', unit: 'percent', colour: 'fourth', ...line },
    ],
  },
  {
    name: 'memory',
    title: 'Memory (MB)',
    series: [
      { metric: 'memoryMb', label: 'resident', unit: 'mb', colour: 'first', ...line },
      { metric: 'heapUsedMb', label: 'heap', unit: 'mb', colour: 'third', ...line },
    ],
  },
];
