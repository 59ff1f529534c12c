import type { MetricWindow } from '../../contracts/telemetry.ts';
import { telemetryLimits } from '../../contracts/telemetry-limits.ts';
import { Sketch } from '../../statistics/sketch.ts';

type FiguresOf<Kind> = Omit<Extract<MetricWindow, { kind: Kind }>, 'name' | 'labels' | 'unit'>;
export type MetricFigures = FiguresOf<'counter'> | FiguresOf<'gauge'> | FiguresOf<'histogram'>;

/** What one metric has under one set of labels. */
export interface Series {
  /** False when it is no longer reported: what is recorded then needs another one. */
  isLive: boolean;
  /** Whether something was recorded since `take`. */
  readonly hasNews: boolean;
  /** Whether nothing is lost when it is given up while it has no news. */
  readonly isForgettable: boolean;
  /** What there is to tell, which begins anew. */
  take(): MetricFigures | undefined;
}

/** What the platform takes; a single value beyond that would have it refuse the whole window. */
export const isAmount = (value: number): boolean => Math.abs(value) <= telemetryLimits.amount;

export class CounterSeries implements Series {
  isLive = true;
  readonly isForgettable = true;
  value = 0;

  get hasNews(): boolean {
    return this.value > 0;
  }

  take(): MetricFigures | undefined {
    const value = Math.min(this.value, telemetryLimits.amount);
    this.value = 0;
    return value > 0 ? { kind: 'counter', value } : undefined;
  }
}

/** Repeats its last value in windows in which none is set: it is what holds now. */
export class GaugeSeries implements Series {
  isLive = true;
  #last: number | undefined;
  #min = Number.POSITIVE_INFINITY;
  #max = Number.NEGATIVE_INFINITY;
  #sum = 0;
  #count = 0;

  get hasNews(): boolean {
    return this.#count > 0;
  }

  get last(): number | undefined {
    return this.#last;
  }

  get isForgettable(): boolean {
    return this.#last === undefined;
  }

  set(value: number): void {
    this.#last = value;
    if (value < this.#min) this.#min = value;
    if (value > this.#max) this.#max = value;
    this.#sum += value;
    this.#count++;
  }

  unset(): void {
    this.#last = undefined;
    this.#begin();
  }

  take(): MetricFigures | undefined {
    const last = this.#last;
    if (last === undefined) return undefined;
    if (this.#count === 0) return { kind: 'gauge', last, min: last, max: last, sum: last, count: 1 };
    const figures = { last, min: this.#min, max: this.#max, sum: this.#sum, count: this.#count };
    this.#begin();
    return { kind: 'gauge', ...figures };
  }

  #begin(): void {
    this.#min = Number.POSITIVE_INFINITY;
    this.#max = Number.NEGATIVE_INFINITY;
    this.#sum = 0;
    this.#count = 0;
  }
}

export class HistogramSeries implements Series {
  isLive = true;
  readonly isForgettable = true;
  readonly #resolution: number;
  #sketch = new Sketch();

  constructor(resolution: number) {
    this.#resolution = resolution;
  }

  get hasNews(): boolean {
    return this.#sketch.count > 0;
  }

  record(value: number): void {
    this.#sketch.record(value / this.#resolution);
  }

  take(): MetricFigures | undefined {
    if (!this.hasNews) return undefined;
    const values = this.#sketch.toBase64();
    this.#sketch = new Sketch();
    return { kind: 'histogram', resolution: this.#resolution, values };
  }
}
