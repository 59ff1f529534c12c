import { type Analysis, type CategoryName, categoryNames, type ScoreBand } from '../contracts/analysis.ts';

/** What a component counts, in percent, where everything is measured. */
export const weights: Record<CategoryName, number> = {
  responseTime: 30,
  errorRate: 25,
  memory: 20,
  database: 15,
  cache: 10,
};

/** How far a value is from its threshold: 1 at the threshold, higher is worse. Each grows as the value gets worse. */
export const ratioTo = {
  /** Times, sizes, error rates. */
  lowerIsBetter: (value: number, threshold: number): number => value / threshold,
  /** Percentages that end at 100, as CPU and memory: what is left counts. With a threshold of 80: 80 -> 1, 90 -> 2. */
  boundedPercent: (value: number, threshold: number): number =>
    value >= 100 ? Number.POSITIVE_INFINITY : (100 - threshold) / (100 - value),
  /** Percentages that should be 100, as hit rates. */
  higherIsBetter: (value: number, threshold: number): number => (100 - value) / (100 - threshold),
} as const;

/** 100 up to half the threshold, 60 at the threshold, 0 at three times it; linear between. */
export function componentScore(ratio: number): number {
  if (ratio <= 0.5) return 100;
  if (ratio <= 1) return 100 - 80 * (ratio - 0.5);
  return Math.max(0, 60 - 30 * (ratio - 1));
}

export const bandOf = (score: number): ScoreBand => (score >= 80 ? 'excellent' : score >= 60 ? 'good' : 'poor');

/** A measured value of a component; `ratio` by `ratioTo`. */
export interface Measured {
  value: number;
  threshold: number;
  unit: string;
  ratio: number;
}

export interface Health {
  /** 0 to 100. Undefined when nothing was measured. */
  score: number | undefined;
  band: ScoreBand | undefined;
  /** How much of the weight was measured, in percent. */
  coverage: number;
  categories: Analysis['categories'];
}

const tenth = (value: number): number => Math.round(value * 10) / 10;

/** The weighted mean of the components' scores. What was not measured is left out, and the other weights take its place. */
export function healthOf(measured: Partial<Record<CategoryName, Measured>>): Health {
  const categories: Analysis['categories'] = {};
  let coverage = 0;
  let weighted = 0;
  for (const name of categoryNames) {
    const component = measured[name];
    if (component === undefined) continue;
    const { value, threshold, unit, ratio } = component;
    const weight = weights[name];
    const score = componentScore(ratio);
    categories[name] = { score: tenth(score), value, threshold, unit, weight };
    coverage += weight;
    weighted += weight * score;
  }
  const score = coverage === 0 ? undefined : tenth(weighted / coverage);
  return { score, band: score === undefined ? undefined : bandOf(score), coverage, categories };
}
