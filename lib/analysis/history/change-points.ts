import type { ChangePoint, ChangePointClaim, LoadTestChanges } from '../../contracts/history-analysis/change-points.ts';
import type { CompletedTest } from '../../load/history-service.ts';
import { isoTime } from '../../platform/clock.ts';
import { changePointsOf, ENOUGH_VALUES_FOR_CHANGE_POINTS } from '../../statistics/change-points.ts';
import { withoutRhythm } from '../../statistics/rhythm.ts';
import type { HistoryPoint } from '../../telemetry/history/service.ts';
import { stepMsOf } from './range.ts';
import { foundIn, type SeriesInRange } from './series.ts';
import { isBetterLow } from './usual-metrics.ts';
import { wholeOnes } from './whole-ones.ts';

const dayMs = 86_400_000;
const weekMs = 7 * dayMs;

/** Something that was measured, in order of time. */
interface Measured extends HistoryPoint {
  testId?: string;
}

/** Better high: what is not better low, and not neutral either. */
type Better = 'low' | 'high' | undefined;

/** Where the level of a figure changed for good. What comes again each day, or each week, is taken out before. */
export const changePointsIn = (range: SeriesInRange) =>
  foundIn(range, (metric, points) => {
    const stepMs = stepMsOf(range.resolution);
    const round = stepMs < dayMs ? dayMs : weekMs;
    return claimOf(
      withoutRhythm(wholeOnes(points, range), { round, slot: stepMs }),
      isBetterLow(metric) ? 'low' : undefined,
    );
  });

function claimOf(points: readonly Measured[], better: Better): ChangePointClaim {
  if (points.length < ENOUGH_VALUES_FOR_CHANGE_POINTS) {
    return {
      enough: false,
      reason: `${points.length} values were measured`,
      needed: `${ENOUGH_VALUES_FOR_CHANGE_POINTS} or more`,
    };
  }
  const found = changePointsOf(points.map(({ value }) => value));
  return {
    enough: true,
    points: points.length,
    changePoints: found.map(({ index, indexInterval, before, after, changePercent, interval, pValue }): ChangePoint => {
      const { at = 0, testId } = points[index] ?? {};
      const timeOf = (place: number): string => isoTime(points[place]?.at ?? at);
      return {
        at: isoTime(at),
        between: { from: timeOf(indexInterval.low), to: timeOf(indexInterval.high) },
        ...(testId === undefined ? {} : { testId }),
        before,
        after,
        ...(changePercent === undefined ? {} : { changePercent }),
        ...(interval === undefined ? {} : { interval }),
        pValue,
        ...verdictOf(before, after, better),
      };
    }),
  };
}

const verdictOf = (before: number, after: number, better: Better): Pick<ChangePoint, 'verdict'> => {
  if (better === undefined) return {};
  return { verdict: after > before === (better === 'high') ? 'improvement' : 'regression' };
};

/** Figures of load tests that are held against those of tests like them. */
const testMetrics = {
  avgResponseTimeMs: { unit: 'ms', better: 'low' },
  p95ResponseTimeMs: { unit: 'ms', better: 'low' },
  requestsPerSecond: { unit: '1/s', better: 'high' },
  successRatePercent: { unit: '%', better: 'high' },
} as const;

/**
 * Over the results of load tests that asked for the same load, checks' included.
 *
 * @param tests completed, the oldest first
 */
export function loadTestChanges(tests: readonly CompletedTest[]): LoadTestChanges[] {
  const likes = Map.groupBy(tests, ({ outcome }) => outcome?.likeness);
  return [...likes].flatMap(([likeness, alike]) => {
    const test = alike.at(-1)?.outcome?.title;
    if (likeness === undefined || test === undefined) return [];
    return Object.entries(testMetrics).map(([metric, { unit, better }]): LoadTestChanges => {
      const values = alike.flatMap(({ outcome, testId, endedAtMs }): Measured[] => {
        const value = outcome?.[metric as keyof typeof testMetrics];
        return value === undefined ? [] : [{ at: endedAtMs, value, testId }];
      });
      return { test, metric, unit, found: claimOf(values, better) };
    });
  });
}
