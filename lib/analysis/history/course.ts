import type { Course } from '../../contracts/history-analysis/course.ts';
import { isoTime } from '../../platform/clock.ts';
import { stepMsOf } from './range.ts';
import type { SeriesInRange } from './series.ts';

/** Without those figures of which nothing was told. */
export function courseOf({ resolution, period, series }: SeriesInRange): Course {
  const stepMs = stepMsOf(resolution);
  const steps = Math.ceil((period.to - period.from) / stepMs);
  return {
    resolution,
    from: isoTime(period.from),
    to: isoTime(period.to),
    stepSeconds: stepMs / 1000,
    series: series.flatMap(({ metric, unit, points }) => {
      if (points.length === 0) return [];
      const values = Array.from({ length: steps }, (): number | null => null);
      for (const { at, value } of points) values[Math.floor((at - period.from) / stepMs)] = value;
      return [{ metric, ...(unit === undefined ? {} : { unit }), values }];
    }),
  };
}
