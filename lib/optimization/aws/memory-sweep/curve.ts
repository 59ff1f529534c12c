import { bootstrapInterval, type Interval } from '../../../statistics/bootstrap.ts';
import { mean } from '../../../statistics/moments.ts';
import { ENOUGH_PAIRS, meanLogRatio } from '../../../statistics/paired-ratio.ts';
import type { Random } from '../../../statistics/random.ts';
import type { SweepSample } from './model.ts';

export interface SweepPoint {
  memoryMb: number;
  /** Warm ones: of these alone is the rest. */
  invocations: number;
  coldStarts: number;
  meanInitMs?: number;
  meanDurationMs: number;
  durationMs: Interval;
  /** Of computing, without the price of requests, which is the same for all sizes. */
  usdPerMillion: number;
  costUsd: Interval;
  maxMemoryUsedMb: number;
}

/** Fewer give no interval worth reading. */
export const enoughInvocations = ENOUGH_PAIRS;

/** What each size took and cost, with intervals (95 %). Sizes with fewer than 6 warm invocations are left out. */
export function sweepCurve(samples: readonly SweepSample[], usdPerGbSecond: number, random: Random): SweepPoint[] {
  return [...Map.groupBy(samples, ({ memoryMb }) => memoryMb)]
    .sort(([a], [b]) => a - b)
    .flatMap(([memoryMb, all]) => {
      const warm = all.filter(({ initMs }) => initMs === undefined);
      if (warm.length < enoughInvocations) return [];
      const inits = all.flatMap(({ initMs }) => initMs ?? []);
      const durations = warm.map(({ durationMs }) => durationMs);
      const costs = warm.map((sample) => costOf(sample, usdPerGbSecond));
      return [
        {
          memoryMb,
          invocations: warm.length,
          coldStarts: inits.length,
          ...(inits.length === 0 ? {} : { meanInitMs: mean(inits) }),
          meanDurationMs: mean(durations),
          durationMs: bootstrapInterval(durations, mean, { random }),
          usdPerMillion: mean(costs),
          costUsd: bootstrapInterval(costs, mean, { random }),
          maxMemoryUsedMb: Math.max(...all.map(({ maxMemoryUsedMb }) => maxMemoryUsedMb)),
        },
      ];
    });
}

const costOf = ({ billedMs, memoryMb }: SweepSample, usdPerGbSecond: number): number =>
  1e6 * (billedMs / 1_000) * (memoryMb / 1_024) * usdPerGbSecond;

export type Quantity = 'duration' | 'cost';

/**
 * Whether one size is shown to take longer, or to cost more, than another: by the ratios of the rounds in which both were warm, or,
 * where these are fewer than 6, by intervals that do not touch.
 */
export function isShownAbove(
  samples: readonly SweepSample[],
  [one, other]: readonly [SweepPoint, SweepPoint],
  quantity: Quantity,
  random: Random,
): boolean {
  const sampled = ({ durationMs, billedMs, memoryMb }: SweepSample): number =>
    quantity === 'duration' ? durationMs : billedMs * memoryMb;
  const roundsOf = ({ memoryMb }: SweepPoint) =>
    new Map(
      samples
        .filter((sample) => sample.memoryMb === memoryMb && sample.initMs === undefined)
        .map((sample) => [sample.round, sampled(sample)]),
    );
  const others = roundsOf(other);
  const pairs = [...roundsOf(one)].flatMap(([round, a]) => {
    const b = others.get(round);
    return b === undefined || !(a > 0 && b > 0) ? [] : [{ cluster: round, a, b }];
  });
  if (pairs.length >= ENOUGH_PAIRS) return meanLogRatio(pairs, { random }).low > 0;
  const interval = (point: SweepPoint): Interval => (quantity === 'duration' ? point.durationMs : point.costUsd);
  return interval(one).low > interval(other).high;
}
