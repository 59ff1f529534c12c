import type { InstanceResources } from '../../contracts/telemetry-views.ts';
import { isoTime } from '../../platform/clock.ts';
import type { ResourceSample } from '../aggregate.ts';
import { gcPauses, peakOf, resourceUsageOf, rounded } from '../resources.ts';

/** What each instance used. */
export const instanceResourcesOf = (samples: readonly ResourceSample[]): InstanceResources[] =>
  [...Map.groupBy(samples, ({ instance }) => instance).values()].flatMap((own) => resourcesOf(own) ?? []);

function resourcesOf(samples: readonly ResourceSample[]): InstanceResources | undefined {
  const last = samples.reduce(
    (latest, sample) => (sample.start >= latest.start ? sample : latest),
    samples[0] as ResourceSample,
  );
  const usage = resourceUsageOf(samples);
  if (usage === undefined) return undefined;
  const { instance, start: _, endedAt, durationMs: __, requestTimeUs: ___, peaks: ____, ...current } = last;
  const utilization = peakOf(samples, 'eventLoopUtilizationPercent');
  const delay = peakOf(samples, 'eventLoopDelayP99Ms', 3);
  const gcPauseMs = gcPauses(samples);
  return {
    instance,
    lastReportAt: isoTime(endedAt),
    // A mean, where the last that is known is a minute or more.
    current: current.handles === undefined ? current : { ...current, handles: Math.round(current.handles) },
    avgCpuPercent: usage.avgCpuPercent,
    maxCpuPercent: usage.peakCpuPercent,
    avgMemoryPercent: usage.avgMemoryPercent,
    maxMemoryPercent: usage.peakMemoryPercent,
    ...(utilization !== undefined && { maxEventLoopUtilizationPercent: utilization }),
    ...(delay !== undefined && { maxEventLoopDelayP99Ms: delay }),
    ...(gcPauseMs !== undefined && { gcPauseMs: rounded(gcPauseMs, 3) }),
  };
}
