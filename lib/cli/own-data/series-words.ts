import { count, decimal } from '../../contracts/figures.ts';
import { formats } from '../../pages/units.ts';
import type { AnomalyKind } from '../../statistics/anomaly.ts';
import type { Forecast } from '../../statistics/forecast.ts';
import type { EvenSeries } from './even-series.ts';
import type { SeriesFound } from './series-found.ts';
import { stepInWords } from './step-in-words.ts';
import { timeInWords } from './timestamps.ts';

export const signed = (percent: number): string => formats.change(percent);

const counted = (found: readonly unknown[], one: string, many: string): string =>
  found.length === 0 ? `no ${one}` : `${count(found.length)} ${found.length === 1 ? one : many}`;

export const capitalized = (text: string): string => `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;

/** All in one sentence. */
export function seriesHeadline({ anomalies, changes, trend, points }: SeriesFound): string {
  const parts = [
    ...(anomalies.enough ? [counted(anomalies.found, 'anomaly', 'anomalies')] : []),
    ...(changes.enough ? [counted(changes.found, 'change of level', 'changes of level')] : []),
    ...(trend.enough ? [trend.direction === 'stable' ? 'no trend' : `${trend.direction}${overall(trend)}`] : []),
  ];
  if (parts.length === 0) return `Nothing can be said of ${counted(points, 'point', 'points')}.`;
  return capitalized(`${parts.join(', ')}.`);
}

const overall = ({ changePercent }: { changePercent?: number }): string =>
  changePercent === undefined ? '' : ` by ${decimal(Math.abs(changePercent))} % over the whole`;

export const rangeInWords = ({ points }: SeriesFound): string => {
  const [first, last] = [points[0], points.at(-1)];
  return first === undefined || last === undefined
    ? 'no points'
    : `${counted(points, 'point', 'points')} from ${timeInWords(first.timestampMs)} to ${timeInWords(last.timestampMs)} UTC`;
};

/** How the values were made even, and what recurs in them. */
export function spacingInWords({ even, seasonLengths, changeStepMs = 0, notes }: SeriesFound): string[] {
  if (even === undefined) {
    return [
      ...notes,
      'The points are too few or too unevenly spaced for a step of time: changes and trend are of the points as they are.',
    ];
  }
  const step = stepInWords(even.stepMs);
  const { coarserFor, filled, shared, dayOfMonth, values, stepMs } = even;
  const steps = dayOfMonth === undefined ? `steps of ${step}` : 'months';
  return [
    ...(coarserFor === undefined
      ? []
      : [`Changes, trend and forecast are of means over ${step}, as ${reasons[coarserFor]}.`]),
    ...(filled.length === 0
      ? []
      : [
          `${count(filled.length)} of ${count(values.length)} ${steps} have no point: for season and forecast straight lines stand in for them, and changes and trend are looked for without them.`,
        ]),
    ...(shared === 0 ? [] : [`${count(shared)} of ${count(values.length)} ${steps} have several points: their mean.`]),
    ...notes,
    ...seasonLengths.map((length) => {
      const lasts =
        dayOfMonth === undefined ? `${stepInWords(length * stepMs)} (${length} values)` : `${length} months`;
      return `The season of ${lasts} was taken out before changes and trend were looked for.`;
    }),
    ...(changeStepMs <= stepMs
      ? []
      : [
          `Changes of level are looked for in means over ${dayOfMonth === undefined ? stepInWords(changeStepMs) : `${Math.round(changeStepMs / stepMs)} months`}: what is shorter is no level.`,
        ]),
  ];
}

const reasons = {
  'many-points': 'the points are many',
  'uneven-points': 'the points are unevenly spaced',
} as const satisfies Record<NonNullable<EvenSeries['coarserFor']>, string>;

export const unlike: Record<AnomalyKind, string> = {
  jump: 'unlike the points before',
  level: 'unlike the level before',
  daily: 'unlike the day before',
};

export function trendInWords({ trend, changes, points }: SeriesFound): string {
  if (!trend.enough) return `none is claimed: ${trend.reason}.`;
  const { direction, slopePerHour, slopePerHourInterval, p } = trend;
  const hours = ((points.at(-1)?.timestampMs ?? 0) - (points[0]?.timestampMs ?? 0)) / 3_600_000;
  const inAll = (slope: number): string => decimal(slope * hours).replace(/^-0$/, '0');
  const { low, high } = slopePerHourInterval;
  const change = `${inAll(slopePerHour)} in all (95 %: ${inAll(low)} to ${inAll(high)}), p ${p < 0.001 ? '< 0.001' : `= ${p.toFixed(3)}`}`;
  if (direction === 'stable') return `none that matters; ${change}.`;
  const isOfLevels = changes.enough && changes.found.length > 0;
  return `${direction}${overall(trend)}; ${change}.${isOfLevels ? ' A change of level looks like a trend too.' : ''}`;
}

const methods = { 'seasonal-naive': 'the last season again', 'holt-winters': 'Holt-Winters' } as const;

export function forecastInWords(forecast: SeriesFound['forecast']): string {
  if (!forecast.enough) return `none is claimed: ${forecast.reason}.`;
  const { points, method, seasonLength, coveragePercent } = forecast;
  const last = points.at(-1);
  if (last === undefined) return 'of nothing.';
  const until = timeInWords(last.timestampMs);
  const by =
    seasonLength > 1
      ? `${methods[method]}, season of ${seasonLength} values`
      : method === 'seasonal-naive'
        ? 'the last value again'
        : methods[method];
  return (
    `${decimal(last.value)} at ${until} (95 %: ${decimal(last.low)} to ${decimal(last.high)}), by ${by}; ` +
    `tried out on the last part of the series it was ${skillInWords(forecast)}, and its intervals held ${decimal(coveragePercent)} % of the values.`
  );
}

/** Beside the naive forecast: what is that one itself is never better. */
export function skillInWords({ method, mase, hasSkill }: Pick<Forecast, 'method' | 'hasSkill' | 'mase'>): string {
  // Without it, the naive forecast was never wrong before.
  const figure = mase === undefined ? '' : ` (MASE ${decimal(mase)})`;
  if (method === 'seasonal-naive') return `no better than the naive forecast${figure}, which it is: do not rely on it`;
  if (hasSkill) return `better than the naive forecast${figure}`;
  return mase !== undefined && mase < 1
    ? `better than the naive forecast${figure}, but not by more than chance, or not over all of the series: do not rely on it`
    : `no better than the naive forecast${figure}: do not rely on it`;
}
