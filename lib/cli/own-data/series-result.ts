import type { LevelChange, SeriesFound } from './series-found.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** What was found as `--json` has it: in the terms of the platform's own answers, with times in ISO 8601. */
export function seriesResult(
  { points, even, seasonLengths, changeStepMs, notes: optionNotes, anomalies, changes, trend, forecast }: SeriesFound,
  notes: readonly string[],
) {
  return {
    notes: [...notes, ...optionNotes],
    ...(even === undefined
      ? {}
      : {
          spacing: {
            stepSeconds: even.stepMs / 1000,
            values: even.values.length,
            filled: even.filled.length,
            severalPoints: even.shared,
            isMonthly: even.dayOfMonth !== undefined,
            ...(even.coarserFor === undefined ? {} : { coarserFor: even.coarserFor }),
          },
        }),
    seasonLengths,
    ...(changeStepMs === undefined ? {} : { changeStepSeconds: changeStepMs / 1000 }),
    anomalies: anomalies.enough
      ? {
          enough: true,
          found: anomalies.found.map(({ from, to, peakAt, ...rest }) => ({
            from: iso(from),
            to: iso(to),
            peakAt: iso(peakAt),
            ...rest,
          })),
        }
      : anomalies,
    changePoints: changes.enough
      ? {
          enough: true,
          found: changes.found.map(changeResult),
        }
      : changes,
    trend: trend.enough ? trendResult(trend) : trend,
    forecast: forecast.enough ? forecastResult(forecast) : forecast,
    points: points.map(({ timestampMs, ...point }) => ({ at: iso(timestampMs), ...point })),
  };
}

function changeResult({ atMs, earliestMs, latestMs, index: _, indexInterval: __, interval, ...rest }: LevelChange) {
  return {
    at: iso(atMs),
    between: { from: iso(earliestMs), to: iso(latestMs) },
    ...rest,
    ...(interval === undefined ? {} : { changePercentInterval: interval }),
  };
}

const trendResult = ({ p, ...rest }: Extract<SeriesFound['trend'], { enough: true }>) => ({ ...rest, pValue: p });

const forecastResult = ({ points, ...rest }: Extract<SeriesFound['forecast'], { enough: true }>) => ({
  ...rest,
  points: points.map(({ timestampMs, ...point }) => ({ at: iso(timestampMs), ...point })),
});
