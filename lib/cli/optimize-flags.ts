import { type Command, Option } from 'commander';
import { moreUsdPerMonth } from '../contracts/optimization-costs.ts';
import type { OptimizationRun, OptimizationRunRequest } from '../contracts/optimization-runs.ts';
import { positiveNumber } from './options.ts';

type Mode = OptimizationRunRequest['verify']['mode'];
const modes: readonly Mode[] = ['load-test', 'passive', 'none'];

/** How a plan is to be measured, and what it may cost. */
export interface RunFlags {
  verify: Mode;
  approve?: true;
  costLimit?: number;
}

export const withRunFlags = (command: Command): Command =>
  command
    .addOption(
      new Option('--verify <how>', 'how both sides are measured: a load test, the service’s own traffic, or not at all')
        .choices(modes)
        .default('load-test' satisfies Mode),
    )
    .option('--approve', 'also what costs more, at what the plan says it costs')
    .addOption(
      new Option('--cost-limit <usd>', 'also what costs more, up to so many USD a month more in all')
        .argParser(positiveNumber)
        .conflicts('approve'),
    );

/** The request for a plan. With `--approve` it has all that costs more, to be seen before it is applied. */
export const planRequest = ({ verify, approve, costLimit }: RunFlags) => ({
  verify: { mode: verify },
  ...(approve ? { approve: 'manual' as const } : {}),
  ...(costLimit === undefined ? {} : { costLimitUsdPerMonth: costLimit }),
});

/** The request that applies a plan which was shown: its optimizations, for no more than it said they cost. */
export const applyRequest = (
  { verify, approve, costLimit }: RunFlags,
  { plannedOptimizations }: Pick<OptimizationRun, 'plannedOptimizations'>,
) => ({
  verify: { mode: verify },
  optimizations: plannedOptimizations.map(({ id }) => id),
  ...(approve ? { costLimitUsdPerMonth: Math.ceil(100 * moreUsdPerMonth(plannedOptimizations)) / 100 } : {}),
  ...(costLimit === undefined ? {} : { costLimitUsdPerMonth: costLimit }),
});
