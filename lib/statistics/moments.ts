/** NaN of nothing. */
export function mean(values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The sum of squared distances from the mean. */
export function squaresAround(center: number, values: readonly number[]): number {
  let sum = 0;
  for (const value of values) sum += (value - center) ** 2;
  return sum;
}

/** The standard deviation of what the values were drawn from (divided by n - 1); NaN of fewer than two. */
export function standardDeviation(values: readonly number[]): number {
  return values.length < 2 ? Number.NaN : Math.sqrt(squaresAround(mean(values), values) / (values.length - 1));
}
