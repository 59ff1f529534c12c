import { z } from 'zod';
import type { JudgedThreshold, LoadTestResult } from './load-result.ts';

/** What a threshold of a load test can speak of. Latencies in ms, from the intended send. */
const measures = {
  p50: ({ performanceMetrics }) => performanceMetrics.p50ResponseTimeMs,
  p75: ({ performanceMetrics }) => performanceMetrics.p75ResponseTimeMs,
  p90: ({ performanceMetrics }) => performanceMetrics.p90ResponseTimeMs,
  p95: ({ performanceMetrics }) => performanceMetrics.p95ResponseTimeMs,
  p99: ({ performanceMetrics }) => performanceMetrics.p99ResponseTimeMs,
  'p99.9': ({ performanceMetrics }) => performanceMetrics.p999ResponseTimeMs,
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

const names = Object.keys(measures);
const pattern = new RegExp(
  `^(${names.map((name) => name.replace('.', '\\.')).join('|')})\\s*(<=|>=|<|>)\\s*(\\d+(?:\\.\\d+)?)\\s*(?:ms|%|/s)?$`,
);

/** `p95<200` (ms), `errors<=1` (percent), `rps>=500` (per second). */
export const loadThreshold = z
  .string()
  .trim()
  .max(100)
  .regex(pattern, `must read like 'p95<200': one of ${names.join(', ')}; then <, <=, > or >=; then a number`);

/** Whether the test has failed by it. */
export const isFailure = ({ holds, advisory }: JudgedThreshold): boolean => !holds && advisory !== true;

export const judgeThresholds = (thresholds: readonly string[], result: LoadTestResult): JudgedThreshold[] =>
  thresholds.map((threshold) => {
    const [, measure, comparison, limit] = pattern.exec(threshold.trim()) ?? [];
    const actual = measures[measure as Measure]?.(result);
    if (actual === undefined) return { threshold, holds: false };
    return { threshold, actual, holds: comparisons[comparison as Comparison](actual, Number(limit)) };
  });
