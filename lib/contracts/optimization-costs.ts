import type { PlannedOptimization } from './optimization-runs.ts';

type Costing = Pick<PlannedOptimization, 'costUsdPerMonth'>;

/** What cost nothing has no percent to cost more by: it may come to this, in US dollars a month. */
const fromNothingUsd = 1;
/** By so much, in percent, may cost grow without anybody being asked. */
export const costLimitPercent = 5;

/** Whether a cost grows by more than nobody needs to be asked for. */
export const isCostly = ({ before, after }: NonNullable<Costing['costUsdPerMonth']>): boolean =>
  after > (before === 0 ? fromNothingUsd : before * (1 + costLimitPercent / 100));

/** What those that are costly cost more together, in US dollars a month. */
export const moreUsdPerMonth = (planned: readonly Costing[]): number =>
  planned.reduce(
    (sum, { costUsdPerMonth: cost }) => (cost && isCostly(cost) ? sum + cost.after - cost.before : sum),
    0,
  );
