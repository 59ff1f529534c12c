import type { Row } from './result.ts';

export function median(samples: readonly number[]): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** Half the distance between the quartiles, as a percentage of the median: how far the samples lie apart. */
export function spreadPercent(samples: readonly number[]): number {
  if (samples.length < 3) return Number.NaN;
  const sorted = samples.toSorted((a, b) => a - b);
  const quartile = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? Number.NaN;
  return ((quartile(0.75) - quartile(0.25)) / 2 / Math.abs(median(samples))) * 100;
}

export function medianRow(measure: string, subject: string, unit: string, samples: number[]): Row {
  return { measure, subject, value: median(samples), unit, samples };
}

export const figureOf = (rows: readonly Row[], subject: string): number | undefined =>
  rows.find((row) => row.subject === subject)?.value;
