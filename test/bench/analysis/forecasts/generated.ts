import type { Random } from '../../../../lib/statistics/random.ts';

const DAY = 24;
const rhythm = (i: number): number => 15 * Math.sin((2 * Math.PI * i) / DAY) + 6 * Math.cos((4 * Math.PI * i) / DAY);

/** An autoregression of order 1 and of this deviation. */
function autoregression(random: Random, count: number, memory: number, deviation: number): number[] {
  let state = random.normal();
  return Array.from({ length: count }, () => {
    const value = deviation * state;
    state = memory * state + Math.sqrt(1 - memory ** 2) * random.normal();
    return value;
  });
}

/** Student's t with 3 degrees of freedom: one value in fifty lies beyond three deviations of a normal one. */
function heavyTailed(random: Random): number {
  const square = random.normal() ** 2 + random.normal() ** 2 + random.normal() ** 2;
  return random.normal() / Math.sqrt(square / 3);
}

function stepping(random: Random, count: number): number[] {
  let level = 0;
  return Array.from({ length: count }, () => {
    if (random.fraction() < 0.01) level += 20 * random.normal();
    return level;
  });
}

function wandering(random: Random, count: number): number[] {
  let at = 0;
  return Array.from({ length: count }, () => {
    at += random.normal();
    return at;
  });
}

type Generator = (random: Random, count: number) => number[];

/** Series that are forecast, hours in mind. */
export const generated: Record<string, Generator> = {
  'independent noise': (random, count) => autoregression(random, count, 0, 5).map((noise) => 100 + noise),
  'AR(0.8)': (random, count) => autoregression(random, count, 0.8, 5).map((noise) => 100 + noise),
  trend: (random, count) => {
    const slope = 0.3 * random.normal();
    return autoregression(random, count, 0.3, 5).map((noise, i) => 100 + slope * i + noise);
  },
  day: (random, count) => autoregression(random, count, 0.4, 5).map((noise, i) => 100 + rhythm(i) + noise),
  'day and trend': (random, count) => {
    const slope = 0.1 * random.normal();
    return autoregression(random, count, 0.3, 5).map((noise, i) => 100 + slope * i + rhythm(i) + noise);
  },
  week: (random, count) => autoregression(random, count, 0.3, 4).map((noise, i) => (i % 7 < 5 ? 120 : 100) + noise),
  'level shifts': (random, count) => {
    const levels = stepping(random, count);
    return autoregression(random, count, 0.3, 4).map((noise, i) => 100 + (levels[i] ?? 0) + noise);
  },
  'heavy tails': (random, count) => Array.from({ length: count }, (_, i) => 100 + rhythm(i) + 3 * heavyTailed(random)),
  outliers: (random, count) =>
    autoregression(random, count, 0.2, 3).map(
      (noise, i) => 100 + rhythm(i) + noise + (random.fraction() < 0.03 ? 60 : 0),
    ),
  'random walk': (random, count) => wandering(random, count).map((at) => 100 + at),
  'growing day': (random, count) =>
    autoregression(random, count, 0, 0.05).map((noise, i) => (50 + 0.2 * i) * (1 + rhythm(i) / 50) * (1 + noise)),
  lognormal: (random, count) => autoregression(random, count, 0.3, 0.4).map((noise) => 100 * Math.exp(noise)),
};
