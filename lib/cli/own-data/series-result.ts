import type { SeriesFound } from './series-found.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** What was found as `--json` has it: in the terms of the platform's own answers, with times in ISO 8601. */
export function seriesResult(
  { points, even, seasonLength, anomalies, changes, trend, forecast }: SeriesFound,
  notes: readonly string[],
) {
  return {
    notes,
    ...(even === undefined
      ? {}
      : {
          spacing: {
            stepSeconds: even.stepMs / 1000,
            values: even.values.length,
            filled: even.filled,
            ...(even.coarserFor === undefined ? {} : { coarserFor: even.coarserFor }),
          },
        }),
    seasonLength,
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
          found: changes.found.map(({ atMs, earliestMs, latestMs, index: _, indexInterval: __, ...rest }) => ({
            at: iso(atMs),
            earliest: iso(earliestMs),
            latest: iso(latestMs),
            ...rest,
          })),
        }
      : changes,
    trend,
    forecast: forecast.enough ? forecastResult(forecast) : forecast,
    points: points.map(({ timestampMs, ...point }) => ({ timestamp: iso(timestampMs), ...point })),
  };
}

function forecastResult({ fromMs, stepMs, points, ...rest }: Extract<SeriesFound['forecast'], { enough: true }>) {
  return {
    ...rest,
    points: points.map((point, index) => ({ timestamp: iso(fromMs + index * stepMs), ...point })),
  };
}
