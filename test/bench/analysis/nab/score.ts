import type { NabSeries, NabWindow } from './corpus.ts';

/**
 * The score of the Numenta Anomaly Benchmark (Lavin and Ahmad: "Evaluating real-time anomaly detection algorithms", ICMLA 2015),
 * for its standard profile: what a found window brings, what an alarm outside of the windows costs, and what a missed one costs.
 */
const standardProfile = { found: 1, falseAlarm: 0.11, missed: 1 };

/** Of each series this share of its points, and no more than so many, is for learning and not scored. */
const PROBATION_SHARE = 0.15;
const PROBATION_MOST = 750;

/** What a detector said of a series: one number for each of its points, 0 to 1. */
export interface ScoredSeries {
  series: Pick<NabSeries, 'windows'>;
  scores: readonly number[];
}

export interface NabResult {
  /** What counted as an alarm: a score of at least so much. */
  threshold: number;
  /** 0 for no alarm at all, 100 for one at the beginning of every window and no other. */
  score: number;
  windows: number;
  foundWindows: number;
  /** Points outside of the windows that are alarms. */
  falseAlarms: number;
}

interface Point {
  score: number;
  /** What an alarm here brings, or costs when below 0. */
  worth: number;
  window: NabWindow | undefined;
}

/** 1 far to the left of 0, -1 far to the right. */
const sigmoid = (x: number): number => 2 / (1 + Math.exp(5 * x)) - 1;

/**
 * What an alarm at this place is worth: inside a window 1 at its first point, falling to its end; outside from nearly 0 just behind
 * a window to -`falseAlarm` from three widths behind it on, and before the first.
 */
export function worthOf(place: number, windows: readonly NabWindow[]): number {
  const inside = windows.find(({ first, last }) => first <= place && place <= last);
  if (inside !== undefined) {
    const width = inside.last - inside.first + 1;
    return (standardProfile.found * sigmoid(-(inside.last - place + 1) / width)) / sigmoid(-1);
  }
  const behind = windows.findLast(({ last }) => last < place);
  const widths = behind === undefined ? 3 : (place - behind.last) / (behind.last - behind.first);
  return standardProfile.falseAlarm * (widths >= 3 ? -1 : sigmoid(widths));
}

/** The first place that is scored, of a series of so many points. */
export const probation = (points: number): number => Math.min(Math.floor(PROBATION_SHARE * points), PROBATION_MOST);

function pointsOf({ series: { windows }, scores }: ScoredSeries): Point[] {
  const begin = probation(scores.length);
  return scores.slice(begin).map((score, index) => {
    const place = begin + index;
    const window = windows.find(({ first, last }) => first <= place && place <= last);
    return { score, worth: worthOf(place, windows), window };
  });
}

/**
 * The result at every threshold that makes a difference, from the highest to the lowest. Of a window's alarms the first counts, of
 * those outside each one.
 */
function* resultsByThreshold(corpus: readonly ScoredSeries[]): Generator<NabResult> {
  const points = corpus.flatMap(pointsOf).sort((a, b) => b.score - a.score);
  const windows = new Set(points.flatMap(({ window }) => window ?? [])).size;
  const best = new Map<NabWindow, number>();
  let falseAlarms = 0;
  let falseAlarmsWorth = 0;
  let foundWorth = 0;
  const result = (threshold: number): NabResult => {
    const missedWorth = -standardProfile.missed * (windows - best.size);
    const none = -standardProfile.missed * windows;
    const perfect = standardProfile.found * windows;
    const score = (100 * (foundWorth + missedWorth + falseAlarmsWorth - none)) / (perfect - none);
    return { threshold, score, windows, foundWindows: best.size, falseAlarms };
  };
  let threshold = Number.POSITIVE_INFINITY;
  for (const { score, worth, window } of points) {
    if (score !== threshold) yield result(threshold);
    threshold = score;
    if (window === undefined) {
      falseAlarms += 1;
      falseAlarmsWorth += worth;
    } else {
      const before = best.get(window);
      if (before === undefined || worth > before) {
        best.set(window, worth);
        foundWorth += worth - (before ?? 0);
      }
    }
  }
  yield result(threshold);
}

/** As NAB scores: with the one threshold, of all for all series, that is best. */
export function nabScore(corpus: readonly ScoredSeries[]): NabResult {
  return resultsByThreshold(corpus).reduce((best, result) => (result.score > best.score ? result : best));
}

/** With a threshold that was chosen elsewhere. */
export function nabScoreAt(corpus: readonly ScoredSeries[], threshold: number): NabResult {
  let found: NabResult | undefined;
  for (const result of resultsByThreshold(corpus)) {
    if (result.threshold < threshold) break;
    found = result;
  }
  if (found === undefined) throw new RangeError(`a threshold is a number, not ${threshold}`);
  return { ...found, threshold };
}
