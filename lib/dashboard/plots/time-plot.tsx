import { useMemo } from 'preact/hooks';
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
  /** How far apart points are where nothing is missing: what lies further apart is not joined. Default: all is. */
  stepSeconds?: number;
  /** Default: true. False where the heading above says the same. */
  isTitled?: boolean;
}

const secondsOf = (at: string): number => Date.parse(at) / 1000;

/** What went on over a time, in the reader's zone. */
export function TimePlot(props: TimePlotProps) {
  const { series, marks, from, to } = props;
  // Made anew only when there is something new: to be drawn again takes longer than all else in a page.
  const plot = useMemo(() => plotOf(props), [JSON.stringify([series, marks, from, to])]);
  return <PlotFigure plot={plot} isTitled={props.isTitled} />;
}

export function plotOf(props: TimePlotProps): Plot {
  const { name, title, note, series, bands, marks = [], stretches = [], from, to, isLow } = props;
  const times = new Set(series.flatMap(({ points }) => points.map(({ at }) => secondsOf(at))));
  const values = withGaps(
    [...times].sort((a, b) => a - b),
    props.stepSeconds,
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

/** A time without a value ends a line. */
const withGaps = (times: readonly number[], step = Number.POSITIVE_INFINITY): number[] =>
  times.flatMap((at, index) => {
    const before = times[index - 1] ?? at;
    return at - before > 1.5 * step ? [before + step, at] : [at];
  });
