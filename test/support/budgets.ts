import type { Budget } from '../../lib/contracts/budgets.ts';

const window = {
  from: '2026-01-01T12:00:00.000Z',
  to: '2026-01-31T12:00:00.000Z',
  windowDays: 30,
  coveragePercent: 50,
};

export const missedBudget: Budget = {
  ...window,
  metric: 'responseTimeMs',
  objective: 200,
  percentile: 95,
  bound: 'atMost',
  description: '95 % of requests within 200 ms over 30 days',
  unit: 'ms',
  status: 'missed',
  value: 250,
  events: { total: 1000, bad: 100 },
  errorBudget: { totalPercent: 5, totalEvents: 50, consumedPercent: 200, remainingPercent: -100 },
  burnRates: [],
  timeToExhaustionSeconds: 0,
};

/** Met so far, and not for long. */
export const burningBudget: Budget = {
  ...window,
  metric: 'errorRatePercent',
  objective: 0.1,
  bound: 'atMost',
  description: 'at most 0.1 % of requests fail over 30 days',
  unit: '%',
  status: 'met',
  value: 0.02,
  events: { total: 100_000, bad: 20 },
  errorBudget: { totalPercent: 0.1, totalEvents: 100, consumedPercent: 20, remainingPercent: 80 },
  burnRates: [
    {
      severity: 'critical',
      factor: 14.4,
      long: { minutes: 60, total: 1000, bad: 20, burnRate: 20 },
      short: { minutes: 5, total: 100, bad: 3, burnRate: 30 },
      fires: true,
    },
  ],
  timeToExhaustionSeconds: 90_000,
};

export const openBudget: Budget = {
  ...window,
  metric: 'availabilityPercent',
  objective: 99.9,
  bound: 'atLeast',
  description: 'at least 99.9 % of requests succeed over 30 days',
  unit: '%',
  coveragePercent: 0,
  status: 'not-enough-data',
  reason: 'Nothing was reported that could be counted.',
};
