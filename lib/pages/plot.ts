import type { Unit } from './units.ts';

/** By what they stand for; the page's style gives each its shade, for light and for dark. */
export type Colour = 'first' | 'second' | 'third' | 'fourth' | 'fifth' | 'bad';

export interface Series {
  label: string;
  unit: Unit;
  /** As long as the plot's `x.values`; null where nothing was measured. */
  values: (number | null)[];
  colour: Colour;
  shape: 'line' | 'area' | 'steps' | 'points' | 'linked-points';
}

/** A line across the plot. */
export interface Mark {
  at: number;
  label: string;
}

/** A stretch of the x axis. */
export interface Stretch {
  from: number;
  to: number;
  label: string;
  tone: 'plain' | 'strong' | 'bad' | 'doubtful';
}

/** What is drawn, apart from how: made of a result alone, so that a plot shows what the result says. */
export interface Plot {
  /** Names the plot's place in the page. */
  name: string;
  /** With the unit of its y axis. */
  title: string;
  /** How to read it, where that is not plain. */
  note?: string;
  /** `time`: in seconds since a beginning. `date`: in seconds since 1970, told in UTC; `local-date`: told in the reader's zone. */
  x: {
    label: string;
    unit: Unit;
    scale: 'time' | 'date' | 'local-date' | 'linear' | 'log';
    values: number[];
    range?: [number, number];
  };
  /** Default: from 0 to a little above the highest value. */
  y?: { range: [number, number] };
  series: Series[];
  /** What lies between two of the series, by their places, is filled in the colour of the upper one. */
  bands?: { upper: number; lower: number }[];
  marks: Mark[];
  stretches: Stretch[];
  low?: true;
}

/** A value that may be absent, as a plot has it. */
export const orNull = (value: number | undefined): number | null => value ?? null;
