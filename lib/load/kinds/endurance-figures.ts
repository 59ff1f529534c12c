import type { Drift, EnduranceFigures, TimelinePoint } from '../../contracts/load-result.ts';
import { type TrendPoint, trend } from '../../statistics/trend.ts';
import { attemptsIn, errorRatePercentOf } from './point-errors.ts';

/** What drifted in the course of a long test: by a trend test over its intervals. */
export function enduranceFiguresOf(
  timeline: readonly TimelinePoint[],
  memory: readonly TrendPoint[],
): EnduranceFigures {
  // The last interval ends with the test, and is no whole one.
  const whole = timeline.slice(0, -1);
  const points = whole.filter(({ requests }) => requests > 0);
  const tried = whole.filter((point) => attemptsIn(point) > 0);
  return {
    responseTime: driftOf(points.map(({ second, p95ResponseTimeMs: value = 0 }) => ({ at: second * 1000, value }))),
    errorRate: driftOf(tried.map((point) => ({ at: point.second * 1000, value: errorRatePercentOf([point]) }))),
    throughput: driftOf(
      points.map(({ second, requestsPerSecond }) => ({ at: second * 1000, value: requestsPerSecond })),
    ),
    memory: driftOf(memory),
  };
}

function driftOf(points: readonly TrendPoint[]): Drift {
  const found = trend(points);
  if (found === undefined) return { direction: 'unknown' };
  const { direction, changePercent, p } = found;
  return { direction, ...(changePercent === undefined ? {} : { changePercent }), pValue: p };
}
