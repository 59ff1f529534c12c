import type { ProjectSummary } from '../contracts/analysis.ts';
import type { Thresholds } from '../contracts/thresholds.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';
import { cacheHitRate } from '../telemetry/cache-figures.ts';
import { requestMetrics } from '../telemetry/metrics.ts';
import { resourceMetrics } from '../telemetry/resources.ts';
import { healthOf } from './health-score.ts';
import { measuredOf } from './measured.ts';

/** A project at a glance. */
export function summarize(
  { project, timestamp }: { project: string; timestamp: string },
  telemetry: TelemetryAggregate,
  thresholds: Thresholds,
): ProjectSummary {
  const { score, band, coverage } = healthOf(measuredOf(telemetry, thresholds));
  const requests = requestMetrics(telemetry);
  const cache = cacheHitRate(telemetry);
  const { memory } = resourceMetrics(telemetry.resources);
  return {
    project,
    timestamp,
    status: band ?? 'no-data',
    ...(score === undefined ? {} : { healthScore: score }),
    coverage,
    keyMetrics: {
      ...(requests === undefined
        ? {}
        : {
            avgResponseTimeMs: requests.avgResponseTimeMs,
            p95ResponseTimeMs: requests.p95ResponseTimeMs,
            errorRatePercent: requests.errorRatePercent,
            requestsPerSecond: requests.requestsPerSecond,
          }),
      ...(memory === undefined ? {} : { memoryUsageMb: memory.currentMb }),
      ...(cache === undefined ? {} : { cacheHitRatePercent: cache.hitRatePercent }),
    },
    ...(requests === undefined ? {} : { totalRequests: requests.totalRequests }),
  };
}
