/** Says of a series, value by value, what comes next. */
export interface Forecaster {
  update(value: number): void;
  /** What is expected so many values after the last one, 1 or more. */
  ahead(lead: number): number;
}

/** The last value again, or that of one season before. */
export class SeasonalNaive implements Forecaster {
  readonly #season: Float64Array;
  #seen = 0;

  /** @param seasonLength 1 for none */
  constructor(seasonLength: number) {
    this.#season = new Float64Array(seasonLength);
  }

  update(value: number): void {
    this.#season[this.#seen++ % this.#season.length] = value;
  }

  ahead(lead: number): number {
    return this.#season[(this.#seen + lead - 1) % this.#season.length] ?? Number.NaN;
  }
}
