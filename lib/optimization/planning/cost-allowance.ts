import { isCostly } from '../../contracts/optimization-costs.ts';
import type { OptimizationRunRequest, PlannedOptimization } from '../../contracts/optimization-runs.ts';

type Costing = Pick<PlannedOptimization, 'costUsdPerMonth'>;

/** What a plan may cost more, in US dollars a month: as much as the request says, or as whoever approves it sees. */
export class CostAllowance {
  #leftUsd: number;
  readonly #isLimited: boolean;

  constructor({ approve, costLimitUsdPerMonth }: Pick<OptimizationRunRequest, 'approve' | 'costLimitUsdPerMonth'>) {
    this.#isLimited = costLimitUsdPerMonth !== undefined;
    this.#leftUsd = costLimitUsdPerMonth ?? (approve === 'manual' ? Number.POSITIVE_INFINITY : 0);
  }

  /** Spends of it what an optimization costs more. @returns why it may not, in words; nothing is spent then */
  refusalOf({ costUsdPerMonth: cost }: Costing): string | undefined {
    if (cost === undefined || !isCostly(cost)) return undefined;
    const moreUsd = cost.after - cost.before;
    if (moreUsd <= this.#leftUsd) {
      this.#leftUsd -= moreUsd;
      return undefined;
    }
    const costs = `It costs ${moreUsd.toFixed(2)} USD a month more`;
    return this.#isLimited
      ? `${costs}, and of what may be spent ${this.#leftUsd.toFixed(2)} are left.`
      : `${costs}: that takes an approval (approve: manual), or a limit (costLimitUsdPerMonth).`;
  }
}

/** Of a plan that was made anew: what it costs by now, where that is more than what was allowed. */
export function costsMoreThanAllowed(
  { costUsdPerMonth: allowed }: Costing,
  { costUsdPerMonth: now }: Costing,
): boolean {
  if (now === undefined || !isCostly(now)) return false;
  return allowed === undefined || !isCostly(allowed) || now.after - now.before > allowed.after - allowed.before;
}
