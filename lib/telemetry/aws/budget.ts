/**
 * What CloudWatch takes for a metric of GetMetricData, in USD. It may count several statistics of one metric as one; they are
 * counted singly here, so that a bill is never higher than what is said.
 * @see https://aws.amazon.com/cloudwatch/pricing/
 */
const usdPerMetric = 0.01 / 1_000;

/** CloudWatch has something new once a minute. */
const minFreshSeconds = 60;
const maxFreshSeconds = 15 * 60;

export const costUsd = (metrics: number): number => Number((metrics * usdPerMetric).toFixed(6));

export const isWithin = (budgetUsd: number, metricsToday: number, metrics: number): boolean =>
  costUsd(metricsToday + metrics) <= budgetUsd;

export interface Spending {
  /** Of one refresh. */
  readonly metrics: number;
  /** Of today, that refresh included. */
  readonly metricsToday: number;
  readonly budgetUsd: number;
  readonly periodSeconds: number;
}

/**
 * How long figures are told again before CloudWatch is asked anew: a quarter of their period (a minute to a quarter of an hour),
 * and longer where what is left of the budget would otherwise not last for the rest of the UTC day.
 */
export function freshForSeconds({ metrics, metricsToday, budgetUsd, periodSeconds }: Spending, nowMs: number): number {
  const wanted = Math.min(maxFreshSeconds, Math.max(minFreshSeconds, periodSeconds / 4));
  const leftOfDay = (endOfDay(nowMs) - nowMs) / 1_000;
  const refreshesLeft = Math.floor((budgetUsd - costUsd(metricsToday)) / Math.max(costUsd(metrics), Number.MIN_VALUE));
  if (refreshesLeft < 1) return Math.min(maxFreshSeconds, leftOfDay);
  return Math.ceil(Math.max(wanted, leftOfDay / refreshesLeft));
}

const dayMs = 24 * 60 * 60 * 1_000;
const endOfDay = (nowMs: number): number => (Math.floor(nowMs / dayMs) + 1) * dayMs;

/** `2026-01-31` */
export const dayOf = (nowMs: number): string => new Date(nowMs).toISOString().slice(0, 10);
