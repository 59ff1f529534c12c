import fc from 'fast-check';
import type { LoadStage } from '../../lib/load/engine/plan.ts';

const seconds = fc.oneof(fc.constant(0), fc.constant(1), fc.double({ min: 0.01, max: 20, noNaN: true }));

/** Ramps, plateaus, jumps and silences in any order. */
export const stagesUpTo = (level: number): fc.Arbitrary<LoadStage[]> => {
  const levels = fc.oneof(
    fc.constant(0),
    fc.integer({ min: 0, max: level }),
    fc.double({ min: 0, max: level, noNaN: true }),
  );
  return fc.array(fc.record({ seconds, from: levels, to: levels }), { minLength: 1, maxLength: 6 });
};

/** The level at a time, and its integral until then in level-seconds, by the definition. */
export function levelAt(ms: number, stages: readonly LoadStage[]): { level: number; integral: number } {
  let startMs = 0;
  let integral = 0;
  for (const { seconds, from, to } of stages) {
    const inStage = Math.min(1, (ms - startMs) / (seconds * 1000));
    const level = from + (to - from) * inStage;
    if (ms < startMs + seconds * 1000) return { level, integral: integral + (seconds * inStage * (from + level)) / 2 };
    integral += (seconds * (from + to)) / 2;
    startMs += seconds * 1000;
  }
  return { level: 0, integral };
}
