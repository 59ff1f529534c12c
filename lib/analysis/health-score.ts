import { type Analysis, type CategoryName, categoryNames, type ScoreBand } from '../contracts/analysis.ts';
import { componentScore } from '../statistics/health-ratio.ts';

/** What a component counts, in percent, where everything is measured. */
export const weights: Record<CategoryName, number> = {
  responseTime: 30,
  errorRate: 25,
  memory: 20,
  database: 15,
  cache: 10,
};

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
