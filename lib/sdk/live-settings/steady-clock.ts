/** The field `Date` counts whole seconds. */
const toleranceMs = 1_500;

/**
 * The time of day, counted by the monotonic clock: setting the machine's clock while an experiment runs moves no slice. All
 * instances count from Headroom's time where their machine's is off.
 */
export class SteadyClock {
  #offsetMs = Date.now() - performance.now();

  now(): number {
    return performance.now() + this.#offsetMs;
  }

  /**
   * @param date Headroom's, as its answer says
   * @param tripMs how long ago that may have been
   */
  set(date?: string, tripMs = 0): void {
    const own = Date.now();
    const said = date === undefined ? Number.NaN : Date.parse(date);
    const isOff = Math.abs(said - own) > toleranceMs + tripMs;
    this.#offsetMs = (isOff ? said : own) - performance.now();
  }
}
