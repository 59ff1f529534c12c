import type { Random } from '../../statistics/random.ts';
import type { ThinkTime } from './plan.ts';

export function thinkMs(thinkTime: ThinkTime, random: Random): number {
  if (typeof thinkTime === 'number') return thinkTime;
  return thinkTime.min + (thinkTime.max - thinkTime.min) * random.fraction();
}

export const meanThinkMs = (thinkTime: ThinkTime): number =>
  typeof thinkTime === 'number' ? thinkTime : (thinkTime.min + thinkTime.max) / 2;
