import { type Budget, type Burn, burnAlerts, minBadEvents } from '../../contracts/budgets.ts';
import { burnRate, type EventCounts } from '../../statistics/error-budget.ts';
import { rounded } from '../../telemetry/resources.ts';

/** @param within what happened in the last so many minutes */
export const burnRatesOf = (allowedShare: number, within: (minutes: number) => EventCounts): Burn[] =>
  burnAlerts.map(({ severity, factor, longMinutes, shortMinutes }) => {
    const long = within(longMinutes);
    const short = within(shortMinutes);
    const exceeds = (counts: EventCounts): boolean => (burnRate(counts, allowedShare) ?? 0) > factor;
    return {
      severity,
      factor,
      long: shown(longMinutes, long, allowedShare),
      short: shown(shortMinutes, short, allowedShare),
      fires: exceeds(long) && exceeds(short) && long.bad >= minBadEvents,
    };
  });

function shown(minutes: number, { total, bad }: EventCounts, allowedShare: number): Burn['long'] {
  const rate = shownBurnRate({ total, bad }, allowedShare);
  return { minutes, total, bad, ...(rate === undefined ? {} : { burnRate: rate }) };
}

/** @returns undefined where nothing happened */
export function shownBurnRate(counts: EventCounts, allowedShare: number): number | undefined {
  const rate = burnRate(counts, allowedShare);
  return rate === undefined ? undefined : rounded(rate, 4);
}

export const errorBudgetOf = (
  allowedShare: number,
  { total, bad }: EventCounts,
): NonNullable<Budget['errorBudget']> => {
  const consumedPercent = (burnRate({ total, bad }, allowedShare) ?? 0) * 100;
  return {
    totalPercent: rounded(allowedShare * 100, 6),
    totalEvents: rounded(allowedShare * total, 3),
    consumedPercent: rounded(consumedPercent, 4),
    remainingPercent: rounded(100 - consumedPercent, 4),
  };
};

/** Whether what was counted shows that an objective is kept, or broken; few events show neither. */
export function verdictOf(allowedShare: number, { total, bad }: EventCounts): Pick<Budget, 'status' | 'reason'> {
  const open = (reason: string) => ({ status: 'not-enough-data', reason }) as const;
  if (total === 0) return open('Nothing was reported that could be counted.');
  // Products of shares such as 0.29 may be a hair less than the whole number that they stand for.
  const allowed = allowedShare * total + 1e-9 * total;
  const isSpent = bad > allowed;
  if (isSpent && bad >= minBadEvents) return { status: 'missed' };
  if (isSpent) return open(`Only ${bad} of ${total} events are bad: fewer than ${minBadEvents} may be chance.`);
  if (allowed < 1) return open(`Of only ${total} events, less than one may be bad.`);
  return { status: 'met' };
}
