import type { PerformanceComparison } from '../../../contracts/optimization-runs.ts';
import { mean } from '../../../statistics/moments.ts';
import { quantileOf } from '../../../statistics/quantiles.ts';
import { rounded } from '../../../telemetry/resources.ts';
import type { Side } from '../../sides.ts';
import { failedPercent } from '../judging/guardrails.ts';
import { cellPairs, hasTimes } from '../judging/pairs.ts';
import type { Cell, RoundFigures, Usage } from './figures.ts';

/** Both sides beside each other, of the slices that were compared. Undefined: there are none. */
export function comparisonOf(
  rounds: readonly RoundFigures[],
  costUsdPerMonth: { before: number; after: number } | undefined,
): PerformanceComparison | undefined {
  const all = cellPairs(rounds);
  const pairs = all.filter(hasTimes);
  if (pairs.length === 0) return undefined;
  const [before, after] = [pairs.map((pair) => pair.before), pairs.map((pair) => pair.after)];
  const errorsOf = (side: Side): number => rounded(failedPercent(all.map((pair) => pair[side])), 3);
  const usages = rounds.flatMap(({ usage }) => usage ?? []);
  const used = (of: keyof Usage) => ({
    before: rounded(mean(usages.map((usage) => usage.before[of]))),
    after: rounded(mean(usages.map((usage) => usage.after[of]))),
  });
  return {
    responseTime: { beforeMs: timeOf(before, 'meanMs'), afterMs: timeOf(after, 'meanMs') },
    slices: { beforeMs: spreadOf(before), afterMs: spreadOf(after) },
    p95ResponseTime: { beforeMs: timeOf(before, 'p95Ms'), afterMs: timeOf(after, 'p95Ms') },
    throughput: { beforeRequestsPerSecond: rateOf(before), afterRequestsPerSecond: rateOf(after) },
    errorRate: { beforePercent: errorsOf('before'), afterPercent: errorsOf('after') },
    ...(usages.length === 0
      ? {}
      : {
          resourceUsage: {
            cpuPercent: used('cpuPercent'),
            memoryMb: used('memoryMb'),
            memoryPercent: used('memoryPercent'),
          },
        }),
    ...(costUsdPerMonth === undefined
      ? {}
      : { cost: { beforeUsdPerMonth: costUsdPerMonth.before, afterUsdPerMonth: costUsdPerMonth.after } }),
  };
}

const sum = (cells: readonly Cell[], value: (cell: Cell) => number): number =>
  cells.reduce((total, cell) => total + value(cell), 0);

const timeOf = (cells: readonly Cell[], figure: 'meanMs' | 'p95Ms'): number =>
  rounded(sum(cells, (cell) => cell.requests * cell[figure]) / sum(cells, ({ requests }) => requests), 3);

const spreadSteps = 20;

/** The mean times of the slices, by their rank. */
function spreadOf(cells: readonly Cell[]): number[] {
  const times = cells.map(({ meanMs }) => meanMs).toSorted((a, b) => a - b);
  return Array.from({ length: spreadSteps + 1 }, (_, step) => rounded(quantileOf(times, step / spreadSteps), 3));
}

/** Of all workers or instances together: what one does in a second, times how many there are at the same time. */
function rateOf(cells: readonly Cell[]): number {
  const each = sum(cells, ({ requests }) => requests) / sum(cells, ({ seconds }) => seconds);
  return rounded(each * new Set(cells.map(({ worker }) => worker)).size);
}
