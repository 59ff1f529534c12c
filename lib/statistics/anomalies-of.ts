import {
  AnomalyDetector,
  type AnomalyKind,
  type AnomalyOptions,
  type AnomalyScore,
  DEFAULT_ANOMALY_THRESHOLD,
} from './anomaly.ts';

export interface TimedValue {
  timestampMs: number;
  value: number;
}

/** A stretch of time in which the series was unlike itself. */
export interface Anomaly {
  /** Milliseconds: its first and last unusual point, and the one that is most so. */
  from: number;
  to: number;
  peakAt: number;
  /** How unusual the peak is, 0 to 1. */
  score: number;
  kind: AnomalyKind;
  /** At the peak, with what was expected there and the interval that holds 99 of 100 points. */
  value: number;
  expected: number;
  low: number;
  high: number;
}

export interface Anomalies {
  /** In the order of time. */
  points: AnomalyScore[];
  anomalies: Anomaly[];
  /** False when the series is too short for anything to be said. */
  enough: boolean;
}

/** So many usual points end an anomaly. */
const PAUSE_POINTS = 10;

/**
 * The anomalies of a series, each point judged by those before it as if it came just now.
 * @param points in any order; of the same time in the order given
 * @throws RangeError on a time or value that is not a finite number
 */
export function anomaliesOf(points: readonly TimedValue[], options: AnomalyOptions = {}): Anomalies {
  const { threshold = DEFAULT_ANOMALY_THRESHOLD } = options;
  const detector = new AnomalyDetector(options);
  const scored = points
    .toSorted((a, b) => a.timestampMs - b.timestampMs)
    .map(({ timestampMs, value }) => detector.next(timestampMs, value));
  return { points: scored, anomalies: stretchesOf(scored, threshold), enough: scored.at(-1)?.enough ?? false };
}

function stretchesOf(points: readonly AnomalyScore[], threshold: number): Anomaly[] {
  const stretches: AnomalyScore[][] = [];
  let usual = Number.POSITIVE_INFINITY;
  for (const point of points) {
    const current = stretches.at(-1);
    usual += 1;
    if (point.unusual < threshold) continue;
    if (current !== undefined && usual <= PAUSE_POINTS) current.push(point);
    else if (point.alert) stretches.push([point]);
    else continue;
    usual = 0;
  }
  return stretches.map(anomalyOf);
}

function anomalyOf(stretch: readonly AnomalyScore[]): Anomaly {
  const peak = stretch.reduce((most, point) => (point.unusual > most.unusual ? point : most));
  const { value, kind, expected = value, low = value, high = value } = peak;
  return {
    from: stretch[0]?.timestampMs ?? peak.timestampMs,
    to: stretch.at(-1)?.timestampMs ?? peak.timestampMs,
    peakAt: peak.timestampMs,
    score: peak.unusual,
    kind,
    value,
    expected,
    low,
    high,
  };
}
