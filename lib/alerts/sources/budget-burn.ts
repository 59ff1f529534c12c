import type { Budget } from '../../contracts/budgets.ts';
import type { Finding } from '../lifecycle/observation.ts';

/** The objectives whose budgets are spent too fast, by what they say. The gravest pair of windows that fires counts. */
export const burning = (project: string, budgets: readonly Budget[]): Map<string, Finding> =>
  new Map(
    budgets.flatMap((budget) => {
      const finding = findingOf(project, budget);
      return finding === undefined ? [] : [[budget.description, finding] as const];
    }),
  );

function findingOf(project: string, { description, metric, to, burnRates = [] }: Budget): Finding | undefined {
  // The gravest stand first.
  const burn = burnRates.find(({ fires }) => fires);
  if (burn === undefined) return undefined;
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
