import type { HistoryPoint } from '../../telemetry/history/service.ts';
import { stepMsOf } from './range.ts';
import type { SeriesInRange } from './series.ts';

/** Without the last hour or day, where it is not over: of a few minutes it says what no whole one would. */
export const wholeOnes = (
  points: readonly HistoryPoint[],
  { resolution, period }: Pick<SeriesInRange, 'resolution' | 'period'>,
): HistoryPoint[] => points.filter(({ at }) => at + stepMsOf(resolution) <= period.to);
