import type { Breach } from '../../contracts/checks.ts';
import type { LoadTestResult } from '../../contracts/load-result.ts';
import type { ResolvedSettings } from '../../contracts/schedules.ts';
import type { StoredPipeline } from '../model.ts';

export interface Verdict {
  status: 'passed' | 'breached' | 'failed';
  reason?: string;
}

/** Of the steps that were taken so far. A limit that is broken weighs more than a step that could not be taken. */
export function verdictOf({ steps, breaches }: Pick<StoredPipeline, 'steps' | 'breaches'>): Verdict {
  const failed = steps.filter(({ status }) => status === 'failed');
  const reason = failed.map(({ name, detail = 'nobody knows why' }) => `${name}: ${detail}`).join(' ');
  const status = breaches.length > 0 ? 'breached' : failed.length > 0 ? 'failed' : 'passed';
  return reason === '' ? { status } : { status, reason };
}

/** Which limits a load test broke. */
export function breachesOfTest(
  { performanceMetrics, successRatePercent = 0 }: Pick<LoadTestResult, 'performanceMetrics' | 'successRatePercent'>,
  { maxP95ResponseTimeMs, minSuccessRatePercent }: ResolvedSettings,
): Breach[] {
  const p95 = performanceMetrics.p95ResponseTimeMs;
  return [
    ...(p95 !== undefined && p95 > maxP95ResponseTimeMs
      ? [{ limit: 'maxP95ResponseTimeMs', expected: maxP95ResponseTimeMs, actual: p95 }]
      : []),
    // A test in which no request could be sent at all has no success to show.
    ...(successRatePercent < minSuccessRatePercent
      ? [{ limit: 'minSuccessRatePercent', expected: minSuccessRatePercent, actual: successRatePercent }]
      : []),
  ];
}
