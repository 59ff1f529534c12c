import type { LoadTestResult } from '../../../contracts/load-result.ts';
import type { Unit } from '../../../pages/units.ts';

export interface ComparedFigure {
  name: string;
  unit: Unit;
  a: number | undefined;
  b: number | undefined;
  /** Which way is better; absent: neither. */
  better?: 'less' | 'more';
}

interface Measure {
  name: string;
  unit: Unit;
  better?: 'less' | 'more';
  of: (result: LoadTestResult) => number | null | undefined;
}

const time = (name: string, field: keyof LoadTestResult['performanceMetrics'] & `${string}Ms`): Measure => ({
  name,
  unit: 'ms',
  better: 'less',
  of: ({ performanceMetrics }) => performanceMetrics[field],
});

const measures: readonly Measure[] = [
  {
    name: 'Throughput',
    unit: 'perSecond',
    better: 'more',
    of: (result) => result.performanceMetrics.requestsPerSecond,
  },
  { name: 'Successful', unit: 'percent', better: 'more', of: (result) => result.successRatePercent },
  { name: 'Requests', unit: 'count', of: (result) => result.totalRequests },
  { name: 'Failed', unit: 'count', better: 'less', of: (result) => result.failedRequests },
  time('Mean response', 'avgResponseTimeMs'),
  time('p50', 'p50ResponseTimeMs'),
  time('p75', 'p75ResponseTimeMs'),
  time('p90', 'p90ResponseTimeMs'),
  time('p95', 'p95ResponseTimeMs'),
  time('p99', 'p99ResponseTimeMs'),
  time('p99.9', 'p999ResponseTimeMs'),
  time('Max', 'maxResponseTimeMs'),
  { name: 'Received', unit: 'mbps', of: (result) => result.performanceMetrics.throughputMbps },
  { name: 'Breaking point', unit: 'count', better: 'more', of: (result) => result.breakingPoint },
  { name: 'Peak of the curve', unit: 'users', better: 'more', of: (result) => result.capacity?.maxUsers },
  { name: 'Recovered after', unit: 'duration', better: 'less', of: (result) => result.spike?.recoverySeconds },
  { name: 'Cost', unit: 'usd', of: (result) => result.cost?.actualUsd ?? result.cost?.estimatedUsd },
];

/** What both runs, or one of them, measured. */
export const comparedFigures = (a: LoadTestResult, b: LoadTestResult): ComparedFigure[] =>
  measures.flatMap(({ of, ...named }) => {
    const [ofA, ofB] = [of(a) ?? undefined, of(b) ?? undefined];
    return ofA === undefined && ofB === undefined ? [] : [{ ...named, a: ofA, b: ofB }];
  });

/** From a to b; undefined where there is nothing to compare with. */
export const changePercent = ({ a, b }: Pick<ComparedFigure, 'a' | 'b'>): number | undefined =>
  a === undefined || b === undefined || a === 0 ? undefined : 100 * (b / a - 1);
