import { seasonsIn } from '../../../../lib/statistics/forecast/season.ts';
import { type ForecastPoint, forecastOf } from '../../../../lib/statistics/forecast.ts';
import { standardDeviation } from '../../../../lib/statistics/moments.ts';

export interface Foretold {
  points: ForecastPoint[];
  seasonLength: number;
  claimsSkill: boolean;
}

/** @returns undefined when there is not enough data */
type Subject = (values: readonly number[], horizon: number) => Foretold | undefined;

/** What forecasts, by its name in the tables. */
export const forecastSubjects = {
  headroom: (values, horizon) => {
    const found = forecastOf(values, { horizon });
    return found.enough ? { ...found, claimsSkill: found.hasSkill } : undefined;
  },
  /** With the intervals of a normal distribution, as textbooks have them. */
  'seasonal naive': (values, horizon) => {
    const [seasonLength = 1] = seasonsIn(Float64Array.from(values));
    const deviation = standardDeviation(
      values.slice(seasonLength).map((value, i) => value - (values[i] ?? Number.NaN)),
    );
    const points = Array.from({ length: horizon }, (_, i) => {
      const value = values[values.length - seasonLength + (i % seasonLength)] ?? Number.NaN;
      const reach = 1.96 * deviation * Math.sqrt(Math.floor(i / seasonLength) + 1);
      return { value, low: value - reach, high: value + reach };
    });
    return { points, seasonLength, claimsSkill: false };
  },
} satisfies Record<string, Subject>;

export type ForecastSubject = keyof typeof forecastSubjects;
