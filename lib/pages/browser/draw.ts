import uPlot from 'uplot';
import type { Plot, Series } from '../plot.ts';
import { formats, unmeasured } from '../units.ts';
import { axesOf } from './axes.ts';
import { colour, widthOf } from './look.ts';
import { labelHeight, overlay } from './overlay.ts';

export interface Drawn {
  /** The one that is shown now. */
  plot: uPlot;
  /** What it was drawn from. */
  of: Plot;
  redraw(): void;
  /** Shows other values; the cursor stays where it is as long as nothing else is to be drawn anew. */
  show(plot: Plot): void;
}

const heights = { usual: 250, low: 150 };

/** Draws a plot into an element, whose width it takes. */
export function draw(plot: Plot, into: HTMLElement): Drawn {
  const drawn: Drawn = {
    plot: make(plot, into, () => drawn.of),
    of: plot,
    redraw() {
      drawn.plot.destroy();
      drawn.plot = make(drawn.of, into, () => drawn.of);
    },
    show(next) {
      const isAlike = frameOf(next) === frameOf(drawn.of);
      drawn.of = next;
      if (isAlike) drawn.plot.setData(dataOf(next));
      else drawn.redraw();
    },
  };
  return drawn;
}

const dataOf = ({ x, series }: Plot): uPlot.AlignedData => [x.values, ...series.map(({ values }) => values)];

/** All that is drawn but the values, and how far the axes go for them. */
const frameOf = (plot: Plot): string =>
  JSON.stringify(plot, (key, value) => (key === 'values' || key === 'range' ? undefined : value));

/** @param latest what is shown by now, with other values than at first */
function make(plot: Plot, into: HTMLElement, latest: () => Plot): uPlot {
  const { x, series, bands = [] } = plot;
  const height = plot.low ? heights.low : heights.usual;
  const labels = labelHeight(plot);
  return new uPlot(
    {
      width: widthOf(into),
      height,
      // Plots along one time are read together.
      cursor: {
        ...(x.scale === 'time' || x.scale.endsWith('date') ? { sync: { key: 'time', setSeries: false } } : {}),
        drag: { x: false, y: false },
      },
      scales: {
        x: {
          time: false,
          ...(x.scale === 'log' ? { distr: 3 } : {}),
          ...(x.range ? { range: (_, min, max) => latest().x.range ?? [min, max] } : {}),
        },
        y: { range: (_, __, max) => withRoomAbove(latest().y?.range ?? [0, max > 0 ? max : 1], labels / height) },
      },
      axes: axesOf(plot),
      series: [
        { label: 'at', value: (_, value) => (value === null ? unmeasured : formats[x.unit](value)) },
        ...series.map(seriesOf),
      ],
      bands: bands.map(({ upper, lower }) => ({
        series: [upper + 1, lower + 1],
        fill: transparent(colour(series[upper]?.colour ?? 'first')),
      })),
      plugins: [overlay(plot)],
    },
    dataOf(plot),
    into,
  );
}

const transparent = (opaque: string): string => `color-mix(in srgb, ${opaque} 16%, transparent)`;

/** @param share of the height, that labels take */
const withRoomAbove = ([low, high]: readonly [number, number], share: number): [number, number] => [
  low,
  low + (high - low) / (1 - share),
];

/** A value holds until the next. */
const stepped = uPlot.paths.stepped?.({ align: 1 });

function seriesOf({ label, unit, colour: name, shape }: Series): uPlot.Series {
  const stroke = colour(name);
  const isFilled = shape === 'area' || shape === 'steps';
  return {
    label,
    stroke,
    width: 1.75,
    pxAlign: 0,
    value: (_, value) => (value === null ? unmeasured : formats[unit](value)),
    ...(isFilled ? { fill: transparent(stroke) } : {}),
    ...(shape === 'steps' && stepped ? { paths: stepped, points: { show: false } } : {}),
    ...(shape === 'points' ? { paths: () => null } : {}),
    ...(shape === 'points' || shape === 'linked-points' ? { points: { show: true, size: 7, fill: stroke } } : {}),
    ...(shape === 'line' || shape === 'area' ? { points: { show: showsAlone } } : {}),
  };
}

/** A point with nothing on either side of it has no line: it would not be seen. */
const showsAlone: uPlot.Series.Points.Show = (self, index, from, to) => {
  const values = self.data[index] ?? [];
  for (let at = from; at <= to; at++) {
    if (values[at] != null && values[at - 1] == null && values[at + 1] == null) return true;
  }
  return false;
};
