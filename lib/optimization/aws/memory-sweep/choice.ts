import { kneedle } from '../../../statistics/kneedle.ts';
import type { Random } from '../../../statistics/random.ts';
import { isShownAbove, type Quantity, type SweepPoint, sweepCurve } from './curve.ts';
import type { SweepSample } from './model.ts';

export interface SweepChoice {
  memoryMb: number;
  reason: string;
}

export interface SweepResult {
  curve: SweepPoint[];
  /** Absent: fewer than two sizes were measured enough. */
  cheapest?: SweepChoice;
  fastest?: SweepChoice;
  balanced?: SweepChoice;
}

/** What a sweep says of a function. */
export interface SweptFunction {
  curve: readonly SweepPoint[];
  balanced: SweepChoice;
  /** ISO 8601. */
  from: string;
  to: string;
}

export interface SweepJudging {
  usdPerGbSecond: number;
  random: Random;
}

/**
 * Which size to take, by what was measured. Differences that are not shown count as none: of sizes that cost the same as far as can be
 * told, the fastest is the cheapest one to take, and of those that are as fast, the one that costs least. Cold starts are told apart
 * and weigh nothing.
 */
export function judgeSweep(samples: readonly SweepSample[], { usdPerGbSecond, random }: SweepJudging): SweepResult {
  const curve = sweepCurve(samples, usdPerGbSecond, random);
  if (curve.length < 2) return { curve };
  const notAbove = (quantity: Quantity): SweepPoint[] => {
    const least = leastOf(curve, quantity);
    return curve.filter((point) => point === least || !isShownAbove(samples, [point, least], quantity, random));
  };
  const cheap = notAbove('cost');
  const fast = notAbove('duration');
  return {
    curve,
    cheapest: chosen(leastOf(cheap, 'duration'), cheap, 'costs least', 'cost more'),
    fastest: chosen(leastOf(fast, 'cost'), fast, 'is fastest', 'take longer'),
    balanced: balancedOf(curve),
  };
}

const valueIn = (point: SweepPoint, quantity: Quantity): number =>
  quantity === 'duration' ? point.meanDurationMs : point.usdPerMillion;

function leastOf(points: readonly SweepPoint[], quantity: Quantity): SweepPoint {
  const [first, ...others] = points;
  if (first === undefined) throw new RangeError('there is no size to choose from');
  return others.reduce((least, one) => (valueIn(one, quantity) < valueIn(least, quantity) ? one : least), first);
}

function chosen(point: SweepPoint, equals: readonly SweepPoint[], is: string, more: string): SweepChoice {
  const others = equals.filter((one) => one !== point).map(({ memoryMb }) => `${memoryMb} MB`);
  const beside =
    others.length === 0 ? `each other is shown to ${more}` : `${others.join(', ')} cannot be told from it in that`;
  return { memoryMb: point.memoryMb, reason: `${point.memoryMb} MB ${is}: ${inFigures(point)}; ${beside}.` };
}

/** Where more memory stops making it much faster, or, on a curve without a knee, where time and cost together are least. */
function balancedOf(curve: readonly SweepPoint[]): SweepChoice {
  const knee = kneedle(curve.map(({ memoryMb, meanDurationMs }) => ({ x: memoryMb, y: 1 / meanDurationMs })));
  const point = curve.find(({ memoryMb }) => memoryMb === knee?.x);
  if (point !== undefined) {
    return {
      memoryMb: point.memoryMb,
      reason: `Beyond ${point.memoryMb} MB more memory brings little speed: ${inFigures(point)}.`,
    };
  }
  const product = (one: SweepPoint): number => one.meanDurationMs * one.usdPerMillion;
  const least = curve.reduce((best, one) => (product(one) < product(best) ? one : best));
  return {
    memoryMb: least.memoryMb,
    reason: `At ${least.memoryMb} MB time and cost together are least: ${inFigures(least)}; the curve has no knee.`,
  };
}

const inFigures = ({ meanDurationMs, durationMs, usdPerMillion }: SweepPoint): string =>
  `${meanDurationMs.toFixed(1)} ms (${durationMs.low.toFixed(1)} to ${durationMs.high.toFixed(1)}), ${usdPerMillion.toFixed(2)} USD a million`;
