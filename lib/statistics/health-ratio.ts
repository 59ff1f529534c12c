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
