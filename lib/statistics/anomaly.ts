import { atThisTimeOfDay, type DayBefore, keepForNextDay, noDayBefore } from './day-before.ts';
import { addMagnitude, type Magnitudes, magnitudeAt, noMagnitudes, surpriseOf } from './tail-surprise.ts';

export interface AnomalyOptions {
  /** From this score on a point is an alert; 0 to 1. */
  threshold?: number;
}

/** What a point is unlike: the points just before it, the level of long, or the same time of the day before. */
export type AnomalyKind = 'jump' | 'level' | 'daily';

export interface AnomalyScore {
  timestampMs: number;
  value: number;
  /** False while there is not enough data to say anything: the score is 0 then. */
  enough: boolean;
  /**
   * How much of an anomaly begins here, 0 to 1. What goes on being unusual is none that begins: it scores when it is more
   * surprising than what came before, which is forgotten by and by.
   */
  score: number;
  /** The same without regard to what came before: how unusual the point is. */
  unusual: number;
  alert: boolean;
  /** What it is unlike most. */
  kind: AnomalyKind;
  /** What was expected here by that, and the interval that holds 99 of 100 points. Absent while there is not enough data. */
  expected?: number;
  low?: number;
  high?: number;
}

/** Everything that a detector has learned: plain data, of a size that does not depend on how much it has seen. */
export interface AnomalyState {
  points: number;
  recent: number;
  short: number;
  long: number;
  spread: number;
  /** The surprise that a new one has to exceed. */
  bar: number;
  seen: Record<AnomalyKind, Magnitudes>;
  dayBefore: DayBefore;
}

export const DEFAULT_ANOMALY_THRESHOLD = 0.5;

/** With fewer points nothing is said. */
const ENOUGH_POINTS = 100;
/** Days are compared once a quarter of one could be. */
const ENOUGH_DAILY = 72;
/** -log10 of a probability; the surprise that scores 0.5. */
const HALF_SCORE_SURPRISE = 2.2;
const INTERVAL_SHARE = 0.99;

/** How much of a mean a new point becomes. */
const RECENT_WEIGHT = 0.4;
const SHORT_WEIGHT = 0.1;
const LONG_WEIGHT = 0.005;
/** In points. */
const MEMORY_HALF_LIFE = 5_000;
const REFRACTORY_POINTS = 300;
/** Differences below this share of the level are rounding. */
const ROUNDING = 1e-9;
const LARGEST_VALUE = 1e300;

interface Deviation {
  kind: AnomalyKind;
  /** In multiples of the spread. */
  magnitude: number;
  expected: number;
}

/**
 * Finds anomalies in a series as it comes, in memory that does not grow.
 *
 * Three deviations are watched: of the value from a mean of the last few, of the mean over some ten points from that over some two
 * hundred, and of the former from what it was at the same time of the day before. Each is turned into how improbable it is after
 * those that came before (`surpriseOf`), and the mean of these surprises is the point's. Such combined tail probabilities are Fisher's
 * method; the refractory bar keeps one disturbance from being told many times.
 */
export class AnomalyDetector {
  readonly #threshold: number;
  readonly #state: AnomalyState;

  /**
   * @param learned goes on with what another detector has learned
   * @throws RangeError when the threshold is not between 0 and 1
   */
  constructor({ threshold = DEFAULT_ANOMALY_THRESHOLD }: AnomalyOptions = {}, learned?: AnomalyState) {
    if (!(threshold > 0 && threshold < 1)) {
      throw new RangeError(`an anomaly's threshold lies between 0 and 1, not at ${threshold}`);
    }
    this.#threshold = threshold;
    this.#state = learned === undefined ? untaught() : structuredClone(learned);
  }

  /** What was learned, to go on elsewhere. */
  get learned(): AnomalyState {
    return structuredClone(this.#state);
  }

  /**
   * The next point, in the order of arrival: a clock that jumps only matters for the comparison with the day before.
   * @throws RangeError when time or value is not a finite number; nothing has been learned of it then
   */
  next(timestampMs: number, value: number): AnomalyScore {
    if (!Number.isFinite(timestampMs)) throw new RangeError(`a point's time is in milliseconds, not ${timestampMs}`);
    if (!(Math.abs(value) <= LARGEST_VALUE)) throw new RangeError(`a point's value is a finite number, not ${value}`);
    const state = this.#state;
    const deviations = deviationsOf(state, timestampMs, value);
    const surprises = deviations.map(({ kind, magnitude }) => {
      const surprise = surpriseOf(state.seen[kind], magnitude);
      addMagnitude(state.seen[kind], magnitude, MEMORY_HALF_LIFE);
      return kind === 'daily' && state.seen.daily.total < ENOUGH_DAILY ? 0 : surprise;
    });
    const enough = state.points > ENOUGH_POINTS;
    const surprise = enough ? surprises.reduce((sum, one) => sum + one, 0) / 3 : 0;
    const score = surprise > state.bar ? scoreOf(surprise) : 0;
    state.bar = Math.max(surprise, state.bar * Math.exp(-1 / REFRACTORY_POINTS));
    const most = deviations[surprises.indexOf(Math.max(...surprises))] ?? deviations[0];
    const alert = score >= this.#threshold;
    return {
      timestampMs,
      value,
      enough,
      score,
      unusual: scoreOf(surprise),
      alert,
      kind: most.kind,
      ...(enough ? intervalOf(state, most) : {}),
    };
  }
}

const untaught = (): AnomalyState => ({
  points: 0,
  recent: 0,
  short: 0,
  long: 0,
  spread: 0,
  bar: 0,
  seen: { jump: noMagnitudes(), level: noMagnitudes(), daily: noMagnitudes() },
  dayBefore: noDayBefore(),
});

const scoreOf = (surprise: number): number => surprise / (surprise + HALF_SCORE_SURPRISE);

/** How the point deviates from what was, which then knows it too. */
function deviationsOf(state: AnomalyState, timestampMs: number, value: number): [Deviation, ...Deviation[]] {
  state.points += 1;
  const { points, recent } = state;
  if (points === 1) state.recent = state.short = state.long = value;
  else {
    state.recent += (value - state.recent) * RECENT_WEIGHT;
    state.short += (value - state.short) * Math.max(SHORT_WEIGHT, 1 / points);
    state.long += (value - state.long) * Math.max(LONG_WEIGHT, 1 / points);
  }
  const { short, long } = state;
  const dayBefore = atThisTimeOfDay(state.dayBefore, timestampMs);
  keepForNextDay(state.dayBefore, timestampMs, short);
  state.spread += (Math.abs(value - long) - state.spread) * Math.max(1 / MEMORY_HALF_LIFE, 1 / points);
  const unit = unitOf(state);
  const deviation = (kind: AnomalyKind, actual: number, expected: number): Deviation => ({
    kind,
    magnitude: unit === 0 ? 0 : Math.abs(actual - expected) / unit,
    expected,
  });
  const jump = deviation('jump', value, points === 1 ? value : recent);
  const level = deviation('level', short, long);
  return dayBefore === undefined ? [jump, level] : [jump, level, deviation('daily', short, dayBefore)];
}

/** What deviations are measured by: 0 only of a series that has always been 0. */
const unitOf = ({ spread, long }: AnomalyState): number => spread + ROUNDING * Math.abs(long);

function intervalOf(
  state: AnomalyState,
  { kind, expected }: Deviation,
): { expected: number; low: number; high: number } {
  const reach = magnitudeAt(state.seen[kind], INTERVAL_SHARE) * unitOf(state);
  return { expected, low: expected - reach, high: expected + reach };
}
