import type { Machine } from './machine.ts';

/** One figure of one subject. */
export interface Row {
  measure: string;
  subject: string;
  /** The median of the samples, or what the measure says. */
  value: number;
  unit: string;
  /** In the order in which they were taken. */
  samples: number[];
  /** What the number alone does not say. */
  note?: string;
}

/** What was aimed at, and what came out. */
export interface Goal {
  name: string;
  measured: number;
  /** As in `<= 0.05x SCAN and UNLINK`. */
  goal: string;
  holds: boolean;
}

export interface BenchResult {
  machine: Machine;
  rows: Row[];
  goals: Goal[];
}

/** A ratio to another's figure, which must be at least or at most so much. */
export interface RatioGoal {
  name: string;
  measured: number | undefined;
  of: number | undefined;
  to: string;
  atLeast?: number;
  atMost?: number;
}

/** @returns nothing when one of the two was not measured */
export function ratioGoal({ name, measured, of, to, atLeast, atMost }: RatioGoal): Goal[] {
  if (measured === undefined || of === undefined) return [];
  const ratio = measured / of;
  const holds = (atLeast === undefined || ratio >= atLeast) && (atMost === undefined || ratio <= atMost);
  const bound = atLeast === undefined ? `<= ${atMost}x` : `>= ${atLeast}x`;
  return [{ name, measured: ratio, goal: `${bound} ${to}`, holds }];
}
