import type { AlertWindow } from '../../contracts/alerts.ts';
import type { Budget, Burn } from '../../contracts/budgets.ts';
import type { Finding } from '../lifecycle/observation.ts';

/** A budget that is spent too fast, and by which pair of windows. */
export interface Burning {
  budget: Budget;
  burn: Burn;
}

/** The gravest pair of windows that fires counts. */
export const burning = (budgets: readonly Budget[]): Burning[] =>
  budgets.flatMap((budget) => {
    // The gravest stand first.
    const burn = budget.burnRates?.find(({ fires }) => fires);
    return burn === undefined ? [] : [{ budget, burn }];
  });

/** @param window how fast it was spent in the long window */
export function burnFinding(project: string, { budget, burn }: Burning, window: AlertWindow): Finding {
  const { description, metric, to } = budget;
  const { severity, factor, long, short } = burn;
  const value = long.burnRate ?? factor;
  return {
    severity,
    reason: `The error budget of "${description}" is spent ${value} times as fast as it lasts, over ${long.minutes} minutes and the last ${short.minutes}.`,
    shown: {
      value,
      threshold: factor,
      ratio: Number((value / factor).toFixed(3)),
      unit: 'x',
      window,
      analysis: `/v1/projects/${project}/budgets`,
      evidence: [long, short].map(({ minutes, total, bad, burnRate = 0 }) => ({
        metric,
        subject: description,
        from: new Date(Date.parse(to) - minutes * 60_000).toISOString(),
        to,
        values: { total, bad, burnRate },
      })),
    },
  };
}
