import type { Breach, CheckRequest } from '../contracts/checks.ts';
import type { LoadTestResult } from '../contracts/load-result.ts';

/** Which limits the figures break. What was not measured breaks none. */
export function breachesOf(
  { limits }: CheckRequest,
  figures: { loadTest: Omit<LoadTestResult, 'timeline'> | undefined; score: number | undefined },
): Breach[] {
  const { loadTest, score } = figures;
  const p95 = loadTest?.performanceMetrics.p95ResponseTimeMs;
  // A test in which no request could be sent at all has no success to show.
  const success = loadTest === undefined ? undefined : (loadTest.successRatePercent ?? 0);
  return [
    ...above('maxP95ResponseTimeMs', limits.maxP95ResponseTimeMs, p95),
    ...below('minSuccessRatePercent', limits.minSuccessRatePercent, success),
    ...below('minScore', limits.minScore, score),
    // Figures of a part of the load cannot show that the whole was borne.
    ...above('lostShards', 0, loadTest?.generator.lostShards.length),
  ];
}

const above = (limit: string, expected: number, actual: number | undefined): Breach[] =>
  actual !== undefined && actual > expected ? [{ limit, expected, actual }] : [];

const below = (limit: string, expected: number, actual: number | undefined): Breach[] =>
  actual !== undefined && actual < expected ? [{ limit, expected, actual }] : [];
