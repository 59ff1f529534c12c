/** Steps of an axis that people read without counting: 1, 2 or 5 times a power of ten. */
const niceStep = (least: number): number => {
  const power = 10 ** Math.floor(Math.log10(least));
  return (least <= power ? 1 : least <= 2 * power ? 2 : least <= 5 * power ? 5 : 10) * power;
};

/** Multiples of such steps can be told apart: they are neither next to nothing nor lost in the digits of their numbers. */
const canBeTold = (step: number, low: number, high: number): boolean =>
  Number.isFinite(step) && step > Math.max(1e-300, 1e-10 * Math.max(Math.abs(low), Math.abs(high)));

/**
 * Round numbers between two ends, in about `count` steps or fewer.
 * @returns only the first, where the ends are the same, or as good as that
 */
export function niceTicks(low: number, high: number, count: number): number[] {
  const least = (high - low) / Math.max(1, count);
  if (!canBeTold(least, low, high)) return [low];
  return multiplesBetween(low, high, niceStep(least));
}

/** In milliseconds: of a clock, then days, and weeks. */
const timeSteps = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500],
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200].map((s) => s * 1000),
  ...[1, 2, 7, 14, 28, 91, 182, 364, 1820].map((days) => days * 86_400_000),
];

/** As `niceTicks`, of times in milliseconds since 1970. */
export function timeTicks(low: number, high: number, count: number): number[] {
  const least = (high - low) / Math.max(1, count);
  if (!canBeTold(least, low, high)) return [low];
  const step = timeSteps.find((each) => each >= least) ?? niceStep(least);
  return multiplesBetween(low, high, step);
}

function multiplesBetween(low: number, high: number, step: number): number[] {
  const slack = 1e-9 * (high - low);
  const first = Math.ceil((low - slack) / step);
  const last = Math.floor((high + slack) / step);
  // Whole multiples, so that no error of one step is carried to the next.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => (first + index) * step);
}
