import type { Metrics, ResourceWindow } from '../contracts/telemetry.ts';
import type { ResourceSample } from './aggregate.ts';

/** Of all cores, 0 to 100. */
export const cpuPercent = ({ cpuPercent, cpuCores }: Pick<ResourceWindow, 'cpuPercent' | 'cpuCores'>): number =>
  Math.min(100, cpuPercent / cpuCores);

/** Resident memory over the container's or the machine's, 0 to 100. */
export const memoryPercent = ({ rssMb, memoryLimitMb }: Pick<ResourceWindow, 'rssMb' | 'memoryLimitMb'>): number =>
  Math.min(100, (rssMb / memoryLimitMb) * 100);

export const rounded = (value: number, digits = 2): number => Number(value.toFixed(digits));

const highest = (samples: readonly ResourceSample[], peak: 'cpuPercent' | 'memoryPercent' | 'rssMb'): number =>
  samples.reduce((most, { peaks }) => Math.max(most, peaks[peak]), 0);

/** The highest in any window of any process, rounded; undefined where none tells of it. */
export function peakOf(
  samples: readonly ResourceSample[],
  peak: keyof ResourceSample['peaks'],
  digits?: number,
): number | undefined {
  const known = samples.filter(({ peaks }) => peaks[peak] !== undefined);
  if (known.length === 0) return undefined;
  return rounded(
    known.reduce((most, { peaks }) => Math.max(most, peaks[peak] ?? 0), 0),
    digits,
  );
}

/** Weighted by the length of the windows. */
export function timeMean(samples: readonly ResourceSample[], value: (sample: ResourceSample) => number): number {
  const duration = samples.reduce((sum, { durationMs }) => sum + durationMs, 0);
  return samples.reduce((sum, sample) => sum + value(sample) * sample.durationMs, 0) / duration;
}

/** Of those that tell of it; undefined where none does. */
export function timeMeanOf(samples: readonly ResourceSample[], name: OptionalFigure): number | undefined {
  const known = samples.filter((sample) => sample[name] !== undefined);
  return known.length === 0 ? undefined : timeMean(known, (sample) => sample[name] ?? 0);
}
type OptionalFigure = 'heapUsedMb' | 'externalMb' | 'eventLoopUtilizationPercent' | 'eventLoopDelayP99Ms';

/** In milliseconds, in all; undefined where no instance tells of it. */
export function gcPauses(samples: readonly ResourceSample[]): number | undefined {
  const known = samples.flatMap(({ gcPauseMs }) => gcPauseMs ?? []);
  return known.length === 0 ? undefined : known.reduce((sum, ms) => sum + ms, 0);
}

/** An instance whose last window ended this long before the others' last is taken to be gone. */
const goneAfterMs = 60_000;

/** The mean, over the instances that still report, of what each said last. */
function current(samples: readonly ResourceSample[], value: (sample: ResourceSample) => number): number {
  const last = new Map<string, ResourceSample>();
  let end = 0;
  for (const sample of samples) {
    end = Math.max(end, sample.endedAt);
    const known = last.get(sample.instance);
    if (known === undefined || known.start <= sample.start) last.set(sample.instance, sample);
  }
  const live = [...last.values()].filter(({ endedAt }) => endedAt > end - goneAfterMs);
  return live.reduce((sum, sample) => sum + value(sample), 0) / live.length;
}

/** The resource figures of the metrics; MB are resident memory of one process. Nothing when nothing was reported. */
export function resourceMetrics(samples: readonly ResourceSample[]): Pick<Metrics, 'memory' | 'cpu' | 'eventLoop'> {
  if (samples.length === 0) return {};
  const rssMb = ({ rssMb }: ResourceSample): number => rssMb;
  return {
    memory: {
      currentMb: rounded(current(samples, rssMb)),
      avgMb: rounded(timeMean(samples, rssMb)),
      maxMb: rounded(highest(samples, 'rssMb')),
      limitMb: rounded(
        samples.reduce((least, { memoryLimitMb }) => Math.min(least, memoryLimitMb), Number.POSITIVE_INFINITY),
      ),
      maxPercent: rounded(highest(samples, 'memoryPercent')),
    },
    cpu: { avgPercent: rounded(timeMean(samples, cpuPercent)), maxPercent: rounded(highest(samples, 'cpuPercent')) },
    ...eventLoopMetrics(samples),
  };
}

function eventLoopMetrics(samples: readonly ResourceSample[]): Pick<Metrics, 'eventLoop'> {
  const maxUtilizationPercent = peakOf(samples, 'eventLoopUtilizationPercent');
  const maxDelayP99Ms = peakOf(samples, 'eventLoopDelayP99Ms', 3);
  if (maxUtilizationPercent === undefined && maxDelayP99Ms === undefined) return {};
  return {
    eventLoop: {
      ...(maxUtilizationPercent !== undefined && { maxUtilizationPercent }),
      ...(maxDelayP99Ms !== undefined && { maxDelayP99Ms }),
    },
  };
}

/** What a service's processes used, in percent of all cores and of the memory they may have. */
export interface ResourceUsage {
  peakCpuPercent: number;
  avgCpuPercent: number;
  peakMemoryPercent: number;
  avgMemoryPercent: number;
}

export const resourceUsageOf = (samples: readonly ResourceSample[]): ResourceUsage | undefined =>
  samples.length === 0
    ? undefined
    : {
        peakCpuPercent: rounded(highest(samples, 'cpuPercent')),
        avgCpuPercent: rounded(timeMean(samples, cpuPercent)),
        peakMemoryPercent: rounded(highest(samples, 'memoryPercent')),
        avgMemoryPercent: rounded(timeMean(samples, memoryPercent)),
      };
