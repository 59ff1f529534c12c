import type { LoadTestResult, StressFigures } from '../contracts/load-result.ts';
import type { Period } from '../telemetry/period.ts';
import { peakOf, type ResourceUsage, resourceUsageOf } from '../telemetry/resources.ts';
import type { TelemetryService } from '../telemetry/service.ts';

/** What a service said of its processes during a test. */
export interface ServiceResources {
  usage?: LoadTestResult['resourceUsage'];
  constraint: { constraint: StressFigures['breakingPointAnalysis']['resourceConstraint']; evidence?: string };
  /** Resident memory, in the order of time: epoch milliseconds and MB. */
  memory: { at: number; value: number }[];
}

export const nothingReported: ServiceResources = { constraint: { constraint: 'unknown' }, memory: [] };

/** From which on a resource is what a service lacks, in percent. */
const exhausted = { cpu: 85, memory: 90, 'event-loop': 90 } as const;

export async function serviceResources(
  telemetry: Pick<TelemetryService, 'resourceSamples'>,
  project: string,
  period: Period,
): Promise<ServiceResources> {
  const samples = await telemetry.resourceSamples(project, period);
  const usage = resourceUsageOf(samples);
  if (usage === undefined) return nothingReported;
  return {
    usage,
    constraint: constraintOf(usage, peakOf(samples, 'eventLoopUtilizationPercent') ?? 0),
    memory: samples.map(({ start, rssMb }) => ({ at: start, value: rssMb })).sort((a, b) => a.at - b.at),
  };
}

function constraintOf(usage: ResourceUsage, eventLoop: number): ServiceResources['constraint'] {
  const peaks = { cpu: usage.peakCpuPercent, 'event-loop': eventLoop, memory: usage.peakMemoryPercent };
  const names = ['cpu', 'event-loop', 'memory'] as const;
  const lacking = names.find((name) => peaks[name] >= exhausted[name]);
  if (lacking === undefined) return { constraint: 'unknown' };
  return { constraint: lacking, evidence: `the service's ${words[lacking]} reached ${Math.round(peaks[lacking])} %` };
}

const words = { cpu: 'CPU', 'event-loop': 'event loop', memory: 'memory' } as const;
