import type { CategoryName } from '../contracts/analysis.ts';
import type { Thresholds } from '../contracts/thresholds.ts';
import { ratioTo } from '../statistics/health-ratio.ts';
import type { ResourceSample, TelemetryAggregate } from '../telemetry/aggregate.ts';
import { cacheHitRate } from '../telemetry/cache-figures.ts';
import { databaseMetrics, requestMetrics } from '../telemetry/metrics.ts';
import { memoryPercent, rounded, timeMean } from '../telemetry/resources.ts';
import type { Measured } from './health-score.ts';

/** What the health score rests on, of all that was reported. */
export function measuredOf(
  telemetry: TelemetryAggregate,
  thresholds: Thresholds,
): Partial<Record<CategoryName, Measured>> {
  const requests = requestMetrics(telemetry);
  const database = databaseMetrics(telemetry, thresholds.slowQueryMs.value);
  const memory = memoryOf(telemetry.resources, thresholds);
  const cache = cacheHitRate(telemetry);
  return {
    ...(requests === undefined
      ? {}
      : {
          responseTime: lowerIsBetter(requests.avgResponseTimeMs, thresholds.slowRequestMs.value, 'ms'),
          errorRate: lowerIsBetter(requests.errorRatePercent, thresholds.errorRatePercent.value, '%'),
        }),
    ...(memory === undefined ? {} : { memory }),
    ...(database === undefined
      ? {}
      : { database: lowerIsBetter(database.avgQueryTimeMs, thresholds.slowQueryMs.value, 'ms') }),
    ...(cache === undefined ? {} : { cache: hitRate(cache.hitRatePercent, thresholds.cacheHitRatePercent.value) }),
  };
}

const lowerIsBetter = (value: number, threshold: number, unit: string): Measured => ({
  value,
  threshold,
  unit,
  ratio: ratioTo.lowerIsBetter(value, threshold),
});

const hitRate = (value: number, threshold: number): Measured => ({
  value,
  threshold,
  unit: '%',
  ratio: ratioTo.higherIsBetter(value, threshold),
});

/** Of the instance that is worst off, because the others' memory is of no use to it; by the worse of percent and MB. */
function memoryOf(samples: readonly ResourceSample[], thresholds: Thresholds): Measured | undefined {
  const candidates = memoryMeasures(thresholds).flatMap(({ value, threshold, unit, ratio }): Measured[] => {
    const worst = worstInstance(samples, value);
    return worst === undefined ? [] : [{ value: rounded(worst), threshold, unit, ratio: ratio(worst, threshold) }];
  });
  return candidates.reduce<Measured | undefined>(
    (worst, candidate) => (worst === undefined || candidate.ratio > worst.ratio ? candidate : worst),
    undefined,
  );
}

/** The highest that any instance had of a figure, in the mean over its time. Undefined: none told of it. */
export function worstInstance(
  samples: readonly ResourceSample[],
  value: (sample: ResourceSample) => number,
): number | undefined {
  const means = [...Map.groupBy(samples, ({ instance }) => instance).values()].map((own) => timeMean(own, value));
  return means.length === 0 ? undefined : Math.max(...means);
}

/** A resource figure that a threshold stands against. */
export interface ResourceMeasure {
  /** As it stands in evidence, with its unit. */
  name: string;
  unit: string;
  value: (sample: ResourceSample) => number;
  threshold: number;
  ratio: (value: number, threshold: number) => number;
}

export function memoryMeasures({ memoryPercent: percent, highMemoryMb }: Thresholds): ResourceMeasure[] {
  const ofLimit: ResourceMeasure = {
    name: 'memoryPercent',
    unit: '%',
    value: memoryPercent,
    threshold: percent.value,
    ratio: ratioTo.boundedPercent,
  };
  if (highMemoryMb === undefined) return [ofLimit];
  const resident: ResourceMeasure = {
    name: 'memoryMb',
    unit: 'MB',
    value: ({ rssMb }) => rssMb,
    threshold: highMemoryMb.value,
    ratio: ratioTo.lowerIsBetter,
  };
  return [ofLimit, resident];
}
