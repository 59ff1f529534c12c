import type { Check, CheckLimits } from './checks.ts';

/** What a check measured of what its limits are of. */
export interface CheckFigures {
  loadTest: Check['loadTest'];
  /** Of health. */
  score: number | undefined;
}

export interface CheckLimit {
  name: Exclude<keyof CheckLimits, 'objectives'>;
  title: string;
  unit: string;
  bound: 'at most' | 'at least';
  /** Undefined: it was not measured. */
  actual: (figures: CheckFigures) => number | undefined;
}

export const checkLimitList: readonly CheckLimit[] = [
  {
    name: 'maxP95ResponseTimeMs',
    title: 'p95 response time',
    unit: ' ms',
    bound: 'at most',
    actual: ({ loadTest }) => loadTest?.performanceMetrics.p95ResponseTimeMs,
  },
  {
    name: 'minSuccessRatePercent',
    title: 'success rate',
    unit: ' %',
    bound: 'at least',
    // A test in which no request could be sent at all has no success to show.
    actual: ({ loadTest }) => (loadTest === undefined ? undefined : (loadTest.successRatePercent ?? 0)),
  },
  { name: 'minScore', title: 'score', unit: '', bound: 'at least', actual: ({ score }) => score },
];
