import { HoltWinters, type Smoothing } from './holt-winters.ts';

/** Where the search begins, and between what it stays. */
const START = { level: 0.2, trend: 0.05, season: 0.1, memory: 0.3 };
const LEAST = 0.001;
const MOST = { level: 0.999, trend: 0.5, season: 0.9, memory: 0.97 };

type Free = keyof typeof START;

/** Of the odds of a coefficient, at first; halved until it is the last. */
const FIRST_STEP = 1.6;
const LAST_STEP = 0.2;
const ENOUGH_TRIES = 120;

/**
 * The smoothing that would have forecast a series best, by the mean absolute error over the leads that are asked for, not over the next
 * value alone: what remembers the last value best may know least of the next day. Searched by compass: a step in the odds
 * of each coefficient in turn, shorter when none is better.
 */
export function fittedSmoothing(
  values: Float64Array,
  { seasonLength, damping, horizon }: { seasonLength: number; damping: number; horizon: number },
): Smoothing {
  const free: Free[] = [
    'level',
    'memory',
    ...(damping > 0 ? ['trend' as const] : []),
    ...(seasonLength > 1 ? ['season' as const] : []),
  ];
  const leads = [...new Set([1, horizon / 4, horizon / 2, horizon].map((lead) => Math.max(1, Math.round(lead))))];
  const lossOf = lossOver(values, seasonLength, leads);
  let best: Smoothing = { ...START, damping };
  let least = lossOf(best);
  for (let step = FIRST_STEP, tries = 0; step >= LAST_STEP && tries < ENOUGH_TRIES; ) {
    const before = least;
    for (const name of free) {
      for (const way of [step, -step]) {
        const tried = { ...best, [name]: moved(best[name], way, MOST[name]) };
        const loss = lossOf(tried);
        tries += 1;
        if (loss < least) {
          least = loss;
          best = tried;
          break;
        }
      }
    }
    if (least === before) step /= 2;
  }
  return best;
}

function moved(share: number, step: number, most: number): number {
  const odds = Math.log(share / (1 - share)) + step;
  return Math.min(most, Math.max(LEAST, 1 / (1 + Math.exp(-odds))));
}

/** The mean absolute error of a smoothing, without the first seasons, which the states began with. */
function lossOver(
  values: Float64Array,
  seasonLength: number,
  leads: readonly number[],
): (smoothing: Smoothing) => number {
  const begin = Math.min(values.length >> 1, Math.max(10, 2 * seasonLength));
  return (smoothing) => {
    const forecaster = new HoltWinters(smoothing, seasonLength, values);
    let sum = 0;
    for (let i = 0; i < values.length; i++) {
      forecaster.update(values[i] as number);
      if (i < begin) continue;
      for (const lead of leads)
        if (i + lead < values.length) sum += Math.abs(forecaster.ahead(lead) - (values[i + lead] as number));
    }
    return sum;
  };
}
