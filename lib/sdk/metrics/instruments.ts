import type { Family, LabelSet } from './family.ts';
import type { LabelValues } from './metric-options.ts';
import { type CounterSeries, type GaugeSeries, type HistogramSeries, isAmount, type Series } from './series.ts';

/** Only ever rises. Nothing of it throws: a wrong amount is counted as an error of the SDK's own. */
export interface Counter {
  /** @param amount 0 or more; 1 when left out */
  add(amount?: number): void;
  inc(): void;
}

/** What something is at the moment. Its last value is reported again until there is another. */
export interface Gauge {
  set(value: number): void;
  /** To the last value, or to 0. */
  add(amount: number): void;
  inc(): void;
  dec(): void;
  /** Nothing is reported until it is set again. */
  unset(): void;
}

/** How values are distributed: its percentiles are within 0.2 % of the true ones. */
export interface Histogram {
  /** @param value 0 or more, in the metric's unit */
  record(value: number): void;
  observe(value: number): void;
  /** Records how long the work takes, until its promise settles if it returns one, also when it fails. The unit must be `s`, `ms`, `us` or `ns`. */
  time<Result>(work: () => Result): Result;
}

/** A metric with labels: one `Metric` for each set of their values. Keep what is used often: each call looks it up. */
export interface Labelled<Metric, Label extends string> {
  labels(values: LabelValues<Label>): Metric;
}

const perMs: Record<string, number> = { s: 1e-3, ms: 1, us: 1e3, ns: 1e6 };

const isThenable = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';

/** Writes into the series of one set of labels, which takes a place when it is first used. */
abstract class Instrument<S extends Series> {
  protected readonly family: Family<S>;
  #set: LabelSet | undefined;
  #series: S | undefined;

  constructor(family: Family<S>, set?: LabelSet) {
    this.family = family;
    this.#set = set;
  }

  protected get series(): S {
    const series = this.#series;
    return series?.isLive ? series : this.#find();
  }

  #find(): S {
    // Without one although there are labels: from JavaScript, where nothing says that `labels` was left out.
    this.#set ??= this.family.setOf({});
    this.#series = this.family.seriesOf(this.#set);
    return this.#series;
  }

  protected refuse(value: unknown): void {
    const { name, errors } = this.family.settings;
    errors.report(`The metric ${name} was given ${String(value)}`);
  }
}

export class BoundCounter extends Instrument<CounterSeries> implements Counter {
  labels(values: Readonly<Record<string, unknown>>): BoundCounter {
    return new BoundCounter(this.family, this.family.setOf(values));
  }

  add(amount = 1): void {
    if (typeof amount === 'number' && amount >= 0 && isAmount(amount)) this.series.value += amount;
    else this.refuse(amount);
  }

  inc(): void {
    this.series.value++;
  }
}

export class BoundGauge extends Instrument<GaugeSeries> implements Gauge {
  labels(values: Readonly<Record<string, unknown>>): BoundGauge {
    return new BoundGauge(this.family, this.family.setOf(values));
  }

  set(value: number): void {
    if (typeof value === 'number' && isAmount(value)) this.series.set(value);
    else this.refuse(value);
  }

  add(amount: number): void {
    this.set((this.series.last ?? 0) + amount);
  }

  inc(): void {
    this.add(1);
  }

  dec(): void {
    this.add(-1);
  }

  unset(): void {
    this.series.unset();
  }
}

export class BoundHistogram extends Instrument<HistogramSeries> implements Histogram {
  labels(values: Readonly<Record<string, unknown>>): BoundHistogram {
    return new BoundHistogram(this.family, this.family.setOf(values));
  }

  record(value: number): void {
    if (typeof value === 'number' && value >= 0 && isAmount(value)) this.series.record(value);
    else this.refuse(value);
  }

  observe(value: number): void {
    this.record(value);
  }

  time<Result>(work: () => Result): Result {
    const factor = perMs[this.family.settings.unit ?? ''];
    if (factor === undefined) {
      const { name, errors, unit = 'none' } = this.family.settings;
      errors.report(`The metric ${name} times nothing: its unit is ${unit}, not s, ms, us or ns`);
      return work();
    }
    const startedAtMs = performance.now();
    const end = (): void => this.record((performance.now() - startedAtMs) * factor);
    let isPending = false;
    try {
      const result = work();
      if (!isThenable(result)) return result;
      isPending = true;
      const settled = result.then(
        (value) => {
          end();
          return value;
        },
        (error: unknown) => {
          end();
          throw error;
        },
      );
      return settled as Result;
    } finally {
      if (!isPending) end();
    }
  }
}
