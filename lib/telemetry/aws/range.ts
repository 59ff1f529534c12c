/** Divisors of a day, so that periods of every range begin where those of others do. */
const periodsSeconds = [60, 300, 900, 3_600, 10_800, 21_600, 43_200, 86_400] as const;
const maxPeriods = 15;

/** Whole periods, from `fromMs` up to but without `toMs`, in epoch milliseconds. */
export interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  readonly periodSeconds: number;
}

/** The periods that have a part in the last `minutes`: at most 16 of the shortest length that is enough. */
export function rangeOf(minutes: number, nowMs: number): Range {
  const fits = periodsSeconds.find((seconds) => (minutes * 60) / seconds <= maxPeriods);
  const periodSeconds = fits ?? 86_400;
  const periodMs = periodSeconds * 1_000;
  return {
    fromMs: Math.floor((nowMs - minutes * 60_000) / periodMs) * periodMs,
    toMs: Math.ceil(nowMs / periodMs) * periodMs,
    periodSeconds,
  };
}
