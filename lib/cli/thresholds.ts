import { InvalidArgumentError } from 'commander';
import type { LoadTestResult } from '../contracts/load-result.ts';

/** What a threshold of a load test can speak of. Latencies in ms, from the intended send. */
const measures = {
  p50: ({ performanceMetrics }) => performanceMetrics.p50ResponseTimeMs,
  p75: ({ performanceMetrics }) => performanceMetrics.p75ResponseTimeMs,
  p90: ({ performanceMetrics }) => performanceMetrics.p90ResponseTimeMs,
  p95: ({ performanceMetrics }) => performanceMetrics.p95ResponseTimeMs,
  p99: ({ performanceMetrics }) => performanceMetrics.p99ResponseTimeMs,
  avg: ({ performanceMetrics }) => performanceMetrics.avgResponseTimeMs,
  max: ({ performanceMetrics }) => performanceMetrics.maxResponseTimeMs,
  /** Percent of the requests; a connection that could not be made counts as one. */
  errors: ({ totalRequests, failedRequests, connectionFailures }) => {
    const attempts = totalRequests + connectionFailures;
    return attempts === 0 ? undefined : (100 * (failedRequests + connectionFailures)) / attempts;
  },
  rps: ({ performanceMetrics }) => performanceMetrics.requestsPerSecond,
} as const satisfies Record<string, (result: LoadTestResult) => number | undefined>;
type Measure = keyof typeof measures;

const comparisons = {
  '<': (actual, limit) => actual < limit,
  '<=': (actual, limit) => actual <= limit,
  '>': (actual, limit) => actual > limit,
  '>=': (actual, limit) => actual >= limit,
} as const satisfies Record<string, (actual: number, limit: number) => boolean>;
type Comparison = keyof typeof comparisons;

export interface Threshold {
  /** As it was written. */
  text: string;
  measure: Measure;
  comparison: Comparison;
  limit: number;
}

export interface JudgedThreshold {
  threshold: string;
  /** Absent when nothing was measured; the threshold does not hold then. */
  actual?: number;
  holds: boolean;
}

const pattern = new RegExp(
  `^(${Object.keys(measures).join('|')})\\s*(<=|>=|<|>)\\s*(\\d+(?:\\.\\d+)?)\\s*(?:ms|%|/s)?$`,
);

/** `p95<200`, `errors<=1`, `rps>=500`. */
export function parseThreshold(text: string): Threshold {
  const [, measure, comparison, limit] = pattern.exec(text.trim()) ?? [];
  if (measure === undefined || comparison === undefined || limit === undefined) {
    const names = Object.keys(measures).join(', ');
    throw new InvalidArgumentError(`It must read like 'p95<200': one of ${names}; then <, <=, > or >=; then a number.`);
  }
  return { text: text.trim(), measure: measure as Measure, comparison: comparison as Comparison, limit: Number(limit) };
}

export const judge = (thresholds: readonly Threshold[], result: LoadTestResult): JudgedThreshold[] =>
  thresholds.map(({ text, measure, comparison, limit }) => {
    const actual = measures[measure](result);
    if (actual === undefined) return { threshold: text, holds: false };
    return { threshold: text, actual, holds: comparisons[comparison](actual, limit) };
  });
