import type { Mark, Plot, Series, Stretch } from '../../pages/plot.ts';
import { PlotFigure } from './plot-figure.tsx';

export interface TimePoint {
  /** ISO 8601 */
  at: string;
  value: number;
}

export interface TimeSeries extends Omit<Series, 'values'> {
  /** In order; a time at which others have a value and this has none is a gap. */
  points: readonly TimePoint[];
}

/** Something that happened: a deployment, a change point. */
export interface TimeMark {
  at: string;
  label: string;
}

export interface TimeStretch extends Omit<Stretch, 'from' | 'to'> {
  from: string;
  to: string;
}

export interface TimePlotProps {
  /** Names it among the plots of a page. */
  name: string;
  /** With the unit of its y axis: `Response time (ms)`. */
  title: string;
  note?: string;
  series: readonly TimeSeries[];
  /** Between the series at these places, as p50 to p99. */
  bands?: Plot['bands'];
  marks?: readonly TimeMark[];
  stretches?: readonly TimeStretch[];
  /** The ends of the x axis. Default: the first and the last point. */
  from?: string | undefined;
  to?: string | undefined;
  /** At least up to here. */
  yMax?: number;
  isLow?: boolean;
}

const secondsOf = (at: string): number => Date.parse(at) / 1000;

/** What went on over a time, in the reader's zone. */
export const TimePlot = (props: TimePlotProps) => <PlotFigure plot={plotOf(props)} />;

export function plotOf(props: TimePlotProps): Plot {
  const { name, title, note, series, bands, marks = [], stretches = [], from, to, isLow } = props;
  const values = [...new Set(series.flatMap(({ points }) => points.map(({ at }) => secondsOf(at))))].sort(
    (a, b) => a - b,
  );
  return {
    name,
    title,
    ...(note === undefined ? {} : { note }),
    x: {
      label: 'time',
      unit: 'localMoment',
      scale: 'local-date',
      values,
      ...(from === undefined || to === undefined ? {} : { range: [secondsOf(from), secondsOf(to)] }),
    },
    ...(props.yMax === undefined ? {} : { y: { range: [0, props.yMax] } }),
    series: series.map(({ points, ...one }) => {
      const known = new Map(points.map(({ at, value }) => [secondsOf(at), value]));
      return { ...one, values: values.map((at) => known.get(at) ?? null) };
    }),
    ...(bands === undefined ? {} : { bands }),
    marks: marks.map(({ at, label }): Mark => ({ at: secondsOf(at), label })),
    stretches: stretches.map((stretch) => ({ ...stretch, from: secondsOf(stretch.from), to: secondsOf(stretch.to) })),
    ...(isLow ? { low: true } : {}),
  };
}
