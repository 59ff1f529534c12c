/** Of the deviation of a normal distribution: so far its median absolute deviation is from it. */
const MAD_TO_DEVIATION = 1.4826;

/**
 * Values with outlying ones pulled in, to so many robust deviations from the median on either side. The mean of what is left is hardly
 * worse than that of all where these are normal, and much steadier where some of them are hit by something (Huber: "Robust estimation
 * of a location parameter", The Annals of Mathematical Statistics 35:1, 1964).
 */
export function winsorized(values: readonly number[], deviations = 2): number[] {
  const center = median(values);
  const reach = deviations * MAD_TO_DEVIATION * median(values.map((value) => Math.abs(value - center)));
  // More than half of them are the same: then nothing tells how far others may lie.
  if (!(reach > 0)) return [...values];
  return values.map((value) => Math.min(center + reach, Math.max(center - reach, value)));
}

function median(values: readonly number[]): number {
  const ascending = [...values].sort((a, b) => a - b);
  const middle = ascending.length >> 1;
  const upper = ascending[middle] ?? Number.NaN;
  return ascending.length % 2 === 1 ? upper : (upper + (ascending[middle - 1] ?? upper)) / 2;
}
