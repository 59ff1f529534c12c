import type { ResourceWindow, TelemetryWindow } from '../../contracts/telemetry.ts';
import type { ResourceSample } from '../aggregate.ts';
import { cpuPercent, memoryPercent } from '../resources.ts';
import { compare, other } from './merging.ts';

/** A rollup tells so many instances apart: those that have least left. */
const maxInstances = 50;

/** Means by time. */
const means = ['cpuPercent', 'cpuCores', 'rssMb', 'memoryLimitMb'] as const satisfies (keyof ResourceWindow)[];
const optionalMeans = [
  'heapUsedMb',
  'externalMb',
  'eventLoopUtilizationPercent',
  'eventLoopDelayP99Ms',
  'heapAfterGcMb',
  'heapLimitMb',
  'diskUsedPercent',
  'handles',
] as const satisfies (keyof ResourceWindow)[];
const totals = ['gcPauseMs', 'diskReadMb', 'diskWriteMb'] as const satisfies (keyof ResourceWindow)[];

/** What one window said. @param requestTimeUs spent in requests that ended in it */
export function sampleOf(
  instance: string,
  { start, durationMs }: Pick<TelemetryWindow, 'start' | 'durationMs'>,
  resources: ResourceWindow,
  requestTimeUs: number,
): ResourceSample {
  const startedAt = Date.parse(start);
  return {
    ...resources,
    instance,
    start: startedAt,
    endedAt: startedAt + durationMs,
    durationMs,
    requestTimeUs,
    peaks: {
      cpuPercent: cpuPercent(resources),
      memoryPercent: memoryPercent(resources),
      rssMb: resources.rssMb,
      ...(resources.eventLoopUtilizationPercent !== undefined && {
        eventLoopUtilizationPercent: resources.eventLoopUtilizationPercent,
      }),
      ...(resources.eventLoopDelayP99Ms !== undefined && { eventLoopDelayP99Ms: resources.eventLoopDelayP99Ms }),
    },
  };
}

/** One sample for each instance; beyond the 50 that have least left, one for all others. */
export function samplesByInstance(samples: readonly ResourceSample[]): ResourceSample[] {
  const byInstance = [...Map.groupBy(samples, ({ instance }) => instance)].map(([instance, own]) =>
    combined(instance, own),
  );
  const ranked = byInstance.sort((a, b) => strainOf(b) - strainOf(a) || compare(a.instance, b.instance));
  const rest = ranked.splice(maxInstances);
  return rest.length === 0 ? ranked : [...ranked, combined(other, rest)];
}

/** The nearest that any of its resources came to its end, 0 to 100. What is not told apart stays so. */
const strainOf = ({ instance, peaks }: ResourceSample): number =>
  instance === other ? -1 : Math.max(peaks.cpuPercent, peaks.memoryPercent, peaks.eventLoopUtilizationPercent ?? 0);

/** One sample of several, which are at least one. */
export function combined(instance: string, samples: readonly ResourceSample[]): ResourceSample {
  // In one order, because sums of fractions depend on it.
  const ordered = samples.toSorted((a, b) => a.start - b.start || compare(a.instance, b.instance));
  const [first] = ordered;
  if (first === undefined) throw new RangeError('there is nothing to combine');
  // The mean of one value, weighted and divided, may differ from it in the last digit.
  if (ordered.length === 1) return { ...first, instance };
  const durationMs = sum(ordered, (sample) => sample.durationMs);
  const mean = (name: (typeof means)[number] | (typeof optionalMeans)[number], of: readonly ResourceSample[]): number =>
    sum(of, (sample) => (sample[name] ?? 0) * sample.durationMs) / sum(of, (sample) => sample.durationMs);
  const result: ResourceSample = {
    ...first,
    instance,
    endedAt: most(ordered, ({ endedAt }) => endedAt),
    durationMs,
    requestTimeUs: sum(ordered, (sample) => sample.requestTimeUs),
    peaks: combinedPeaks(ordered),
  };
  for (const name of means) result[name] = mean(name, ordered);
  for (const name of optionalMeans) {
    const known = ordered.filter((sample) => sample[name] !== undefined);
    if (known.length > 0) result[name] = mean(name, known);
  }
  for (const name of totals) {
    if (ordered.some((sample) => sample[name] !== undefined))
      result[name] = sum(ordered, (sample) => sample[name] ?? 0);
  }
  const lambda = combinedLambda(ordered);
  return lambda === undefined ? result : { ...result, lambda };
}

const peakNames = [
  'cpuPercent',
  'memoryPercent',
  'rssMb',
  'eventLoopUtilizationPercent',
  'eventLoopDelayP99Ms',
] as const satisfies (keyof ResourceSample['peaks'])[];

const combinedPeaks = (samples: readonly ResourceSample[]): ResourceSample['peaks'] =>
  Object.fromEntries(
    peakNames.flatMap((name) => {
      const known = samples.flatMap(({ peaks }) => peaks[name] ?? []);
      return known.length === 0 ? [] : [[name, most(known, (value) => value)]];
    }),
  ) as ResourceSample['peaks'];

function combinedLambda(samples: readonly ResourceSample[]): ResourceWindow['lambda'] {
  const known = samples.flatMap(({ lambda }) => lambda ?? []);
  const [first] = known;
  if (first === undefined) return undefined;
  const starts = known.flatMap(({ initMs }) => initMs ?? []);
  const remaining = known.flatMap(({ minRemainingMs }) => minRemainingMs ?? []);
  return {
    invocations: sum(known, ({ invocations }) => invocations),
    coldStarts: sum(known, ({ coldStarts }) => coldStarts),
    memoryLimitMb: most(known, ({ memoryLimitMb }) => memoryLimitMb),
    ...(starts.length === 0 ? {} : { initMs: most(starts, (ms) => ms) }),
    ...(remaining.length === 0 ? {} : { minRemainingMs: -most(remaining, (ms) => -ms) }),
  };
}

const sum = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
  items.reduce((total, item) => total + value(item), 0);

/** Of at least one. There may be more than a function takes arguments. */
const most = <Item>(items: readonly Item[], value: (item: Item) => number): number =>
  items.reduce((highest, item) => Math.max(highest, value(item)), Number.NEGATIVE_INFINITY);
