/** The beginnings and ends (not included) of the segments that cuts make of a series. */
export function boundsOf(count: number, cuts: readonly number[]): { begin: number; end: number }[] {
  return [0, ...cuts].map((begin, i) => ({ begin, end: cuts[i] ?? count }));
}

/** The mean of each segment. */
export function meansOf(values: Float64Array, cuts: readonly number[]): number[] {
  return boundsOf(values.length, cuts).map(({ begin, end }) => {
    let sum = 0;
    for (let i = begin; i < end; i++) sum += values[i] ?? 0;
    return sum / (end - begin);
  });
}

/** The sum of squared distances from the segments' means. */
export function squaresAroundSegments(values: Float64Array, cuts: readonly number[]): number {
  const means = meansOf(values, cuts);
  let sum = 0;
  for (const [segment, { begin, end }] of boundsOf(values.length, cuts).entries()) {
    for (let i = begin; i < end; i++) sum += ((values[i] ?? 0) - (means[segment] ?? 0)) ** 2;
  }
  return sum;
}
