import type { Plot, Series } from '../../pages/plot.ts';
import { formats } from '../../pages/units.ts';
import type { AnomalyScore } from '../../statistics/anomaly.ts';
import { timeAt } from './even-series.ts';
import type { SeriesFound } from './series-found.ts';
import { signed } from './series-words.ts';
import { thinned } from './thinned.ts';

/** A page of more points is slow, and shows no more of them. */
const mostStretches = 5000;
const drawnBefore = 5;

/** The series with its anomalies and levels, and the score of each point below it. */
export function seriesPlots({ points, anomalies, changes }: SeriesFound): Plot[] {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return [];
  const unusual = anomalies.enough ? anomalies.found : [];
  const peaks = new Map(unusual.map(({ peakAt, value }) => [peakAt, value]));
  const shown = shownPoints(points, peaks);
  const seconds = shown.map(({ timestampMs }) => timestampMs / 1000);
  const changed = changes.enough ? changes.found : [];
  const levelAt = (ms: number): number | null => {
    const next = changed.find(({ atMs }) => atMs > ms);
    return next?.before ?? changed.at(-1)?.after ?? null;
  };
  const x: Plot['x'] = {
    label: 'UTC',
    unit: 'moment',
    scale: 'date',
    values: seconds,
    range: [first.timestampMs / 1000, last.timestampMs / 1000],
  };
  const values = shown.map(({ value }) => value);
  const level: Series[] =
    changed.length === 0
      ? []
      : [
          {
            label: 'level',
            unit: 'bare',
            colour: 'fourth',
            shape: 'line',
            values: shown.map(({ timestampMs }) => levelAt(timestampMs)),
          },
        ];
  return [
    {
      name: 'series',
      title: 'Value',
      ...(shown.length < points.length
        ? {
            note: `Of ${formats.count(points.length)} points, the lowest and highest of each stretch, and every anomaly.`,
          }
        : {}),
      x,
      y: { range: spaced(values) },
      series: [
        { label: 'value', unit: 'bare', colour: 'first', shape: 'line', values },
        ...level,
        {
          label: 'anomaly',
          unit: 'bare',
          colour: 'bad',
          shape: 'points',
          values: shown.map(({ timestampMs }) => peaks.get(timestampMs) ?? null),
        },
      ],
      marks: changed.map(({ atMs, changePercent }) => ({
        at: atMs / 1000,
        label: changePercent === undefined ? 'change' : signed(changePercent),
      })),
      stretches: [],
    },
    {
      name: 'scores',
      title: 'Score of each point, 0 to 1',
      note: 'How much of an anomaly begins there.',
      low: true,
      x,
      y: { range: [0, 1] },
      series: [
        { label: 'score', unit: 'bare', colour: 'second', shape: 'area', values: shown.map(({ score }) => score) },
      ],
      marks: [],
      stretches: [],
    },
  ];
}

/** Thinned where they are many, with every anomaly and every high score in it. */
function shownPoints(points: readonly AnomalyScore[], peaks: ReadonlyMap<number, number>): AnomalyScore[] {
  const asPoint = (of: 'value' | 'score') => points.map((point) => ({ x: point.timestampMs, y: point[of], point }));
  const kept = new Set(
    [...thinned(asPoint('value'), mostStretches), ...thinned(asPoint('score'), mostStretches)].map(
      ({ point }) => point,
    ),
  );
  return points.filter((point) => kept.has(point) || peaks.has(point.timestampMs));
}

/** With the last part of the series before it. */
export function forecastPlots({ forecast, even }: SeriesFound): Plot[] {
  if (!forecast.enough || even === undefined) return [];
  const { points } = forecast;
  const begin = Math.max(0, even.values.length - Math.max(50, drawnBefore * points.length));
  const before = even.values.slice(begin);
  const nothing = before.map(() => null);
  const ahead = (label: string, colour: Series['colour'], of: 'value' | 'low' | 'high'): Series => ({
    label,
    unit: 'bare',
    colour,
    shape: points.length === 1 ? 'points' : 'line',
    values: [...nothing, ...points.map((point) => point[of])],
  });
  const xs = [...before, ...points].map((_, index) => timeAt(even, begin + index) / 1000);
  const all = [...before, ...points.flatMap(({ low, high }) => [low, high])];
  return [
    {
      name: 'forecast',
      title: 'The last values, and those to come',
      note: 'The band holds 95 of 100 values.',
      x: { label: 'UTC', unit: 'moment', scale: 'date', values: xs, range: [xs[0] ?? 0, xs.at(-1) ?? 1] },
      y: { range: spaced(all) },
      series: [
        {
          label: 'value',
          unit: 'bare',
          colour: 'first',
          shape: 'line',
          values: [...before, ...points.map(() => null)],
        },
        ahead('forecast', 'second', 'value'),
        ahead('95 % high', 'fifth', 'high'),
        ahead('95 % low', 'fifth', 'low'),
      ],
      bands: [{ upper: 2, lower: 3 }],
      marks: [],
      stretches: [],
    },
  ];
}

/** From 0 where that is near, else with a little room below. */
function spaced(values: readonly number[]): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  const room = 0.05 * (high - low || Math.abs(high) || 1);
  return [low >= 0 && low < high / 2 ? 0 : low - room, high + room];
}
