import { atSameTimeBefore, keepForNext, noPeriodBefore, type Period, type PeriodBefore } from './period-before.ts';
import { addMagnitude, type Magnitudes, magnitudeAt, noMagnitudes, surpriseOf } from './tail-surprise.ts';

export interface AnomalyOptions {
  /** From this score on a point is an alert; 0 to 1. */
  threshold?: number;
}

/** What a point is unlike: those just before it, the level of long, or the same time of the day before and of the week before. */
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
  dayBefore: PeriodBefore;
  weekBefore: PeriodBefore;
}

export const DEFAULT_ANOMALY_THRESHOLD = 0.5;

/** With fewer points nothing is said. */
const ENOUGH_POINTS = 100;
/** With fewer comparisons nothing is made of a season. */
const ENOUGH_COMPARISONS = 72;
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
const day: Period = { lengthMs: 86_400_000, slotMs: 300_000, nearSlots: 6 };
const week: Period = { lengthMs: 7 * 86_400_000, slotMs: 3_600_000, nearSlots: 1 };
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
 * hundred, and of the former from what it was at the same time of the day or of the week before. Each is turned into how improbable
 * it is after those that came before (`surpriseOf`), and the root of the mean of these surprises' squares is the point's: in the
 * manner of Fisher's combined probabilities ("Statistical methods for research workers", 1925), but that independence is not claimed.
 * Tail probabilities as scores are from Ahmad, Lavin, Purdy and Agha, "Unsupervised real-time anomaly detection for streaming data",
 * Neurocomputing 2017. What was told raises a bar that sinks by and by, which keeps one disturbance from being told many times.
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
      const seen = state.seen[kind];
      const surprise = seen.total < ENOUGH_COMPARISONS ? 0 : surpriseOf(seen, magnitude);
      addMagnitude(seen, magnitude, MEMORY_HALF_LIFE);
      return surprise;
    });
    const enough = state.points > ENOUGH_POINTS;
    const surprise = enough ? rootMeanSquare(surprises) : 0;
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
  dayBefore: noPeriodBefore(day),
  weekBefore: noPeriodBefore(week),
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
  const before = seasonal(state, timestampMs, short);
  keepForNext(day, state.dayBefore, timestampMs, short);
  keepForNext(week, state.weekBefore, timestampMs, short);
  state.spread += (Math.abs(value - long) - state.spread) * Math.max(1 / MEMORY_HALF_LIFE, 1 / points);
  const unit = unitOf(state);
  const deviation = (kind: AnomalyKind, actual: number, expected: number): Deviation => ({
    kind,
    magnitude: unit === 0 ? 0 : Math.abs(actual - expected) / unit,
    expected,
  });
  const jump = deviation('jump', value, points === 1 ? value : recent);
  const level = deviation('level', short, long);
  return before === undefined ? [jump, level] : [jump, level, deviation('daily', short, before)];
}

/** What it was a day or a week ago: that which is nearer to what it is, so that Mondays need not be like Sundays. */
function seasonal({ dayBefore, weekBefore }: AnomalyState, timestampMs: number, now: number): number | undefined {
  const yesterday = atSameTimeBefore(day, dayBefore, timestampMs);
  const lastWeek = atSameTimeBefore(week, weekBefore, timestampMs);
  if (yesterday === undefined || lastWeek === undefined) return yesterday;
  return Math.abs(now - lastWeek) < Math.abs(now - yesterday) ? lastWeek : yesterday;
}

/** Of the three surprises, of which that of the season may be lacking. A single one that is large counts for more than in a mean. */
const rootMeanSquare = (surprises: readonly number[]): number =>
  Math.sqrt(surprises.reduce((sum, one) => sum + one * one, 0) / 3);

/** What deviations are measured by: 0 only of a series that has always been 0. */
const unitOf = ({ spread, long }: AnomalyState): number => spread + ROUNDING * Math.abs(long);

function intervalOf(
  state: AnomalyState,
  { kind, expected }: Deviation,
): { expected: number; low: number; high: number } {
  const reach = magnitudeAt(state.seen[kind], INTERVAL_SHARE) * unitOf(state);
  return { expected, low: expected - reach, high: expected + reach };
}
