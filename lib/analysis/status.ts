import type { ProjectStatus } from '../contracts/analysis.ts';
import type { Project } from '../contracts/projects.ts';
import type { Thresholds } from '../contracts/thresholds.ts';
import { isoTime } from '../platform/clock.ts';
import type { TelemetryAggregate } from '../telemetry/aggregate.ts';
import { trafficMetrics } from '../telemetry/metrics.ts';
import { healthOf } from './health-score.ts';
import { measuredOf } from './measured.ts';

/** A window is ten seconds long, and may be sent once more a minute later. */
const silentAfterMs = 120_000;

interface Known {
  /** Epoch milliseconds, as is `lastReportAt`. */
  now: number;
  settings: Project;
  thresholds: Thresholds;
  /** Of the last minutes. */
  recent: TelemetryAggregate;
  lastReportAt: number | undefined;
}

export function statusOf({ now, settings, thresholds, recent, lastReportAt }: Known): ProjectStatus {
  const { score, band, coverage } = healthOf(measuredOf(recent, thresholds));
  const isReporting = lastReportAt !== undefined && lastReportAt > now - silentAfterMs;
  const traffic = trafficMetrics(recent);
  return {
    project: settings.project,
    timestamp: isoTime(now),
    status: lastReportAt === undefined ? 'no-data' : isReporting ? (band ?? 'no-data') : 'silent',
    ...(score === undefined ? {} : { healthScore: score }),
    coverage,
    reporting: {
      isReporting,
      ...(lastReportAt === undefined ? {} : { lastReportAt: isoTime(lastReportAt) }),
      instances: recent.instanceCount,
      droppedWindows: recent.droppedWindows,
      sdkErrors: recent.sdkErrors,
    },
    ...(traffic === undefined ? {} : { traffic }),
    verification: settings.verification.state,
    monitoringEnabled: settings.monitoringEnabled,
  };
}
