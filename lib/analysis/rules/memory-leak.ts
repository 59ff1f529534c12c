import { mannKendall } from '../../statistics/mann-kendall.ts';
import { medianOf } from '../../statistics/quantiles.ts';
import { trend } from '../../statistics/trend.ts';
import type { ResourceSample } from '../../telemetry/aggregate.ts';
import { rounded } from '../../telemetry/resources.ts';
import { inWords } from '../words.ts';
import { evidence, type Finding, type Observed } from './finding.ts';

/** Caches that fill, and code that is compiled, take some MB after a start, too. */
const minGrownMb = 10;
const minGrownPercent = 20;

/** What fills up rises ever more slowly: a leak keeps to its pace. */
const minLateShare = 0.3;

/** Kendall's tau. */
const steadyShare = 0.9;

/** At this pace until the heap is full: what happens later is seen again before. */
const horizonHours = 24;

interface Leak {
  instance: string;
  samples: number;
  fromMb: number;
  toMb: number;
  mbPerHour: number;
  p: number;
  limitMb: number;
  hoursLeft: number;
}

/**
 * Instances whose living heap, as it was after collections of the whole, rises by a significant trend (Theil-Sen, Mann-Kendall; 8
 * samples and more) that does not flatten. Impact: the part of the next day in which they would be out of memory.
 */
export const memoryLeak = (observed: Observed): Finding[] => {
  const leaks = [...Map.groupBy(observed.telemetry.resources, ({ instance }) => instance)].flatMap(
    ([instance, samples]) => leakOf(instance, samples) ?? [],
  );
  const [worst] = leaks.sort((a, b) => a.hoursLeft - b.hoursLeft);
  if (worst === undefined) return [];
  const { fromMb, toMb, hoursLeft } = worst;
  return [
    {
      component: 'Memory leak',
      issue: `What lives after garbage collections rises steadily, from ${inWords.count(fromMb)} to ${inWords.count(toMb)} MB, on ${leaks.length} of ${observed.telemetry.instanceCount} instances; at this pace the heap is full in ${timeWords(hoursLeft)}.`,
      performanceImpact: rounded(100 * Math.max(0, 1 - hoursLeft / horizonHours), 1),
      evidence: leaks.slice(0, 10).map((leak) =>
        evidence(observed, 'resources.heapAfterGcMb', leak.instance, {
          samples: leak.samples,
          fromMb: rounded(leak.fromMb, 1),
          toMb: rounded(leak.toMb, 1),
          mbPerHour: rounded(leak.mbPerHour, 1),
          p: rounded(leak.p, 4),
          limitMb: rounded(leak.limitMb, 1),
          hoursLeft: rounded(leak.hoursLeft, 2),
        }),
      ),
      recommendation:
        'Find what grows: a memory profile (`profileMemory()`) names the source lines that hold it; bound maps, caches and lists of listeners, and clear what belongs to a request when it ends.',
      remedy: 'fix-leak',
      opportunity: 'Mend the memory leak',
    },
  ];
};

function leakOf(instance: string, samples: readonly ResourceSample[]): Leak | undefined {
  const points = samples.flatMap(({ endedAt, heapAfterGcMb }) =>
    heapAfterGcMb === undefined ? [] : [{ at: endedAt, value: heapAfterGcMb }],
  );
  const found = trend(points);
  const values = points.map(({ value }) => value);
  if (found === undefined || !(found.direction === 'rising' || isSteady(values))) return undefined;
  const quarter = Math.floor(values.length / 4);
  const middle = Math.floor(values.length / 2);
  const fromMb = medianOf(values.slice(0, quarter));
  const toMb = medianOf(values.slice(-quarter));
  const grownMb = toMb - fromMb;
  const lateMb = toMb - medianOf(values.slice(middle - 1, middle + 1));
  if (grownMb < minGrownMb || grownMb < (fromMb * minGrownPercent) / 100 || lateMb < minLateShare * grownMb) {
    return undefined;
  }
  const limitMb = samples.reduce(
    (least, { heapLimitMb, memoryLimitMb }) => Math.min(least, heapLimitMb ?? memoryLimitMb, memoryLimitMb),
    Number.POSITIVE_INFINITY,
  );
  return {
    instance,
    samples: values.length,
    fromMb,
    toMb,
    mbPerHour: found.slopePerHour,
    p: found.p,
    limitMb,
    hoursLeft: Math.max(0, limitMb - toMb) / found.slopePerHour,
  };
}

/** Each later value is higher, nearly without exception: what grows with work that comes unevenly is no line over time. */
function isSteady(values: readonly number[]): boolean {
  const pairs = (values.length * (values.length - 1)) / 2;
  return mannKendall(values, values).s >= steadyShare * pairs;
}

const timeWords = (hours: number): string =>
  hours < 1 ? `${inWords.count(hours * 60)} minutes` : `${inWords.count(hours)} hours`;
