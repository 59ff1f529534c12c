import { decimal } from '../../contracts/figures.ts';
import type { LoadTest } from '../../contracts/load.ts';
import type { GeneratorSummary, JudgedThreshold, LoadTestResult } from '../../contracts/load-result.ts';
import { isFailure } from '../../contracts/load-threshold.ts';
import { formats } from '../../pages/units.ts';
import { type Case, junitDocument } from './junit-suite.ts';

/**
 * A load test for CI, as JUnit XML: one case for each threshold, one for that it ran to its end, one for that the load
 * generator kept up, without which the others say little. The main figures are properties.
 */
export function junitReport(test: LoadTest): string {
  const { result, project, kind, testId, startedAt, createdAt } = test;
  return junitDocument({
    name: `${project}: ${kind} load test`,
    classname: `headroom.${project}.${kind}`,
    startedAt: startedAt ?? createdAt,
    seconds: result?.actualDurationSeconds,
    properties: [['testId', testId], ...(result === undefined ? [] : figuresOf(result))],
    cases: casesOf(test),
  });
}

function casesOf({ status, reason, progressPercent, request, result }: LoadTest): Case[] {
  const why = reason ?? `${formats.percent(progressPercent)} of it was run`;
  return [
    { name: 'the test completed', failure: status === 'completed' ? undefined : `The test is ${status}: ${why}.` },
    result === undefined
      ? { name: generatorCase, skipped: 'Nothing was measured.' }
      : generatorCaseOf(result.generator),
    ...(result?.thresholds?.map(thresholdCase) ??
      request.thresholds?.map((name) => ({ name, skipped: `It was not judged: the test is ${status}.` })) ??
      []),
  ];
}

const generatorCase = 'the load generator kept up';

/** A generator that could not keep up is no fault of the target: the case is not passed, and does not fail the build either. */
function generatorCaseOf({ verdict, reasons, lostShards }: GeneratorSummary): Case {
  const what = verdict === 'limited' ? 'It could not keep up' : 'This machine was the limit';
  const lost = lostShards.map(({ shard, reason }) => `worker ${shard} was lost (${reason})`);
  const faults = [...(verdict === 'ok' ? [] : [what, ...reasons]), ...lost];
  if (faults.length === 0) return { name: generatorCase };
  return { name: generatorCase, [lost.length > 0 ? 'failure' : 'skipped']: `${faults.join('; ')}.` };
}

/** What fails and does not count is not passed, and does not fail the build either. */
function thresholdCase(judged: JudgedThreshold): Case {
  const { threshold, actual, holds } = judged;
  if (holds) return { name: threshold };
  const found = actual === undefined ? 'Nothing was measured.' : `It was ${decimal(actual)} (${actual}).`;
  return { name: threshold, [isFailure(judged) ? 'failure' : 'skipped']: found };
}

/** The figures as they are, under the names that they have in the JSON. */
function figuresOf(result: LoadTestResult): [name: string, value: number | string][] {
  const { performanceMetrics: metrics, generator } = result;
  const figures: Record<string, number | string | null | undefined> = {
    totalRequests: result.totalRequests,
    failedRequests: result.failedRequests,
    successRatePercent: result.successRatePercent,
    connectionFailures: result.connectionFailures,
    actualDurationSeconds: result.actualDurationSeconds,
    requestsPerSecond: metrics.requestsPerSecond,
    throughputMbps: metrics.throughputMbps,
    avgResponseTimeMs: metrics.avgResponseTimeMs,
    p50ResponseTimeMs: metrics.p50ResponseTimeMs,
    p95ResponseTimeMs: metrics.p95ResponseTimeMs,
    p99ResponseTimeMs: metrics.p99ResponseTimeMs,
    maxResponseTimeMs: metrics.maxResponseTimeMs,
    breakingPoint: result.breakingPoint,
    recoverySeconds: result.spike?.recoverySeconds,
    generatorVerdict: generator.verdict,
  };
  return Object.entries(figures).flatMap(([name, value]) => (value == null ? [] : [[name, value]]));
}
