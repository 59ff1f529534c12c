import { mannWhitney } from './mann-whitney.ts';
import { standardDeviation } from './moments.ts';
import { ENOUGH_PAIRS, gainPercent, meanLogRatio, type Pair } from './paired-ratio.ts';
import type { Random } from './random.ts';

export interface JudgeOptions {
  random: Random;
  /** Of the bootstrap (2000). */
  resamples?: number;
  /** Of the interval, 0 to 1 (0.95): more for who judges again and again. */
  confidence?: number;
  /** The gain that must be shown, in percent (3). */
  marginPercent?: number;
  /** The loss above which a change counts as harmful, in percent (3). */
  harmMarginPercent?: number;
}

/** What a verdict rests on. */
export type Ground =
  /** The interval lies above the margin. */
  | 'gain'
  /** The interval lies below the margin: whatever it is, it is not the gain that was wanted. */
  | 'no-gain'
  /** The interval lies below the loss that counts as harm. */
  | 'harm'
  /** The interval holds the margin: more pairs may tell. */
  | 'unclear'
  | 'too-few-pairs';

export interface PercentInterval {
  lowPercent: number;
  highPercent: number;
}

export interface Judgement {
  verdict: 'keep' | 'reject' | 'inconclusive';
  ground: Ground;
  /** By how much b is lower than a, on geometric average over the pairs; negative when it is higher. Absent without any pair. */
  improvementPercent?: number;
  /** Holds the true improvement in 95 of 100 cases, or with the confidence that was asked for. Absent with too few pairs. */
  interval?: PercentInterval;
  pairs: number;
  clusters: number;
  /** The mean of the log ratios in their standard deviations (Cohen's d of pairs). Absent where they do not vary. */
  effectSize?: number;
  /** Of all a against all b, unpaired: blunter than the interval, for those who know it. Absent without any pair. */
  mannWhitneyP?: number;
  /** The verdict with its figures, for people. */
  reason: string;
}

/**
 * Whether a change is better, by pairs of measurements before (a) and after (b) that were taken interleaved: lower is better.
 * Kept when the whole 95 % interval of the improvement lies above the margin, rejected when it lies below it.
 *
 * So a change that does nothing is kept at most 2.5 times of 100, with a margin of 0; with one of 3 % almost never. Whoever judges
 * again after each of several rounds spends that chance again each time.
 *
 * @throws RangeError when a value is not above 0: what may be 0, such as an error rate, has no ratio
 */
export function judge(pairs: readonly Pair[], options: JudgeOptions): Judgement {
  const { marginPercent = 3, harmMarginPercent = 3, confidence = 0.95 } = options;
  if (pairs.length === 0) return { ...tooFew(0), clusters: 0 };
  const { mean, low, high, ratios, clusters } = meanLogRatio(pairs, options);
  const deviation = standardDeviation(ratios);
  const figures = {
    improvementPercent: gainPercent(mean),
    clusters,
    ...(deviation > 0 ? { effectSize: mean / deviation } : {}),
    mannWhitneyP: mannWhitney(
      pairs.map(({ a }) => a),
      pairs.map(({ b }) => b),
    ).p,
  };
  if (pairs.length < ENOUGH_PAIRS) return { ...tooFew(pairs.length), ...figures };

  const interval = { lowPercent: gainPercent(low), highPercent: gainPercent(high) };
  const ground = groundOf(interval, marginPercent, harmMarginPercent);
  return {
    verdict: verdicts[ground],
    ground,
    ...figures,
    interval,
    pairs: pairs.length,
    reason:
      `improvement ${figures.improvementPercent.toFixed(1)} % ` +
      `(${Number((100 * confidence).toFixed(1))} % interval ${interval.lowPercent.toFixed(1)} to ${interval.highPercent.toFixed(1)} %, ` +
      `${counted(pairs.length, 'pair')} of ${counted(clusters, 'cluster')}): ` +
      conclusions[ground](marginPercent, harmMarginPercent),
  };
}

const verdicts: Record<Ground, Judgement['verdict']> = {
  gain: 'keep',
  'no-gain': 'reject',
  harm: 'reject',
  unclear: 'inconclusive',
  'too-few-pairs': 'inconclusive',
};

const conclusions: Record<Exclude<Ground, 'too-few-pairs'>, (margin: number, harm: number) => string> = {
  gain: (margin) => `a gain of more than ${margin} % is shown`,
  'no-gain': (margin) => `a gain of ${margin} % can be ruled out`,
  harm: (_, harm) => `a loss of more than ${harm} % is shown`,
  unclear: (margin) => `whether the gain exceeds ${margin} % is not settled`,
};

function groundOf({ lowPercent, highPercent }: PercentInterval, margin: number, harm: number) {
  if (lowPercent > margin) return 'gain';
  if (highPercent < -harm) return 'harm';
  return highPercent < margin ? 'no-gain' : 'unclear';
}

const tooFew = (pairs: number) =>
  ({
    verdict: 'inconclusive',
    ground: 'too-few-pairs',
    pairs,
    reason: `${counted(pairs, 'pair')} cannot tell a gain from noise: ${ENOUGH_PAIRS} are the least`,
  }) as const;

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
