import { AnomalyDetector } from '../../../../lib/statistics/anomaly.ts';
import { twoSidedP } from '../../../../lib/statistics/normal.ts';
import { Random } from '../../../../lib/statistics/random.ts';
import type { NabSeries } from './corpus.ts';

/** Gives each point of a series a score from 0 to 1, having seen those before it only. */
export type NabDetector = (series: Pick<NabSeries, 'timestampsMs' | 'values'>) => number[];

/** With NAB's default, 6,400 points, of which the last are taken for the mean and deviation by which the next is judged. */
const GAUSSIAN_WINDOW = 6_400;

const headroom: NabDetector = ({ timestampsMs, values }) => {
  const detector = new AnomalyDetector();
  return values.map((value, place) => detector.next(timestampsMs[place] ?? Number.NaN, value).score);
};

/** The simplest there is: how far a value lies out in the normal distribution of those before it. */
const gaussian: NabDetector = ({ values }) => {
  const window: number[] = [];
  let sum = 0;
  let squares = 0;
  return values.map((value) => {
    const count = window.length;
    const mean = sum / count;
    const deviation = Math.sqrt(Math.max(squares / count - mean * mean, 0));
    window.push(value);
    sum += value;
    squares += value * value;
    const oldest = window.length > GAUSSIAN_WINDOW ? (window.shift() ?? 0) : 0;
    sum -= oldest;
    squares -= oldest * oldest;
    return count < 2 || deviation === 0 ? 0 : 1 - twoSidedP((value - mean) / deviation);
  });
};

const random: NabDetector = ({ values }) => {
  const numbers = new Random(values.length);
  return values.map(() => numbers.fraction());
};

export const nabDetectors = { headroom, gaussian, random };
